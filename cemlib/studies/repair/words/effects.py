"""Sentences and findings on effects: of calls, of a rule, of call-backs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.stats.estimates import Difference
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.interrupted import CallBack, Interrupted
from cemlib.studies.repair.words.desk import ADJUSTED
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, signed
from cemlib.teach.tables import Table, table

_POINTS, _ALPHA, _MONTH = "points (0–100)", 0.05, 30
COVARIATE_NAMES = {"before": "score before", "log_value": "value"}


def effect_estimates(
    effects: pd.DataFrame, rise: Difference, covariates: Sequence[str] = ()
) -> Markdown:
    """Return the effect in the trial, and how far the simple comparisons are from it."""
    rows = effects.set_index("estimator")
    trial = rows.loc[ESTIMATORS[-1]]
    if not np.isfinite(trial["estimate"]):
        names = [COVARIATE_NAMES.get(name, name) for name in covariates]
        return markdown(
            "These cases contain no randomised wait list, so nobody can say which of the estimates "
            "is right. The last of them are adjusted comparisons: they are effects only if nothing "
            "but {recorded} decided who was called. Randomise a part of next month's cases.",
            recorded=join_words(names) if names else "the recorded variables",
        )
    first = markdown(
        "In the randomised wait list, a call changes the score by **{effect} points** (95% "
        "interval {bounds}). The before-and-after comparison gives {naive}; called versus not "
        "called gives {crude}.",
        effect=signed(trial["estimate"]),
        bounds=interval(trial["low"], trial["high"]),
        naive=signed(rows.loc[ESTIMATORS[0], "estimate"]),
        crude=signed(rows.loc[ESTIMATORS[1], "estimate"]),
    )
    return join_markdown([first, _rise(rise), *_chosen(rows.loc[ESTIMATORS[1]], trial)])


def _rise(rise: Difference) -> Markdown:
    """Return what the scores of customers without a call did."""
    low, high = rise.interval()
    values = {"rise": signed(rise.estimate), "bounds": interval(low, high)}
    if low > 0:
        return markdown(
            "Customers randomised to wait changed by {rise} points ({bounds}) without any call, as "
            "**regression to the mean** lets expect: after an unusually low score, the next one is "
            "usually closer to a customer's average.",
            **values,
        )
    return markdown(
        "Customers randomised to wait changed by {rise} points ({bounds}) without any call: these "
        "data show no regression to the mean.",
        **values,
    )


def _chosen(crude: pd.Series, trial: pd.Series) -> Iterator[Markdown]:
    """Yield whether the comparison by the desk's choice differs from the trial."""
    gap = crude["estimate"] - trial["estimate"]
    error = np.hypot(crude["high"] - crude["low"], trial["high"] - trial["low"]) / 2
    if np.isfinite(gap):
        yield markdown(
            "Called versus not called differs from the trial by {gap} points, {verdict}.",
            gap=signed(gap),
            verdict="more than chance: the customers whom the desk chose are not like the others"
            if abs(gap) > error
            else "no more than chance",
        )


def rule_effect(series: Interrupted) -> Markdown:
    """Return the change under the rule, relative to the trend before it."""
    change = markdown(
        "Since calling back became the rule, repeat calls per 100 resets differ by **{change}** "
        "from the trend before it (95% interval {bounds}; with Newey–West errors {hac}).",
        change=signed(series.average.estimate),
        bounds=interval(*series.average.interval()),
        hac=interval(*series.average_hac.interval()),
    )
    low, high = (_MONTH * bound for bound in series.before.interval())
    slope, naive = _MONTH * series.before.estimate, signed(series.naive.estimate)
    if low > 0 or high < 0:
        trend = markdown(
            "Before the rule they {moved} by {slope} a month ({bounds}) anyway; the mean after "
            "minus the mean before, {naive}, counts that as the rule.",
            moved="rose" if slope > 0 else "fell",
            slope=number(abs(slope)),
            bounds=interval(min(abs(low), abs(high)), max(abs(low), abs(high))),
            naive=naive,
        )
    else:
        trend = markdown(
            "Before the rule they show no trend ({slope} a month, {bounds}); the mean after minus "
            "the mean before is {naive}.",
            slope=signed(slope),
            bounds=interval(low, high),
            naive=naive,
        )
    p = series.curvature.p_value
    bent = markdown(
        "The series before the rule {verdict}",
        verdict=markdown(
            "is curved (p = {p}), so a straight trend is a doubtful forecast of the time without "
            "the rule.",
            p=number(p, 2),
        )
        if p < _ALPHA
        else markdown(
            "shows no curvature (p = {p}). Without a control series, anything else that changed "
            "on that day counts as the rule.",
            p=number(p, 2),
        ),
    )
    return join_markdown([change, trend, bent])


def call_back_saving(
    pilot: CallBack, call_cost: float, repeat_cost: float, randomised: bool = True
) -> Markdown:
    """Return what a call-back saves, and at which cost it breaks even."""
    even, low, high = pilot.break_even
    design = "In the randomised pilot, a call-back" if randomised else "A call-back"
    return markdown(
        "{design} avoids {avoided} repeat calls. Assuming {call_cost} per call-back and "
        "{repeat_cost} per repeat call, the net saving is **{saving}** per reset (95% interval "
        "{bounds}). A call-back breaks even at a cost of {even} ({even_bounds}), or at {repeats} "
        "repeat calls per reset.{caveat}",
        design=design,
        avoided=number(pilot.avoided.estimate, 2),
        call_cost=money(call_cost, 1),
        repeat_cost=money(repeat_cost, 1),
        saving=_signed_money(pilot.saving.estimate),
        bounds=interval(*pilot.saving.interval()),
        even=money(even, 1),
        even_bounds=interval(low, high),
        repeats=number(pilot.break_even_repeats, 2),
        caveat=Markdown("") if randomised else markdown(" {adjusted}", adjusted=ADJUSTED),
    )


def _signed_money(value: float) -> str:
    text = money(value, 1)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def effect_findings(effects: pd.DataFrame, rise: Difference) -> Iterator[Finding]:
    """Yield each estimate of the effect of a call."""
    for row in effects.dropna(subset="estimate").itertuples():
        yield Finding(
            f"effect_{row.estimator.replace(' ', '_')}", row.estimate, _POINTS,
            f"Effect of a call on the score, estimator: {row.estimator}.", row.low, row.high,
        )  # fmt: skip
    if np.isfinite(rise.estimate):
        sentence = "Score rise among customers randomised to no call."
        yield Finding("rise_without_call", rise.estimate, _POINTS, sentence, *rise.interval())


def rule_findings(series: Interrupted) -> Iterator[Finding]:
    """Yield the change under the rule."""
    yield Finding(
        "repeat_calls_change", series.average.estimate, "repeat calls per 100 resets",
        "Change of repeat calls since calling back became the rule, relative to the trend.",
        *series.average.interval(),
    )  # fmt: skip


def call_back_findings(pilot: CallBack) -> Iterator[Finding]:
    """Yield the saving by a call-back."""
    yield Finding(
        "call_back_saving", pilot.saving.estimate, f"{currency()} per reset",
        "Net saving of a call-back after a reset.", *pilot.saving.interval(),
    )  # fmt: skip


def coverage_findings(
    estimators: Iterable[str], covered: Iterable[bool], half_lives_covered: float
) -> Iterator[Finding]:
    """Yield which 95% intervals cover the true values."""
    for name, covers in zip(estimators, covered, strict=True):
        yield Finding(
            f"covers_{name.replace(' ', '_')}", float(covers), "1 yes, 0 no",
            f"Whether the 95% interval covers the true effect: {name}.",
        )  # fmt: skip
    yield Finding(
        "covers_half_lives", half_lives_covered, "share of problems (0–1)",
        "Problems whose 95% interval covers the true half-life.",
    )  # fmt: skip


def call_list(tomorrow: pd.DataFrame) -> Table | Markdown:
    """Return the first calls of a call list as a table; a sentence if there is none."""
    if tomorrow.empty:
        return Markdown(
            "No case of the last three days has a customer, so there is nobody to call."
        )
    columns = ("rank", "case", "problem", "script", "authority", "why")
    shown = tomorrow[[name for name in columns if name in tomorrow]].head(8)
    return table(shown, f"The first calls of tomorrow; authority in {currency()}")
