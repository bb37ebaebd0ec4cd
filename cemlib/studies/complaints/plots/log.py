"""Figures of a log of complaints."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.patches import FancyBboxPatch

from cemlib.checks import invalid_argument
from cemlib.plot.marks import dots, name_rows, rows_high
from cemlib.plot.style import BLUE, GREEN, GREY, INK, ORANGE, SKY, VERMILION, Figure, canvas
from cemlib.stats.estimates import Estimates, significant
from cemlib.studies.complaints.equivalence import Equivalence
from cemlib.studies.complaints.promises import Promise
from cemlib.studies.complaints.rates import Removal
from cemlib.teach.sentences import plural


def promise_figure(hours: pd.Series, promise: Promise, noun: str = "repair") -> Figure:
    """Draw the share of repairs that keep a promise, with the best one and the one that was made.

    Parameters
    ----------
    hours : Series
        Hours that comparable repairs took.
    promise : Promise
        From `cemlib.studies.complaints.promises.best_promise`.
    noun : str
        What is promised: ``"repair"`` or ``"answer"``.
    """
    ordered = np.sort(hours.dropna().to_numpy(dtype=float))
    share = 100 * np.arange(1, len(ordered) + 1) / len(ordered)
    marks = [(promise.hours, promise.kept, GREEN, f"best promise: {promise.hours:.1f} h")]
    best = f"{100 * promise.kept:.0f}% "
    alt = f"Cumulative share of {len(ordered)} {noun}s by hours. "
    if promise.made is not None:
        label = f"promise made: {promise.made:g} h"
        marks.insert(0, (promise.made, promise.made_kept, VERMILION, label))
        alt += f"{100 * promise.made_kept:.0f}% keep the promise of {promise.made:g} hours, {best}"
    else:
        alt += f"{best}keep "
    alt += f"the best promise of {promise.hours:.1f} hours."
    with canvas(height=3.6, alt=alt) as (figure, axes):
        axes.step(ordered, share, where="post", color=BLUE)
        axes.axvspan(promise.low, promise.high, color=GREEN, alpha=0.16, linewidth=0)
        for x, kept, colour, label in marks:
            axes.plot([x, x], [0, 100 * kept], color=colour, linewidth=2)
            axes.scatter([x], [100 * kept], color=colour, s=52, zorder=4)
            axes.annotate(
                f"{label},\nkept by {100 * kept:.0f}%", (x, 100 * kept), xytext=(9, -8),
                textcoords="offset points", va="top", fontsize=9.5, color=INK,
            )  # fmt: skip
        axes.set_xlim(0, max(float(np.quantile(ordered, 0.97)), promise.hours * 1.4))
        axes.set_ylim(0, 104)
        done = {"repair": "Repairs completed, %", "answer": "Complaints answered, %"}
        start = {"repair": "Hours since the failure was reported", "answer": "Hours since receipt"}
        axes.set_xlabel(start[noun])
        axes.set_ylabel(done[noun])
        axes.set_title(f"Share of {noun}s that keep a promise")
    return figure


def coverage_figure(report: pd.DataFrame) -> Figure:
    """Draw the share of complaints that record each step of ISO 10002.

    Parameters
    ----------
    report : DataFrame
        From `cemlib.studies.complaints.case.step_coverage`.
    """
    known = report[report["recorded"]]
    rarest = known.loc[significant(known["share"]).idxmin()]
    unrecorded = plural(int((~report["recorded"]).sum()), "step is", "steps are")
    alt = (
        f"Share of complaints with a date for each step of ISO 10002; lowest for "
        f"{rarest['step']}, {100 * rarest['share']:.0f}%; {unrecorded} not recorded."
    )
    table = report.iloc[::-1].reset_index(drop=True)
    shown = pd.DataFrame(
        {"estimate": 100 * table["share"], "low": 100 * table["low"], "high": 100 * table["high"]}
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        axes.barh(table.index, shown["estimate"].fillna(0), color=SKY, height=0.62, alpha=0.6)
        dots(axes, shown.dropna(), BLUE)
        for row, step in enumerate(table.itertuples()):
            text = f"median {step.hours:.1f} h" if step.recorded and step.hours > 0 else ""
            if step.out_of_order > 0.001:
                text += f"; {100 * step.out_of_order:.1f}% dated before an earlier step"
            text = text if step.recorded else "not recorded"
            axes.text(2, row, text, va="center", fontsize=9, color=INK)
        name_rows(axes, table["step"], {})
        axes.set_xlim(0, 104)
        axes.set_xlabel("Complaints with a date for this step, %")
        axes.set_title("Steps of ISO 10002 in the log, and hours since receipt")
    return figure


def justice_figure(
    parts: Mapping[str, Mapping[str, Estimates]], names: Mapping[str, str]
) -> Figure:
    """Draw the indirect and direct effect of each kind of justice on each outcome.

    Parameters
    ----------
    parts : mapping of str to mapping
        Name of the outcome → from `cemlib.studies.complaints.justice.mediation`.
    names : mapping of str to str
        Printed name of each kind of justice.
    """
    outcomes = list(parts)
    strongest = []
    for outcome in outcomes:
        totals = parts[outcome]["total"]
        top = totals.names[int(np.argmax(significant(totals.values)))]
        strongest.append(f"{names.get(top, top)} for {outcome.lower()}")
    alt = "Indirect and direct effects of three kinds of justice. "
    alt += f"Largest total effect: {', '.join(strongest)}."
    with canvas(
        height=3.2, alt=alt, ncols=len(outcomes), sharey=True, sharex=True, squeeze=False
    ) as (
        figure,
        axes,
    ):
        for panel, outcome in zip(axes[0], outcomes, strict=True):
            for part, colour, shift, marker in (
                ("indirect", BLUE, 0.14, "o"),
                ("direct", ORANGE, -0.14, "D"),
            ):
                table = parts[outcome][part].frame().iloc[::-1].reset_index(drop=True)
                label = "through satisfaction with the handling" if shift > 0 else "directly"
                dots(panel, table, colour, shift=shift, marker=marker, label=label)
            order = list(reversed(parts[outcome]["total"].names))
            name_rows(panel, order, names)
            panel.axvline(0, color=INK, linewidth=1)
            panel.set_xlabel("Scale points per point\nof perceived justice")
            panel.set_title(outcome)
        handles, labels = axes[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def paradox_figure(comparisons: Mapping[str, Equivalence]) -> Figure:
    """Draw changes after a good recovery, and the range of differences that do not matter.

    Parameters
    ----------
    comparisons : mapping of str to Equivalence
        Name of what is compared → from `cemlib.studies.complaints.equivalence`.
    """
    verdicts = [f"{name} {each.verdict()}" for name, each in comparisons.items()]
    alt = f"After a good recovery, compared with before the failure: {'; '.join(verdicts)}."
    rows = list(comparisons.items())[::-1]
    with canvas(height=1.5 + 0.55 * len(rows), alt=alt) as (figure, axes):
        for row, (_, each) in enumerate(rows):
            axes.add_patch(
                FancyBboxPatch(
                    (-each.margin, row - 0.3), 2 * each.margin, 0.6, boxstyle="square,pad=0",
                    facecolor="#dff0ea", edgecolor="none", zorder=0,
                )
            )  # fmt: skip
            low, high = each.interval()
            table = pd.DataFrame({"estimate": each.estimate, "low": low, "high": high}, index=[row])
            dots(axes, table, GREEN if each.verdict() == "equivalent" else BLUE)
            axes.annotate(
                each.verdict(), (high, row), xytext=(8, 0), textcoords="offset points",
                va="center", fontsize=9.5,
            )  # fmt: skip
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, [name for name, _ in rows], {})
        axes.margins(x=0.25)
        axes.set_xlabel("After the answer minus before the failure, scale points;\n"
                        "green band: too small to matter")  # fmt: skip
        axes.set_title("Change after a good recovery")
    return figure


def cause_figure(removal: Removal) -> Figure:
    """Draw monthly complaints of one kind, before and after its cause was removed.

    Parameters
    ----------
    removal : Removal
        From `cemlib.studies.complaints.rates.removal`, with a ratio.

    Raises
    ------
    ValueError
        If there is no ratio.
    """
    monthly, removed, ratio = removal.months, removal.day, removal.ratio
    if ratio is None:
        raise invalid_argument("removal", removal.failure, "one with a ratio")
    kind = removal.failure
    alt = (
        f"Monthly complaints about {kind} per 1,000 customers. After the cause was removed the "
        f"rate is {100 * ratio.ratio:.0f}% of what it would have been (95% interval "
        f"{100 * ratio.low:.0f}% to {100 * ratio.high:.0f}%)."
    )
    x = np.arange(len(monthly))
    after = (monthly["month"] >= removed.to_period("M").to_timestamp()).to_numpy()
    with canvas(height=3.2, alt=alt) as (figure, axes):
        colours = np.where(after, GREEN, VERMILION)
        axes.vlines(x, monthly["low"], monthly["high"], colors=colours, linewidth=2, alpha=0.5)
        axes.scatter(x, monthly["rate"], c=colours, s=40, zorder=3)
        if after.any() and not after.all():
            edge = int(np.argmax(after)) - 0.5
            axes.axvline(edge, color=GREY, linewidth=1, linestyle="--")
            axes.annotate(
                f"cause removed: {100 * ratio.ratio:.0f}% of the expected rate", (edge, 1),
                xytext=(6, -4),
                xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
                fontsize=9.5,
            )  # fmt: skip
        step = max(1, len(monthly) // 6)
        axes.set_xticks(x[::step], [f"{m:%Y-%m}" for m in monthly["month"][::step]])
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Month of the complaint")
        axes.set_ylabel("Complaints per month\nand 1,000 customers")
        axes.set_title(f"Complaints about {kind}")
    return figure
