"""The answer of workbook 06, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    gain = found.say(
        "**{best_policy}** leaves both sides better off: the company gains "
        "{policy_gain_over_deny:full} more than by denial ({policy_gain_over_deny:bounds})"
        if found.value("policy_gain_over_deny") > 0
        else "**{best_policy}** is best for the company, by {policy_gain_over_deny:full} compared "
        "with denial ({policy_gain_over_deny:bounds})"
    )
    customer = found.say(
        ", the customer {policy_customer} more than without an answer ({policy_customer:bounds})."
    )
    return [
        gain + (customer or Markdown(".")) if gain else gain,
        found.say(
            "Promise a repair within **{best_promise} hours** ({best_promise:bounds}), not less."
        ),
        found.say(
            "And remove causes: complaints fell to {rate_ratio_after_removal} times their earlier "
            "rate ({rate_ratio_after_removal:bounds}) after one was."
            if found.value("rate_ratio_after_removal") < 1
            and found.is_clear("rate_ratio_after_removal", 1)
            else "After a cause was removed, complaints came at {rate_ratio_after_removal} times "
            "their earlier rate ({rate_ratio_after_removal:bounds})."
        ),
    ]


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
