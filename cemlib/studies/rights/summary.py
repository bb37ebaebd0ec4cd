"""The answer of workbook 01, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = [
        found.say(
            "Customers feel **{lowest_right}** least: {lowest_perception_index} of 100 points "
            "({lowest_perception_index:bounds})."
        ),
        found.say(
            "What they think of the whole goes most with *{top_driver}* ({top_driver_share:%}%, "
            "{top_driver_share:bounds%}%, of what differs between them)."
        ),
        found.say(
            "Spend next on **{rights_to_concentrate_on}**; the best plan for the budget promises "
            "{plan_gain:full} ({plan_gain:bounds}), if what goes together is a cause."
        ),
    ]
    if not any(said):
        said.append(
            found.say(
                "The net promoter score is **{net_promoter_score}** ({net_promoter_score:bounds})."
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
