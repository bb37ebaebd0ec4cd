"""The answer of workbook 02, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    said = []
    if found.has("value_of_one_percentage_point_of_best_step"):
        said.append(
            markdown(
                "The step that is worth most is {step}: one more percentage point a month is worth "
                "**{value}** ({bounds}) at the assumed margins.",
                step=found.text("step_worth_most"),
                value=found.full("value_of_one_percentage_point_of_best_step"),
                bounds=found.bounds("value_of_one_percentage_point_of_best_step"),
            )
        )
    if found.has("best_predictor_of_leaving", "concordance_of_best_predictor"):
        said.append(
            markdown(
                "Of single measures, **{measure}** foretells best who leaves ({share}%, {bounds}%, "
                "of pairs; a coin: 50%).",
                measure=found.text("best_predictor_of_leaving"),
                share=found.text("concordance_of_best_predictor", 100),
                bounds=found.bounds("concordance_of_best_predictor", 100),
            )
        )
    next_steps = []
    if found.has("most_important_touchpoint"):
        next_steps.append(
            markdown(
                "improve *{touchpoint}*, which goes most with the relationship",
                touchpoint=found.text("most_important_touchpoint"),
            )
        )
    if found.has("reason_to_remove_first", "completions_gained"):
        next_steps.append(
            markdown(
                "remove *{reason}* ({gained} more completions per 100 sessions, {bounds})",
                reason=found.text("reason_to_remove_first"),
                gained=found.text("completions_gained"),
                bounds=found.bounds("completions_gained"),
            )
        )
    if next_steps:
        said.append(markdown("Next: {steps}.", steps=join_markdown(next_steps, ", and ")))
    return said


SUMMARY = Summary(
    headlines=(
        "value_of_one_percentage_point_of_best_step",
        "value_of_new_customer",
        "concordance_of_best_predictor",
        "satisfied_share",
        "completions_gained",
        "closed_loop_rate",
    ),
    answer=_answer,
)
