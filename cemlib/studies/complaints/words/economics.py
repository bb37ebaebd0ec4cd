"""What workbook 06 says of money: break-even, lifetime value, the honest tariff."""

from __future__ import annotations

import pandas as pd

from cemlib.studies.complaints.retention import break_even_by_outcome, invite, lifetime_multiple
from cemlib.teach.sentences import number, percent
from cemlib.teach.tables import Table, table


def beside(tarp: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Return TARP's shares beside those of a log, as a table to print."""
    order = list(dict.fromkeys(tarp["outcome"]))
    frame = tarp.pivot(index="outcome", columns="loss", values="stays").reindex(order)
    own = ours.set_index("outcome")[["stays", "n"]].set_axis(["this log", "n"], axis=1)
    return frame.join(own).reset_index()


def break_even(stays: pd.DataFrame, margin: float, retention: float, discount: float) -> Table:
    """Return what resolving a complaint may cost, for a margin and a retention a month."""
    lifetime = margin * float(lifetime_multiple(retention, discount))
    heads = ["if it becomes a", "more stay, points of 100", "may cost, yuan"]
    frame = break_even_by_outcome(stays, lifetime).assign(more_stay=lambda f: 100 * f["more_stay"])
    caption = f"At a lifetime value of {number(lifetime, 0)} yuan"
    return table(frame.set_axis(heads, axis=1), caption, {heads[1]: 0, heads[2]: 0})


def multiples(printed: pd.DataFrame) -> pd.DataFrame:
    """Return printed lifetime multiples beside ours, as a table to print."""
    ours = lifetime_multiple(printed["retention"], printed["discount"])
    heads = ["stay each year", "discount rate", "printed", "ours"]
    return printed[["retention", "discount", "multiple"]].assign(ours=ours).set_axis(heads, axis=1)


def tariff_table(fits: pd.DataFrame) -> pd.DataFrame:
    """Return what an honest tariff must earn, as a table to print."""
    heads = ["given up, yuan a month", "worth before", "worth after", "lost, yuan"]
    heads += ["must stay a month", "more a year, points", "possible"]
    return fits.set_axis(heads, axis=1)


def economy(ours: pd.DataFrame, lifetime: float, paid: float) -> str:
    """Say what resolving a complaint may cost, and how far to invite complaints.

    Parameters
    ----------
    ours : DataFrame
        From `cemlib.studies.complaints.retention.stays_by_outcome`.
    lifetime : float
        What staying is worth, yuan.
    paid : float
        Mean compensation, yuan.
    """
    shares = ours.set_index("outcome")["stays"]
    gain = (shares["complaint resolved"] - shares["complaint not resolved"]) * lifetime
    words = (
        f"In this log {percent(shares['complaint not resolved'])} stay whose complaint was not "
        f"resolved, {percent(shares['complaint resolved'])} where it was and "
        f"{percent(shares['complaint resolved quickly'])} where it was quickly. At a lifetime "
        f"value of {number(lifetime, 0)} yuan, resolving one may cost "
        f"**{number(gain, 0)} yuan**; the log pays {number(paid, 0)} on average. "
    )
    best = invite(gain - paid)
    if best.effort > 0:
        return words + (
            f"It pays to spend {number(best.effort)} yuan on each dissatisfied customer to make "
            f"complaining easy, until {percent(best.share)} of them do."
        )
    return words + "Inviting complaints does not pay at these figures."
