"""The answer of workbook 04, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = [
        found.say(
            "Call first where most is lost by waiting: **{most_urgent_problem}**, where half of "
            "the chance of repair is gone after {most_urgent_half_life} hours "
            "({most_urgent_half_life:bounds})."
        ),
        found.say(
            "Calling in that order keeps **{value_gain_golden_time}% more value** than first come "
            "({value_gain_golden_time:bounds}%)."
        ),
        found.say(
            "It works: a call raises the score by {effect_randomised_wait_list} points "
            "({effect_randomised_wait_list:bounds}), by the wait list in which chance decided."
            if found.is_clear("effect_randomised_wait_list")
            else "Whether it works is open: a call changes the score by "
            "{effect_randomised_wait_list} points ({effect_randomised_wait_list:bounds}), by the "
            "wait list in which chance decided."
        ),
    ]
    if not any(said):
        said.append(
            found.say(
                "Contacts form **{cases} cases**; calling back cases saves {calls_saved} calls."
            )
        )
    return [*said, found.say("Tell the owner: **{rising_problems}** is rising.")]


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
