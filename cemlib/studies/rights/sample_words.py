"""Sentences on the sample of workbook 01: its size, weights, gaps and reversed items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cemlib.stats.estimates import significant
from cemlib.stats.weighting import effective_size
from cemlib.studies.rights.drivers import Basis, regression_basis
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import join_words, number, plural

if TYPE_CHECKING:
    from cemlib.sources import Section
    from cemlib.studies.rights.datasets.survey import Survey


@dataclass(frozen=True)
class SampleWords:
    """The sentences on one sample.

    Parameters
    ----------
    names : mapping of str to str
        Printed name of each right.
    """

    names: Mapping[str, str]

    @property
    def outcome(self) -> str:
        """Return what the rights explain, in words."""
        return self.names.get("outcome", "overall satisfaction")

    @property
    def points(self) -> str:
        """Return the unit of what the rights explain."""
        return self.names.get("points", "points")

    @property
    def part(self) -> str:
        """Return what the rights explain of it: its variance, or the deviance of a yes or no."""
        return self.names.get("part", "variance")

    def called(self, rights: Iterable[str]) -> list[str]:
        """Return the printed names of rights."""
        return [self.names.get(right, right) for right in rights]

    def answered(self, survey: Survey) -> Markdown:
        """Describe the size of the survey, and its weights."""
        size = markdown(
            "{answers} from {respondents} on {rights}.",
            answers=plural(len(survey.answers), "answer"),
            respondents=plural(len(set(survey.respondents)), "respondent"),
            rights=plural(len(survey.rights), "right"),
        )
        if survey.designed:
            size += markdown(
                " Resamples draw {clusters} within {strata}: intervals follow the design of the "
                "sample. With fewer than about 20 clusters they are too narrow.",
                clusters=plural(len(set(survey.units)), "cluster"),
                strata=plural(
                    survey.answers["stratum"].nunique() if "stratum" in survey.answers else 1,
                    "stratum",
                    "strata",
                ),
            )
        if survey.weights is None:
            return size
        return size + markdown(
            " Every estimate is weighted by the survey weights, and so is every resample. The "
            "effective sample size is {size} answers (Kish): so many equally weighted ones would "
            "give a mean as precise.",
            size=number(effective_size(survey.weights), 0),
        )

    def rated(self, index: pd.DataFrame) -> str:
        """Return how many respondents rated each right, in a phrase."""
        counts = index.notna().sum()
        if counts.min() == len(index):
            return ""
        fewest = str(significant(counts).idxmin())
        return (
            f"each right by those who rated it: from {number(int(counts.min()), 0)} "
            f"({self.names.get(fewest, fewest)}) to {number(int(counts.max()), 0)}"
        )

    def left_out(self, basis: Basis) -> str:
        """Return why respondents are not in the regressions, in a phrase."""
        if basis.rows == basis.total:
            return ""
        missing = plural(basis.total - basis.rows, "respondent")
        return f"{missing} without {self.outcome} or without one of the rights in it"

    def record(
        self, section: Section, survey: Survey, index: pd.DataFrame, quality: pd.DataFrame
    ) -> None:
        """Record what was read and used: for the section on the data behind the report."""
        answers = survey.answers
        section.read(len(answers), survey.notes)
        rated = int(index.notna().any(axis=1).sum())
        section.used("perception index", rated, self.rated(index))
        for by in ("segment", "channel"):
            if by in answers:
                known = int(answers[by].notna().sum())
                section.used(f"perception by {by}", known, self.without(answers[by], by))
        if (quality["items"] > 1).any():
            scales = quality[quality["items"] > 1]
            section.used("reliability", int(scales["n"].max()), self.complete_scales(scales))
        basis = regression_basis(index, survey.explained)
        uses = "derived importance, map, penalty and reward, slopes of the plan"
        section.used(uses, basis.rows, self.left_out(basis))
        if len(survey.waves) > 1:
            compared = [survey.waves[0], survey.waves[-1]]
            rows = int(answers["wave"].isin(compared).sum())
            section.used("change between waves", rows, self.other_waves(answers["wave"], compared))

    def basis(self, basis: Basis) -> Markdown:
        """Describe what the regressions rest on, and the rights left out of them."""
        rests = markdown(
            "This rests on {rows} of {total} respondents: those with {outcome} and {rights}.",
            outcome=self.outcome,
            rows=number(basis.rows, 0),
            total=number(basis.total, 0),
            rights=f"all {len(basis.rights)} rights"
            if not basis.left_out
            else join_words(self.called(basis.rights)),
        )
        if not basis.left_out:
            return rests
        sparse = [
            f"{self.names.get(right, right)} (rated by {number(count, 0)})"
            for right, count in basis.left_out.items()
        ]
        return rests + markdown(
            " Left out, because less than half of the respondents rated it, so that it does not "
            "cost the others their respondents: **{sparse}**."
            if len(sparse) == 1
            else " Left out, because less than half of the respondents rated them, so that they "
            "do not cost the others their respondents: **{sparse}**.",
            sparse=join_words(sparse),
        )

    def reversals(self, survey: Survey) -> Markdown:
        """Name items that were turned round, and those that seem to need it; empty without any."""
        parts = []
        if survey.reversed:
            parts.append(
                markdown(
                    "Turned round when the file was read: {items}.",
                    items=join_words(survey.reversed),
                )
            )
        parts += [
            markdown(
                "**{item} seems reversed**: its correlation with the other questions on the same "
                "right is {value}. If high answers to it are bad ones, the index of that right is "
                "wrong; put `reversed: [{item}]` into the YAML file.",
                item=item,
                value=number(value, 2),
            )
            for item, value in survey.suspects.items()
        ]
        return join_markdown(parts)

    def without(self, groups: pd.Series, by: str) -> str:
        """Return how many respondents have no segment or channel, in a phrase."""
        count = int(groups.isna().sum())
        return f"{plural(count, 'respondent')} without a {by}" if count else ""

    def other_waves(self, waves: pd.Series, compared: list[str]) -> str:
        """Return how many answers are from other waves or none, in a phrase."""
        others = int((~waves.isin(compared)).sum())
        return f"{plural(others, 'answer')} from other waves or without one" if others else ""

    def complete_scales(self, quality: pd.DataFrame) -> str:
        """Return how many respondents the reliability of a scale rests on, in a phrase."""
        counts = quality["n"]
        if counts.min() == counts.max():
            return ""
        fewest = str(quality.loc[significant(counts).idxmin(), "scale"])
        return (
            f"each right by those who answered all its questions: from "
            f"{number(int(counts.min()), 0)} ({self.names.get(fewest, fewest)}) to "
            f"{number(int(counts.max()), 0)}"
        )
