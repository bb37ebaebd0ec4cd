"""Sentences, table and finding of workbook 01 on the importance of rights and their ranks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from cemlib.findings import Finding
from cemlib.studies.rights.sample_words import SampleWords
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent
from cemlib.teach.tables import Table, table


@dataclass(frozen=True)
class ImportanceWords(SampleWords):
    """What is said about importance, stated and derived.

    Examples
    --------
    >>> ImportanceWords({"respect": "Respect"}).called(["respect"])
    ['Respect']
    """

    def importance(self, explained: pd.Series, top: pd.Series, agreement: float | None) -> Markdown:
        """Describe derived importance and its agreement with stated importance."""
        if self.part == "variance":
            part = markdown(
                "variance of {outcome} (adjusted R²; 95% interval {interval}%)",
                outcome=self.outcome,
                interval=interval(100 * explained["low"], 100 * explained["high"], 0),
            )
            limits = Markdown(
                "The shares are not adjusted. Where answers are skewed and half of the variance is "
                "explained, the interval of the total covers the true share in 93% of samples."
            )
        else:
            part = markdown(
                "deviance of {outcome}, a yes or no (logit, McFadden’s share corrected for chance; "
                "95% interval {interval}%)",
                outcome=self.outcome,
                interval=interval(100 * explained["low"], 100 * explained["high"], 0),
            )
            limits = Markdown("")
        shares = markdown(
            "Together, the rights explain {explained} of the {part}. **{right}** explains most: "
            "{share} (95% interval {interval}%). {limits}",
            explained=percent(explained["estimate"]),
            part=part,
            right=self.names[top["name"]],
            share=percent(top["estimate"], 1),
            interval=interval(100 * top["low"], 100 * top["high"]),
            limits=limits,
        )
        if agreement is None:
            comparison = Markdown("Stated importance was not asked, so the two cannot be compared.")
        else:
            comparison = markdown(
                "The rank correlation between stated and derived importance is {agreement} "
                "(Spearman; 1 is the same order, 0 is no relation).",
                agreement=number(agreement, 2),
            )
        return join_markdown([shares, comparison])

    def rank_table(self, ranks: pd.DataFrame) -> Table:
        """Return ranks and pairwise differences of importance; from `importance_ranks`."""
        shown = pd.DataFrame(
            {
                "right": self.called(ranks["name"]),
                "share of the variance": ranks["share"],
                "rank": ranks["rank"],
                "95% interval of the rank": [
                    f"{low} to {high}"
                    for low, high in zip(ranks["rank_low"], ranks["rank_high"], strict=True)
                ],
                "clearly more important than": [
                    join_words(self.called(smaller)) for smaller in ranks["above"]
                ],
            }
        )
        caption = "Rank of each right, and pairs whose difference has a 95% interval above 0"
        share = {"share of the variance": lambda value: percent(value, 1)}
        return table(shown, caption, share)

    def rank_findings(self, ranks: pd.DataFrame) -> Iterator[Finding]:
        """Yield the rights that may be as important as the first; from `importance_ranks`."""
        top = ranks["name"].iloc[0]
        level = [name for name in ranks["name"] if name not in ranks["above"].iloc[0]]
        yield Finding(
            "as_important_as_top_driver",
            join_words(self.called(level)),
            "",
            f"Rights whose share of the variance is not clearly smaller than that of "
            f"{self.names.get(top, top)}: the 95% interval of the difference includes 0.",
        )
