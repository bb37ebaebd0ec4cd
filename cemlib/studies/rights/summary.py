"""The answer of workbook 01, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = []
    if found.has("lowest_right", "lowest_perception_index"):
        said.append(
            markdown(
                "Customers feel **{right}** least: {index} of 100 points ({bounds}).",
                right=found.text("lowest_right"),
                index=found.text("lowest_perception_index"),
                bounds=found.bounds("lowest_perception_index"),
            )
        )
    if found.has("top_driver", "top_driver_share"):
        said.append(
            markdown(
                "What they think of the whole goes most with *{driver}* ({share}%, {bounds}%, of "
                "what differs between them).",
                driver=found.text("top_driver"),
                share=found.text("top_driver_share", 100),
                bounds=found.bounds("top_driver_share", 100),
            )
        )
    if found.has("rights_to_concentrate_on", "plan_gain"):
        said.append(
            markdown(
                "Spend next on **{rights}**; the best plan for the budget promises {gain} points "
                "({bounds}), if what goes together is a cause.",
                rights=found.text("rights_to_concentrate_on"),
                gain=found.text("plan_gain"),
                bounds=found.bounds("plan_gain"),
            )
        )
    if not said and found.has("net_promoter_score"):
        said.append(
            markdown(
                "The net promoter score is **{score}** ({bounds}).",
                score=found.text("net_promoter_score"),
                bounds=found.bounds("net_promoter_score"),
            )
        )
    return said


SUMMARY = Summary(
    headlines=(
        "lowest_perception_index",
        "net_promoter_score",
        "explained_variance",
        "top_driver_share",
        "plan_gain",
    ),
    answer=_answer,
)
