"""The answer of workbook 03, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    return [
        found.say(
            "Effort that customers are told of raises expectation, too: its total effect is "
            "**{total_effect} points** ({total_effect:bounds}), at a fixed expectation "
            "**{direct_effect} points** ({direct_effect:bounds})."
        ),
        found.say(
            "A point below expectation weighs {loss_aversion} times as much as one above "
            "({loss_aversion:bounds})."
        ),
        found.say(
            "In the survey, *{strongest_path}* goes most with satisfaction (path: "
            "{strongest_path_coefficient})."
        ),
        found.say(
            "Promise what will be kept, and plan experiments for the direct effect: this one had "
            "a probability of {power_total:0%}% to show the total one."
        ),
    ]


SUMMARY = Summary(
    headlines=(
        "total_effect",
        "direct_effect",
        "power_direct",
        "call_again_effect",
        "loss_aversion",
        "strongest_path_coefficient",
    ),
    answer=_answer,
)
