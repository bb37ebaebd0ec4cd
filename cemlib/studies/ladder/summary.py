"""The answer of workbook 02, and its headlines."""

from __future__ import annotations

from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.summary import Found, Summary


def _answer(found: Found) -> list[Markdown]:
    next_steps = [
        found.say("improve *{most_important_touchpoint}*, which goes most with the relationship"),
        found.say(
            "remove *{reason_to_remove_first}* ({completions_gained} more completions per 100 "
            "sessions, {completions_gained:bounds})"
        ),
    ]
    steps = join_markdown(filter(None, next_steps), ", and ")
    return [
        found.say(
            "The step that is worth most is {step_worth_most}: one more percentage point a month "
            "is worth **{value_of_one_percentage_point_of_best_step:full}** "
            "({value_of_one_percentage_point_of_best_step:bounds}) at the assumed margins."
        ),
        found.say(
            "Of single measures, **{best_predictor_of_leaving}** foretells best who leaves "
            "({concordance_of_best_predictor:%}%, {concordance_of_best_predictor:bounds%}%, of "
            "pairs; a coin: 50%)."
        ),
        markdown("Next: {steps}.", steps=steps) if steps else steps,
    ]


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
