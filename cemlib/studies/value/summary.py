"""The answer of workbook 05, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    return [
        found.say(
            "**{share_reliable}%** of answers are reliable, correct and not hedged "
            "({share_reliable:bounds}%)."
        ),
        found.say(
            "Under the quality policy it is {policy_effect_reliable} of 100 answers more "
            "({policy_effect_reliable:bounds})."
            if found.value("policy_effect_reliable") > 0
            else "Under the quality policy it changes by {policy_effect_reliable} of 100 answers "
            "({policy_effect_reliable:bounds})."
        ),
        found.say(
            "For each day saved, customers would pay **{willingness_to_pay:full}** "
            "({willingness_to_pay:bounds})."
        ),
        found.say(
            "The faster delivery earns most at {best_price:full}, which {next_day_share}% would "
            "choose."
        ),
    ]


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
