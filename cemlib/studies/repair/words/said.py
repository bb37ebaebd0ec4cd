"""Sentences, tables and findings on what customers say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cemlib.findings import Finding
from cemlib.studies.repair.said import Said
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import join_words, number, percent, plural, signed
from cemlib.teach.tables import Table, table

_MOST = 12  # contacts to review that a report shows


def customers_said(said: Said) -> Markdown:
    """Say how many texts fit, whether themes stand for codes, and which go with low scores."""
    parts = [
        markdown(
            "{themes}; {apart} of the texts fit none of them.",
            themes=plural(len(said.table), "theme").capitalize()
            if not said.coded
            else plural(len(said.table), "theme"),
            apart=percent(said.apart),
        )
    ]
    if said.coded:
        parts.append(
            markdown(
                "Themes and problem codes agree to {rand} (adjusted Rand index: 1 is the same "
                "groups, 0 as by chance) and {v} (V-measure). Codes that the text "
                "of the contact speaks against, worth a second look: {doubtful}.",
                rand=number(said.agreement, 2),
                v=number(said.v_measure, 2),
                doubtful=number(len(said.doubtful), 0),
            )
        )
    else:
        parts.append(
            Markdown(
                "No contact has a problem code, so the themes stand for problems below. Save the "
                "table, give the themes names and owners, merge and split them, and pass it as "
                "`themes`: the next run then keeps them."
            )
        )
    low = said.drivers[said.drivers["high"] < 0] if len(said.drivers) else said.drivers
    if len(low):
        lowest = [
            f"{row.name} ({signed(row.estimate)} points)" for row in low.itertuples(index=False)
        ]
        parts.append(
            markdown(
                "Scores are clearly lower than those of other rated contacts with {themes}; an "
                "association, because customers choose what they report.",
                themes=join_words(lowest[:3]),
            )
        )
    return join_markdown(parts)


def doubtful_table(said: Said, names: Mapping[str, str]) -> Table | None:
    """Return contacts whose code looks wrong, for people to review; None if there are none."""
    if said.doubtful.empty:
        return None
    shown = said.doubtful.head(_MOST).assign(
        code=said.doubtful["code"].map(lambda code: names.get(code, code)),
        usual=said.doubtful["usual"].map(lambda code: names.get(code, code)),
    )
    heads = {"text": "text", "code": "code set", "usual": "usual code of such texts"}
    return table(shown.rename(columns=heads), "Codes to review: the plainest first")


def said_findings(said: Said) -> Iterator[Finding]:
    """Yield the largest theme, the agreement with codes, and the theme of the lowest scores."""
    first = said.table.iloc[0]
    yield Finding(
        "largest_theme_share", 100 * float(first["share"]), "% of contacts with a text",
        "Share of the largest theme of what customers say.",
        100 * float(first["low"]), 100 * float(first["high"]),
    )  # fmt: skip
    if np.isfinite(said.agreement):
        yield Finding(
            "theme_code_agreement", said.agreement, "adjusted Rand index (0–1)",
            "Agreement of themes with the problem codes that were set.",
        )  # fmt: skip
    low = said.drivers[said.drivers["high"] < 0] if len(said.drivers) else said.drivers
    if len(low):
        lowest = low.iloc[0]
        yield Finding(
            "theme_of_low_scores", str(lowest["name"]), "",
            "Theme whose contacts have the lowest scores, holding the channel; an association.",
        )  # fmt: skip
        yield Finding(
            "theme_score_gap", float(lowest["estimate"]), "points of the score (1–5)",
            "Scores with this theme minus those of all rated contacts, holding the channel.",
            float(lowest["low"]), float(lowest["high"]),
        )  # fmt: skip
