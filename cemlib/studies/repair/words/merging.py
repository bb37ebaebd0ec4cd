"""What workbook 04 says of merging and of common problems, in computed sentences and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.plot.style import Figure
from cemlib.stats.estimates import significant
from cemlib.studies.repair import problems
from cemlib.studies.repair.cases import By, Merged
from cemlib.studies.repair.plots.problems import emerging_figure, hours_figure, pareto_figure
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural


def ways(contacts: pd.DataFrame) -> tuple[By, ...]:
    """Return in which ways contacts can be merged, the best last.

    Examples
    --------
    >>> ways(pd.DataFrame({"customer": ["a"], "text": ["bill"]}))
    ('text',)
    """
    coded, worded = (
        name in contacts and bool(contacts[name].notna().any()) for name in ("problem", "text")
    )
    if coded and worded:
        return "code", "text", "both"
    return ("code",) if coded else ("text",)


MEASURE_WORDS = {
    "pair_f1": "pairs: harmonic mean of both",
    "pair_precision": "pairs: precision",
    "pair_recall": "pairs: recall",
    "b3_precision": "B³: precision",
    "b3_recall": "B³: recall",
}


@dataclass(frozen=True)
class Merging:
    """The words of merging and of common problems.

    Parameters
    ----------
    names : mapping of str to str
        What each problem is called in print.
    owners : mapping of str to str
        Who can remove its cause.

    Examples
    --------
    >>> Merging({"bill": "The bill is wrong"}, {}).called(["bill"])
    ['The bill is wrong']
    """

    names: Mapping[str, str]
    owners: Mapping[str, str]

    def called(self, problems: object) -> list[str]:
        """Return the printed names of problems."""
        return [
            escape_markdown(self.names.get(str(name), str(name)))
            for name in pd.Series(problems, dtype=object)
        ]

    def merged(self, merged: Merged) -> str:
        """Say how many calls merging saves."""
        saved = merged.calls_saved / max(merged.contacts, 1)
        return (
            f"{number(merged.contacts, 0)} contacts are **{number(merged.cases, 0)} cases**: "
            f"{plural(merged.calls_saved, 'call')}, {percent(saved)}, need not be made."
        )

    def agreement(self, table: pd.DataFrame) -> str:
        """Say what words add to codes, and at what price."""
        rows = table.set_index("kind")
        best = significant(rows["pair_f1"]).idxmax()
        said = [
            f"by {kind} {percent(row['pair_recall'])} of the pairs that belong together are found, "
            f"and {percent(row['pair_precision'])} of those put together belong together"
            for kind, row in rows.iterrows()
        ]
        together = "; ".join(said)
        return (
            f"{together[:1].upper()}{together[1:]}. Best in all, by the harmonic mean of the two: "
            f"**{best}**."
        )

    def counts(
        self, cases: pd.DataFrame, since: pd.Timestamp
    ) -> tuple[pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None]:
        """Return how common problems are, which are rising and at which hours; None if uncoded.

        Parameters
        ----------
        cases : DataFrame
            From `cemlib.studies.repair.cases.case_table`.
        since : Timestamp
            Since when a problem may be rising; where all cases are later, none is.
        """
        if "problem" not in cases or cases["problem"].isna().all():
            return None, None, None
        risen = None
        with suppress(ValueError):  # all cases that count are before, or all since
            risen = problems.emerging(cases, since)
        return problems.pareto(cases), risen, problems.concentration(cases)

    def figures(
        self,
        common: pd.DataFrame | None,
        risen: pd.DataFrame | None,
        hourly: pd.DataFrame | None,
    ) -> list[Figure]:
        """Return the figures of what `counts` returned, as far as there is something to draw."""
        drawn = [] if common is None else [pareto_figure(common, self.names)]
        if risen is not None:
            drawn.append(emerging_figure(risen, self.names))
        return drawn if hourly is None else [*drawn, hours_figure(hourly, self.names)]

    def problems(
        self,
        common: pd.DataFrame | None,
        risen: pd.DataFrame | None,
        hourly: pd.DataFrame | None,
    ) -> str:
        """Say which problems are common, which are rising, and when they come."""
        if common is None or hourly is None:
            return "No contact has a problem code, so problems cannot be counted."
        vital = int(common["vital"].sum())
        first = common.iloc[0]["problem"]
        words = [
            f"{plural(vital, 'problem')} of {len(common)} hold "
            f"{percent(common['cumulative'].iloc[vital - 1])} of the cases; the commonest, "
            f"**{self.called([first])[0]}**, belongs to "
            f"{escape_markdown(self.owners.get(first, 'nobody'))}."
        ]
        rising = common.iloc[:0] if risen is None else risen[risen["emerging"]]
        for row in rising.itertuples():
            words.append(
                f"**{self.called([row.problem])[0]}** is rising: {number(row.ratio)} times its "
                f"rate before ({interval(row.low, row.high)}), which belongs to "
                f"{escape_markdown(self.owners.get(row.problem, 'nobody'))}."
            )
        if rising.empty:
            words.append("No problem is rising beyond chance.")
        marked = hourly[hourly["concentrated"]].groupby("problem")["hour"].agg(list)
        if len(marked):
            said = [
                f"{self.called([problem])[0]} at {join_words(hours)}"
                for problem, hours in marked.items()
            ]
            words.append(f"More than chance gives at their hour: {'; '.join(said)}.")
        return " ".join(words)

    def findings(
        self,
        merged: Merged,
        common: pd.DataFrame | None,
        risen: pd.DataFrame | None,
        judged: pd.DataFrame | None = None,
    ) -> Iterator[Finding]:
        """Yield what merging and counting find."""
        yield Finding("cases", merged.cases, "cases", "What the contacts are once merged.")
        yield Finding(
            "calls_saved", merged.calls_saved, "calls", "Need not be made once contacts are merged."
        )
        if common is not None:
            name = self.names.get(common["problem"][0], common["problem"][0])
            yield Finding("commonest_problem", name, "", "The problem with most cases.")
        if risen is not None:
            rising = risen.loc[risen["emerging"], "problem"]
            names = join_words(self.names.get(each, each) for each in rising)
            yield Finding("rising_problems", names, "", "Rising beyond chance.")

        if judged is not None:
            best = judged.iloc[-1]
            for name in ("pair_precision", "pair_recall", "b3_precision", "b3_recall"):
                low, high = (best.get(f"{name}_{end}", np.nan) for end in ("low", "high"))
                words = name.replace("pair", "pairwise").replace("b3", "B³").replace("_", " ")
                yield Finding(
                    f"merge_{name}", float(best[name]), "share (0–1)",
                    f"Merging by {best['kind']} against the truth: {words}.",
                    None if np.isnan(low) else float(low), None if np.isnan(high) else float(high),
                )  # fmt: skip
