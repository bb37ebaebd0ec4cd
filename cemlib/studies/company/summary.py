"""The answer of workbook 07, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    return [
        found.say(
            "Most is kept by **{largest_lever}**. The recommended division keeps {net_gain:full} "
            "beyond what it spends ({net_gain:bounds})."
        ),
        found.say(
            "More money would do most for *{next_lever}*: {next_rate:full} ({next_rate:bounds})."
            if found.value("next_rate") > 1
            else "More money would not pay: even for *{next_lever}*, {next_rate:full} "
            "({next_rate:bounds})."
        ),
        found.say(
            "Before the budget is divided, find out more about **{find_out_first}**, if it costs "
            "less than {worth_of_knowing:full}."
        ),
    ]


SUMMARY = Summary(
    headlines=(
        "net_gain",
        "largest_lever_keeps",
        "regret_of_equal_split",
        "regret_of_last",
        "next_rate",
        "worth_of_knowing",
    ),
    answer=_answer,
)
