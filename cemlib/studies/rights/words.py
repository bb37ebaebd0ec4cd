"""What workbook 01 says of its results, in computed sentences, tables and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats import importance as drivers
from cemlib.stats.estimates import Estimates, percentile_interval, significant
from cemlib.studies.rights.planning import Plan
from cemlib.teach.sentences import interval, join_words, number, p_value, percent, plural, signed


@dataclass(frozen=True)
class Assessment:
    """The words of one assessment.

    Parameters
    ----------
    names : mapping of str to str
        What each right is called in print.

    Examples
    --------
    >>> words = Assessment({"respect": "Respect"})
    >>> words.called(["respect"])
    ['Respect']
    """

    names: Mapping[str, str]

    def called(self, rights: Sequence[str] | pd.Series) -> list[str]:
        """Return the printed names of rights."""
        return [self.names.get(right, right) for right in rights]

    def answered(self, answers: pd.DataFrame, respondents: Sequence[object], rights: int) -> str:
        """Say how many answered what."""
        return (
            f"{plural(len(answers), 'answer')} of {plural(len(set(respondents)), 'customer')} "
            f"on {plural(rights, 'right')}."
        )

    def chair(self, perception: pd.DataFrame) -> list[tuple[str, float, float, float]]:
        """Return rows for `cemlib.teach.rating_form.compare_ratings`."""
        rows = perception[["name", "estimate", "low", "high"]].itertuples(index=False)
        return [(self.names.get(name, name), *numbers) for name, *numbers in rows]

    def perception(self, felt: Estimates) -> str:
        """Say which right is felt least, and how sure that is."""
        lowest = _lowest(felt)
        return (
            f"**{self.names[lowest['name']]}** is felt least: {number(lowest['estimate'])} of 100 "
            f"points ({interval(lowest['low'], lowest['high'])}). It is the lowest of all in "
            f"{percent(felt.probability_lowest().max())} of the resamples. Dots in the warmer "
            "colour cannot be told from it."
        )

    def quality(self, quality: pd.DataFrame) -> str:
        """Say which scales are weak, and which cannot be judged."""
        single = self.called(quality.loc[quality["items"] < 2, "scale"])
        weak = self.called(quality.loc[quality["alpha"] < 0.7, "scale"])
        words = [
            f"Weak, and to be read with care: **{join_words(weak)}**."
            if weak
            else "No scale is weak."
        ]
        if single:
            words.append(f"One question cannot tell how well it measures: {join_words(single)}.")
        return " ".join(words)

    def importance(self, importance: Estimates, stated: pd.DataFrame | None) -> str:
        """Say what satisfaction hangs on most, and whether customers say the same."""
        derived = importance.frame().sort_values("estimate", kind="stable", key=significant)
        top = derived.iloc[-1]
        words = (
            f"The rights explain {percent(importance.values.sum())} of the variance of overall "
            f"satisfaction. Most hangs on **{self.names[top['name']]}**: "
            f"{number(100 * top['estimate'])} % of the variance "
            f"({interval(100 * top['low'], 100 * top['high'])}). "
        )
        if stated is None:
            return words + "Nobody was asked what is important, so the two cannot be compared."
        pairs = derived.merge(stated, on="name")[["estimate_x", "estimate_y"]]
        agreement = pairs.corr("spearman").iloc[0, 1]
        return words + (
            f"Ranked by what customers say and by what their satisfaction hangs on, the rights "
            f"agree by {number(agreement, 2)}, where 1 is full agreement and 0 none."
        )

    def quadrants(self, importance: Estimates, felt: Estimates, cut: drivers.Cut) -> pd.DataFrame:
        """Return each right's quadrant under all cuts, and how often resamples keep it."""
        middle = (float(importance.values.mean()), 50.0)
        frame = pd.DataFrame({"right": self.called(felt.names)})
        for each in drivers.CUTS:
            places = drivers.importance_performance(
                importance.values, felt.values, cut=each, midpoints=middle
            )
            frame[f"by {each}"] = [drivers.QUADRANTS[place] for place in places]
        resampled = drivers.importance_performance(
            importance.draws, felt.draws, cut=cut, midpoints=middle
        )
        shares = drivers.quadrant_shares(resampled)
        kept = [drivers.QUADRANTS.index(quadrant) for quadrant in frame[f"by {cut}"]]
        return frame.assign(**{f"kept, by {cut}": shares[range(len(kept)), kept]})

    def asymmetry(self, contrast: pd.DataFrame) -> str:
        """Say what only hurts, what delights and what cuts both ways."""
        kinds = {
            kind: join_words(self._of_kind(contrast, kind))
            for kind in ("basic", "excitement", "performance")
        }
        return (
            f"Only hurts when missing: **{kinds['basic']}**. Delights: **{kinds['excitement']}**. "
            f"Cuts both ways, as far as can be seen: {kinds['performance']}. A right may well "
            "delight and still not be listed: the contrast takes many answers to be sure."
        )

    def levels(self, levels: pd.DataFrame) -> str:
        """Say which level of need is weakest, and whether the mapping decides it."""
        weakest = levels.loc[significant(levels["weakest"]).idxmax()]
        verdict = (
            "That stands whatever the mapping."
            if weakest["weakest"] > 0.9
            else "That is too few to build on: here the mapping speaks, not the customers."
        )
        return (
            f"**{str(weakest['level']).capitalize()}** is the weakest level in "
            f"{percent(weakest['weakest'])} of the mappings tried. {verdict}"
        )

    def steps(self, plan: Plan, practices: pd.DataFrame) -> pd.DataFrame:
        """Return what the plan does, as a table to print."""
        texts = [column for column in ("name_en", "name_zh") if column in practices]
        rows = plan.practices.merge(practices[["practice", *texts]], on="practice")
        rows["right"] = self.called(rows["right"])
        heads = {"name_en": "what to do", "name_zh": "in Chinese", "uplift": "uplift, points"}
        columns = [*texts, "right", "days", "uplift"]
        return rows[columns if texts else ["practice", *columns]].rename(columns=heads)

    def plan(self, plan: Plan, rule: Plan, next_ten: float, slopes: Estimates) -> str:
        """Say what the plan brings, what more days would, and what a rule of thumb gives away."""
        low, high = _gain_interval(plan, slopes)
        return (
            f"The plan takes {number(plan.days)} person-days and should raise overall satisfaction "
            f"by **{number(plan.gain, 2)} points** ({interval(low, high, 2)}). Ten days more would "
            f"buy another {number(next_ten, 2)}. The common rule, fix the right that is felt least "
            f"and then the next, brings {number(rule.gain, 2)}: a regret of "
            f"{number(plan.gain - rule.gain, 2)} points."
        )

    def changes(self, changes: pd.DataFrame) -> str:
        """Say what has changed for sure, and what could have been seen."""
        moved = [
            f"{self.names[row.right]} by {signed(row.change)} points ({p_value(row.p_holm)})"
            for row in changes[changes["p_holm"] < 0.05].itertuples()
        ]
        return (
            f"Changed for sure: {join_words(moved)}. The smallest change that this "
            "survey would find four times in five is about "
            f"{number(changes['detectable'].median())} points."
        )

    def findings(
        self,
        felt: Estimates,
        importance: Estimates,
        quadrants: pd.DataFrame,
        contrast: pd.DataFrame,
        levels: pd.DataFrame,
        *,
        cut: drivers.Cut,
    ) -> Iterator[Finding]:
        """Yield what every assessment finds."""
        lowest, top = (
            _lowest(felt),
            importance.frame().sort_values("estimate", kind="stable", key=significant).iloc[-1],
        )
        weak, strong = self.called([lowest["name"], top["name"]])
        yield Finding("lowest_right", weak, "", "The right that customers feel least.")
        yield _estimate("lowest_index", lowest, "points (0–100)", f"How strongly {weak} is felt.")
        low, high = map(float, percentile_interval(importance.draws.sum(axis=1)))
        yield Finding(
            "explained_variance", float(importance.values.sum()), "share (0–1)",
            "What the rights explain of overall satisfaction.", low, high,
        )  # fmt: skip
        yield Finding("top_driver", strong, "", "The right that satisfaction hangs on most.")
        yield _estimate(
            "top_driver_share", top, "share of variance (0–1)", f"How much hangs on {strong}."
        )
        urgent = quadrants.loc[quadrants[f"by {cut}"] == drivers.QUADRANTS[0], "right"]
        yield Finding(
            "concentrate_here", join_words(urgent), "",
            f"Important but weakly felt, the map cut at the {cut}.",
        )  # fmt: skip
        for kind, words in (
            ("basic", "Only hurt when they are missing."),
            ("excitement", "Delight when they are there."),
        ):
            rights = join_words(self._of_kind(contrast, kind))
            yield Finding(f"{kind}_rights", rights, "", words)
        weakest = levels.loc[significant(levels["weakest"]).idxmax()]
        yield Finding(
            "weakest_level", str(weakest["level"]), "",
            f"The weakest level of need in {percent(weakest['weakest'])} of the mappings tried.",
        )  # fmt: skip

    def plan_findings(
        self, plan: Plan, rule: Plan, next_ten: float, slopes: Estimates
    ) -> Iterator[Finding]:
        """Yield what the plan finds."""
        low, high = _gain_interval(plan, slopes)
        unit = "points of overall satisfaction"
        yield Finding(
            "plan_gain", plan.gain, unit,
            f"What the best plan should bring, in {number(plan.days)} person-days.", low, high,
        )  # fmt: skip
        yield Finding("next_ten_days", next_ten, unit, "What ten days more would buy.")
        yield Finding(
            "regret_of_largest_gap", plan.gain - rule.gain, unit,
            "What fixing the largest gap first would give away.",
        )  # fmt: skip

    def quality_findings(self, quality: pd.DataFrame) -> Iterator[Finding]:
        """Yield the weakest scale, where one can be told."""
        measured = quality.dropna(subset="alpha")
        if len(measured):
            weakest = measured.loc[significant(measured["alpha"]).idxmin()]
            yield Finding(
                "weakest_alpha", weakest["alpha"], "Cronbach’s α (0–1)",
                f"{self.names[weakest['scale']]} is measured least well.",
                weakest["alpha_low"], weakest["alpha_high"],
            )  # fmt: skip

    def change_findings(self, changes: pd.DataFrame | None) -> Iterator[Finding]:
        """Yield the largest change, where there are two waves."""
        if changes is not None and changes["change"].notna().any():
            most = changes.loc[significant(changes["change"].abs()).idxmax()]
            yield Finding(
                "largest_change", most["change"], "points (0–100)",
                f"{self.names[most['right']]} changed most; {p_value(most['p_holm'])} after Holm.",
                most["low"], most["high"],
            )  # fmt: skip

    def truth_findings(self, within: pd.Series) -> Iterator[Finding]:
        """Yield how many of the rights' intervals hold the truth."""
        yield Finding(
            "coverage", float(within.mean()), "share of the rights (0–1)",
            "Rights whose 95 % interval for the perception index holds the truth.",
        )  # fmt: skip

    def _of_kind(self, contrast: pd.DataFrame, kind: str) -> list[str]:
        return self.called(contrast.loc[contrast["kind"] == kind, "driver"])


def _lowest(felt: Estimates) -> pd.Series:
    frame = felt.frame()
    return frame.loc[significant(frame["estimate"]).idxmin()]


def _estimate(name: str, row: pd.Series, unit: str, sentence: str) -> Finding:
    return Finding(name, row["estimate"], unit, sentence, row["low"], row["high"])


def _gain_interval(plan: Plan, slopes: Estimates) -> tuple[float, float]:
    low, high = percentile_interval(plan.gain_draws(slopes.draws, slopes.names))
    return float(low), float(high)
