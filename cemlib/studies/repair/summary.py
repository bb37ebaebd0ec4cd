"""The answer of workbook 04, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = []
    if found.has("most_urgent_problem", "most_urgent_half_life"):
        said.append(
            markdown(
                "Call first where most is lost by waiting: **{problem}**, where half of the chance "
                "of repair is gone after {hours} hours ({bounds}).",
                problem=found.text("most_urgent_problem"),
                hours=found.text("most_urgent_half_life"),
                bounds=found.bounds("most_urgent_half_life"),
            )
        )
    if found.has("value_gain_golden_time"):
        said.append(
            markdown(
                "Calling in that order keeps **{gain}% more value** than first come ({bounds}%).",
                gain=found.text("value_gain_golden_time"),
                bounds=found.bounds("value_gain_golden_time"),
            )
        )
    if found.has("effect_randomised_wait_list"):
        said.append(
            markdown(
                "It works: a call raises the score by {effect} points ({bounds}), by the wait list "
                "in which chance decided."
                if found.is_clear("effect_randomised_wait_list")
                else "Whether it works is open: a call changes the score by {effect} points "
                "({bounds}), by the wait list in which chance decided.",
                effect=found.text("effect_randomised_wait_list"),
                bounds=found.bounds("effect_randomised_wait_list"),
            )
        )
    if found.has("calls_saved", "cases") and not said:
        said.append(
            markdown(
                "Contacts form **{cases} cases**; calling back cases saves {calls} calls.",
                cases=found.text("cases"),
                calls=found.text("calls_saved"),
            )
        )
    if found.has("rising_problems") and found.text("rising_problems") != "none":
        said.append(
            markdown(
                "Tell the owner: **{problems}** is rising.", problems=found.text("rising_problems")
            )
        )
    return said


SUMMARY = Summary(
    headlines=(
        "calls_saved",
        "answered_within_target",
        "resolved_at_first_contact",
        "most_urgent_half_life",
        "value_gain_golden_time",
        "effect_randomised_wait_list",
    ),
    answer=_answer,
)
