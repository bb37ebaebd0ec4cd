"""The answer of workbook 06, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = []
    if found.has("best_policy", "policy_gain_over_deny"):
        said.append(
            markdown(
                "**{policy}** leaves both sides better off: the company gains {gain} more than "
                "by denial ({bounds})"
                if found.value("policy_gain_over_deny") > 0
                else "**{policy}** is best for the company, by {gain} compared with denial "
                "({bounds})",
                policy=found.text("best_policy"),
                gain=found.full("policy_gain_over_deny"),
                bounds=found.bounds("policy_gain_over_deny"),
            )
            + (
                markdown(
                    ", the customer {customer} more than without an answer ({bounds}).",
                    customer=found.text("policy_customer"),
                    bounds=found.bounds("policy_customer"),
                )
                if found.has("policy_customer")
                else Markdown(".")
            )
        )
    if found.has("best_promise"):
        said.append(
            markdown(
                "Promise a repair within **{hours} hours** ({bounds}), not less.",
                hours=found.text("best_promise"),
                bounds=found.bounds("best_promise"),
            )
        )
    if found.has("rate_ratio_after_removal"):
        said.append(
            markdown(
                "And remove causes: complaints fell to {ratio} times their earlier rate ({bounds}) "
                "after one was."
                if found.value("rate_ratio_after_removal") < 1
                and found.is_clear("rate_ratio_after_removal", 1)
                else "After a cause was removed, complaints came at {ratio} times their earlier "
                "rate ({bounds}).",
                ratio=found.text("rate_ratio_after_removal"),
                bounds=found.bounds("rate_ratio_after_removal"),
            )
        )
    return said


SUMMARY = Summary(
    headlines=(
        "policy_gain_over_deny",
        "policy_customer",
        "best_promise",
        "worth_of_apology",
        "distributive_to_word_of_mouth",
        "rate_ratio_after_removal",
    ),
    answer=_answer,
)
