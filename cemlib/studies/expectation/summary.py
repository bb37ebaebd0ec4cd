"""The answer of workbook 03, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.sentences import number
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = []
    if found.has("total_effect", "direct_effect"):
        said.append(
            markdown(
                "Effort that customers are told of raises expectation, too: its total effect is "
                "**{total} points** ({total_bounds}), at a fixed expectation **{direct} points** "
                "({direct_bounds}).",
                total=found.text("total_effect"),
                total_bounds=found.bounds("total_effect"),
                direct=found.text("direct_effect"),
                direct_bounds=found.bounds("direct_effect"),
            )
        )
    if found.has("loss_aversion"):
        said.append(
            markdown(
                "A point below expectation weighs {times} times as much as one above ({bounds}).",
                times=found.text("loss_aversion"),
                bounds=found.bounds("loss_aversion"),
            )
        )
    if found.has("strongest_path", "strongest_path_coefficient"):
        said.append(
            markdown(
                "In the survey, *{construct}* goes most with satisfaction (path: {path}).",
                construct=found.text("strongest_path"),
                path=found.text("strongest_path_coefficient"),
            )
        )
    if found.has("power_total"):
        said.append(
            markdown(
                "Promise what will be kept, and plan experiments for the direct effect: this one "
                "had a probability of {power}% to show the total one.",
                power=number(100 * found.value("power_total"), 0),
            )
        )
    return said


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
