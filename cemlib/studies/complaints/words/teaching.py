"""Sentences of workbook 06 on its teaching cases."""

from __future__ import annotations

import pandas as pd

from cemlib.formats import money
from cemlib.studies.complaints.words.tables import self_service_table
from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.tables import Table

GAME_NOTE = (
    "The agent's decisions are the article's. The other answers and effects are assumptions."
)


def game() -> Markdown:
    """Say how to use the case that is decided step by step."""
    return markdown(
        "First decide the case of Ms Yang yourself, step by step; then look at the timeline of "
        "what happened. Nothing in that timeline is invented: times with a star are our inference "
        "from the article, and what the article does not say is left out. In the game, the "
        "agent's decisions are the article's; the other answers and all effects are assumptions."
    )


def limits_of_cases() -> Markdown:
    """Say what the teaching cases do not show."""
    return markdown(
        "**The case** of Ms Yang is told by one side, the agent's. What the article does not say "
        "is unknown: whether the lines worked that evening, and what became of her claim. **TARP's "
        "shares** are quoted from secondary sources, and differences between outcomes do not prove "
        "their cause."
    )


def outcomes(customer_value: float) -> Markdown:
    """Say how word of mouth enters the value of TARP's outcomes."""
    return markdown(
        "TARP's studies give the share of customers who buy again; the figure values it at the "
        "lifetime value of this log's customers. For word of mouth we assume that customers who do "
        "not complain tell as many others as dissatisfied ones, and that a customer won or lost by "
        "it is worth {value}.",
        value=money(customer_value),
    )


def self_service(served: pd.DataFrame) -> list[Markdown | Table]:
    """Say what the article's games company did about causes of complaints, with its volumes.

    Parameters
    ----------
    served : DataFrame
        From `cemlib.studies.complaints.rates.self_service`.
    """
    sentence = markdown(
        "The article reports that Shanda, a games company, gave its players a password token and "
        "answers many questions by self-service. The volumes below show how much self-service "
        "serves; they do not test what it changed."
    )
    return [sentence, self_service_table(served)]
