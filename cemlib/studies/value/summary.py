"""The answer of workbook 05, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = []
    if found.has("share_reliable"):
        said.append(
            markdown(
                "**{share}%** of answers are reliable, correct and not hedged ({bounds}%).",
                share=found.text("share_reliable"),
                bounds=found.bounds("share_reliable"),
            )
        )
    if found.has("policy_effect_reliable"):
        said.append(
            markdown(
                "Under the quality policy it is {effect} of 100 answers more ({bounds})."
                if found.value("policy_effect_reliable") > 0
                else "Under the quality policy it changes by {effect} of 100 answers ({bounds}).",
                effect=found.text("policy_effect_reliable"),
                bounds=found.bounds("policy_effect_reliable"),
            )
        )
    if found.has("willingness_to_pay"):
        said.append(
            markdown(
                "For each day saved, customers would pay **{price}** ({bounds}).",
                price=found.full("willingness_to_pay"),
                bounds=found.bounds("willingness_to_pay"),
            )
        )
    if found.has("best_price", "next_day_share"):
        said.append(
            markdown(
                "The faster delivery earns most at {price}, which {share}% would choose.",
                price=found.full("best_price"),
                share=found.text("next_day_share"),
            )
        )
    return said


SUMMARY = Summary(
    headlines=(
        "share_reliable",
        "policy_effect_reliable",
        "advice_regret",
        "willingness_to_pay",
        "best_price",
        "note_multiple",
    ),
    answer=_answer,
)
