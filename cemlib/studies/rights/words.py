"""Sentences, tables and findings of workbook 01."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import Estimates
from cemlib.stats.importance import QUADRANTS, Cut
from cemlib.studies.rights.importance_words import ImportanceWords
from cemlib.studies.rights.planning import Plan
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, p_value, percent, signed
from cemlib.teach.tables import Table, table

CATALOGUE_HEADS = {
    "name_en": "right",
    "name_zh": "in Chinese",
    "law_article": "article of the law",
    "perception_en": "perception to raise",
    "practices_en": "practices",
    "call_centre": "call centre alone",
    "case_en": "told in the article",
}
QUADRANT_HEADS = {
    "mean": "axes at the mean",
    "median": "axes at the median",
    "scale": "axes at the scale midpoint",
    "stability": "resamples in same quadrant",
}
PLAN_HEADS = {
    "name_en": "practice",
    "name_zh": "in Chinese",
    "right": "right",
    "days": "person-days",
    "uplift": "uplift, points of perception",
}


@dataclass(frozen=True)
class Assessment(ImportanceWords):
    """The sentences, tables and findings of one assessment.

    Parameters
    ----------
    names : mapping of str to str
        Printed name of each right.

    Examples
    --------
    >>> words = Assessment({"respect": "Respect"})
    >>> words.called(["respect"])
    ['Respect']
    """

    def catalogue_table(self, rights: pd.DataFrame, practices: bool = True) -> Table:
        """Return the table of nine rights, with the article's practices or without them."""
        heads = {
            name: head
            for name, head in CATALOGUE_HEADS.items()
            if practices or name not in ("practices_en", "call_centre", "case_en")
        }
        caption = (
            "Nine rights, practices to raise them, and cases the article tells"
            if practices
            else "Nine rights"
        )
        return table(rights[list(heads)].rename(columns=heads), caption)

    def rating_rows(self, perception: Estimates) -> list[tuple[str, float, float, float]]:
        """Return rows for `cemlib.teach.rating_form.compare_ratings`."""
        rows = perception.frame().itertuples(index=False)
        return [(self.names.get(name, name), *numbers) for name, *numbers in rows]

    def lowest(self, lowest: pd.Series) -> Markdown:
        """Describe the right with the lowest index; from `lowest_right`."""
        return markdown(
            "**{right}** has the lowest perception index: {index} of 100 points (95% interval "
            "{interval}). It is the lowest right in {probability} of the resamples. Rights whose "
            "interval overlaps with its interval are in the warmer colour.",
            right=self.names[lowest["name"]],
            index=number(lowest["estimate"]),
            interval=interval(lowest["low"], lowest["high"]),
            probability=percent(lowest["probability"]),
        )

    def quality(self, quality: pd.DataFrame) -> Markdown:
        """Name the scales of low reliability and those whose reliability is unknown."""
        weak = self.called(quality.loc[quality["alpha"] < 0.7, "scale"])
        single = self.called(quality.loc[quality["items"] < 2, "scale"])
        parts = [
            markdown(
                "α is below 0.7 for **{rights}**: interpret its results with care."
                if len(weak) == 1
                else "α is below 0.7 for **{rights}**: interpret their results with care.",
                rights=join_words(weak),
            )
            if weak
            else Markdown("No scale has an α below 0.7.")
        ]
        if quality["alpha"].isna().all():
            parts.clear()
        if single:
            parts.append(
                markdown(
                    "Reliability cannot be estimated from a single question: {rights}.",
                    rights=join_words(single),
                )
            )
        return join_markdown(parts)

    def quadrant_table(self, quadrants: pd.DataFrame, cut: Cut) -> Table:
        """Return the quadrants of all rights; `cut` is that of the stability."""
        caption = (
            f"Quadrant of each right; resamples in same quadrant with the {QUADRANT_HEADS[cut]}"
        )
        formats = {QUADRANT_HEADS["stability"]: percent}
        return table(quadrants.rename(columns=QUADRANT_HEADS), caption, formats)

    def asymmetry(self, contrast: pd.DataFrame) -> Markdown:
        """List basic, excitement and performance rights, and those that were not tested."""
        kinds = markdown(
            "Basic rights, with a larger penalty than reward: **{basic}**. Excitement rights, with "
            "a larger reward than penalty: **{excitement}**. No clear difference between the two: "
            "{performance}. A small difference needs many answers to show, so a right in the last "
            "group may still belong to one of the others. In each group of twenty rights without "
            "a difference, about one is called basic or excitement by chance; up to two are where "
            "many answers are at the end of a scale.",
            basic=self._of_kind(contrast, "basic"),
            excitement=self._of_kind(contrast, "excitement"),
            performance=self._of_kind(contrast, "performance"),
        )
        untested = self.called(contrast.loc[~contrast["tested"], "driver"])
        if not untested:
            return kinds
        return kinds + markdown(
            " Not tested, because too few answers lie between the middle and an end of the scale: "
            "{rights}.",
            rights=join_words(untested),
        )

    def mapping_table(self, mapping: pd.DataFrame) -> Table:
        """Return the mapping of rights to levels of need."""
        shown = mapping.rename(self.names).rename_axis("right").reset_index()
        caption = "Assumed mapping: share of each right that serves each level of need"
        return table(shown, caption, dict.fromkeys(mapping, 2))

    def levels(self, weakest: pd.Series) -> Markdown:
        """Describe the weakest level of need; from `weakest_level`."""
        return markdown(
            "**{level}** is the level with the lowest index in {share} of the random mappings. "
            "This result does not depend on the mapping assumed."
            if weakest["weakest"] > 0.9
            else "**{level}** is the level with the lowest index in {share} of the random "
            "mappings. This depends on the mapping assumed, so the survey alone does not show "
            "which level is weakest.",
            level=str(weakest["level"]).capitalize(),
            share=percent(weakest["weakest"]),
        )

    def plan_table(self, plan: Plan, practices: pd.DataFrame) -> Table:
        """Return the practices of a plan, with their names."""
        names = practices[["practice", "name_en", "name_zh"]]
        rows = plan.practices.merge(names, on="practice")
        rows["right"] = self.called(rows["right"])
        shown = rows[list(PLAN_HEADS)].rename(columns=PLAN_HEADS)
        return table(shown, "Practices to complete under the best plan", {"person-days": 1})

    def plan(
        self,
        plan: Plan,
        gain_interval: tuple[float, float],
        ten_more_days: float,
        by_rule: Plan,
        uplift_doubt: float = 0.0,
    ) -> Markdown:
        """Describe the gain of the best plan, of ten more days and of the largest-gap rule."""
        return markdown(
            "The best plan takes {days} person-days, with an expected gain of **{gain} {points}** "
            "of {outcome} (95% interval {interval}, {covers}). This takes the slopes as "
            "causal: that a perception raised by a practice moves {outcome} as much as "
            "customers differ today. The interval does not cover that, which only a trial can "
            "show, nor that the plan was chosen because it looks best. "
            "Ten more person-days would add {more} {points}. The common rule, to improve the right "
            "with the lowest index first and then the next, would gain {by_rule} {points}, "
            "{forgone} fewer than the best plan.",
            days=number(plan.days),
            outcome=self.outcome,
            points=self.points,
            gain=number(plan.gain, 2),
            interval=interval(*gain_interval, 2),
            covers=_covered(uplift_doubt),
            more=number(ten_more_days, 2),
            by_rule=number(by_rule.gain, 2),
            forgone=number(plan.gain - by_rule.gain, 2),
        )

    def changes(self, changes: pd.DataFrame, detectable: float) -> Markdown:
        """List the statistically significant changes, with the smallest detectable change."""
        changed = [
            f"{self.names[row.right]} {signed(row.change)} points ({p_value(row.p_holm)})"
            for row in changes[changes["p_holm"] < 0.05].itertuples()
        ]
        return markdown(
            "Statistically significant changes: {changes}. The smallest change that a survey of "
            "this size detects with a probability of 80% is about {detectable} points.",
            changes=join_words(changed),
            detectable=number(detectable),
        )

    def lowest_findings(self, lowest: pd.Series) -> Iterator[Finding]:
        """Yield the right with the lowest index; from `lowest_right`."""
        [lowest_name] = self.called([lowest["name"]])
        yield Finding("lowest_right", lowest_name, "", "Right with the lowest perception index.")
        yield _estimate(
            "lowest_perception_index",
            lowest,
            "points (0–100)",
            f"Mean perception index of {lowest_name}.",
        )

    def driver_findings(self, explained: pd.Series, top: pd.Series) -> Iterator[Finding]:
        """Yield what all rights explain together, and which one explains most."""
        [top_name] = self.called([top["name"]])
        yield _estimate(
            "explained_variance",
            explained,
            f"share of {self.part} (0–1)",
            f"{self.part.capitalize()} of {self.outcome} explained by all rights together"
            f"{' (adjusted R²)' if self.part == 'variance' else ''}.",
        )
        sentence = f"Right that explains most of the {self.part} of {self.outcome}."
        yield Finding("top_driver", top_name, "", sentence)
        yield _estimate(
            "top_driver_share",
            top,
            f"share of {self.part} (0–1)",
            f"{self.part.capitalize()} of {self.outcome} explained by {top_name}.",
        )

    def quadrant_findings(self, quadrants: pd.DataFrame, cut: Cut) -> Iterator[Finding]:
        """Yield the rights to concentrate on; `quadrants` with the printed names."""
        yield Finding(
            "rights_to_concentrate_on",
            join_words(quadrants.loc[quadrants[cut] == QUADRANTS[0], "right"]),
            "",
            f"Important rights with a low perception index ({QUADRANT_HEADS[cut]}).",
        )

    def contrast_findings(self, contrast: pd.DataFrame | None) -> Iterator[Finding]:
        """Yield basic and excitement rights, where there are slopes to compare."""
        if contrast is None:
            return
        for kind, sentence in (
            ("basic", "Rights with a steeper slope of satisfaction below the middle than above."),
            (
                "excitement",
                "Rights with a steeper slope of satisfaction above the middle than below.",
            ),
        ):
            yield Finding(f"{kind}_rights", self._of_kind(contrast, kind), "", sentence)

    def level_findings(self, weakest: pd.Series) -> Iterator[Finding]:
        """Yield the weakest level of need; from `weakest_level`."""
        yield Finding(
            "weakest_need_level",
            str(weakest["level"]),
            "",
            "Level of need with the lowest index most often: in "
            f"{percent(weakest['weakest'])} of the random mappings.",
        )

    def plan_findings(
        self,
        plan: Plan,
        gain_interval: tuple[float, float],
        ten_more_days: float,
        by_rule: Plan,
        uplift_doubt: float = 0.0,
    ) -> Iterator[Finding]:
        """Yield the findings on the plan."""
        low, high = gain_interval
        yield Finding(
            "plan_gain",
            plan.gain,
            f"{self.points} of {self.outcome}",
            f"Expected gain of the best plan of {number(plan.days)} person-days, if slopes are "
            f"causal; the interval is {_covered(uplift_doubt)}.",
            low,
            high,
        )
        yield Finding(
            "gain_of_ten_more_days",
            ten_more_days,
            f"{self.points} of {self.outcome}",
            "Further expected gain if the budget rises by ten person-days.",
        )
        yield Finding(
            "gain_forgone_by_largest_gap_rule",
            plan.gain - by_rule.gain,
            f"{self.points} of {self.outcome}",
            "Expected gain of the best plan minus that of improving the lowest right first.",
        )

    def quality_findings(self, weakest: pd.Series | None) -> Iterator[Finding]:
        """Yield the lowest reliability, where one could be estimated; from `weakest_scale`."""
        if weakest is not None:
            yield Finding(
                "lowest_reliability",
                weakest["alpha"],
                "Cronbach’s α (0–1)",
                f"Reliability of {self.names[weakest['scale']]}, the lowest of all scales.",
                weakest["alpha_low"],
                weakest["alpha_high"],
            )

    def change_findings(self, largest: pd.Series | None) -> Iterator[Finding]:
        """Yield the largest change, where there are two waves; from `largest_change`."""
        if largest is not None:
            yield Finding(
                "largest_change",
                largest["change"],
                "points (0–100)",
                f"Change in the index of {self.names[largest['right']]}, the largest of all rights "
                f"(Holm-adjusted {p_value(largest['p_holm'])}).",
                largest["low"],
                largest["high"],
            )

    def truth_findings(self, within: pd.Series) -> Iterator[Finding]:
        """Yield the share of the rights whose interval contains the true index."""
        yield Finding(
            "coverage",
            float(within.mean()),
            "share of the rights (0–1)",
            "Rights whose 95% interval of the perception index contains the true value.",
        )

    def _of_kind(self, contrast: pd.DataFrame, kind: str) -> str:
        return join_words(self.called(contrast.loc[contrast["kind"] == kind, "driver"]))


def _covered(uplift_doubt: float) -> str:
    """Return what the interval of a plan's gain covers, in a phrase."""
    if not uplift_doubt:
        return "for the slopes’ sampling error alone, with uplifts taken as exact"
    return (
        "for the slopes’ sampling error and for uplifts that differ by up to "
        f"{percent(uplift_doubt)} from those stated"
    )


def _estimate(name: str, row: pd.Series, unit: str, sentence: str) -> Finding:
    return Finding(name, row["estimate"], unit, sentence, row["low"], row["high"])
