"""The best spending on inviting complaints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cemlib import checks


@dataclass(frozen=True)
class Invitation:
    """The best spending on inviting complaints.

    Attributes
    ----------
    effort : float
        Spending per dissatisfied customer, money.
    share : float
        Share of dissatisfied customers who then complain.
    gain : float
        Net gain compared with no invitation, money per dissatisfied customer.
    worth : float
        Value of one more complaint after the cost of its handling, money.
    uninvited, reachable : float
        Assumed shares who complain anyway, and who would complain at most.
    """

    effort: float
    share: float
    gain: float
    worth: float
    uninvited: float
    reachable: float


def invite_at(
    cost: float,
    paid: float | None,
    scale: float | None,
    uninvited: float = 0.05,
    reachable: float = 0.9,
) -> Invitation | None:
    """Return the best spending on inviting complaints; None where a number is not known.

    Parameters
    ----------
    cost : float
        Break-even cost of resolving a complaint, money.
    paid : float or None
        Mean compensation, money per complaint.
    scale : float or None
        As for `invite`.
    uninvited, reachable : float
        As for `invite`, where the second is the maximum.

    Examples
    --------
    >>> invite_at(100.0, None, 5.0) is None, invite_at(100.0, 20.0, 5.0).worth
    (True, 80.0)
    """
    if paid is None or scale is None or not np.isfinite(cost):
        return None
    return invite(cost - paid, uninvited, reachable, scale)


def invite(
    worth: float, uninvited: float = 0.05, maximum: float = 0.9, scale: float = 5.0
) -> Invitation:
    """Find the spending on inviting complaints that maximises the net gain.

    Spending e per dissatisfied customer makes a share c(e) = m − (m − c₀)·exp(−e/k) complain; the
    net gain (c(e) − c₀)·w − e has its maximum at e* = k·ln((m − c₀)·w/k), or at 0.

    Parameters
    ----------
    worth : float
        Value w of a complaint after the cost of handling and compensation, money.
    uninvited : float
        Share c₀ of dissatisfied customers who complain anyway, in [0, 1).
    maximum : float
        Largest share m that could be reached, in (c₀, 1].
    scale : float
        Spending k that wins 63% of the rest, money.

    Returns
    -------
    Invitation
        The optimum.

    References
    ----------
    After Fornell & Wernerfelt (1987), *J. Marketing Research* 24(4):337–346; the form of c is ours.

    Examples
    --------
    >>> best = invite(100.0, uninvited=0.1, maximum=0.9, scale=8.0)
    >>> round(best.effort, 3), round(best.share, 3), invite(1.0).effort
    (18.421, 0.82, 0.0)
    """
    checks.between("uninvited", uninvited, 0, 1 - 1e-9)
    checks.between("maximum", maximum, uninvited + 1e-9, 1)
    checks.between("scale", scale, 1e-9)
    initial_return = (maximum - uninvited) * worth / scale  # money gained per first unit spent
    effort = float(scale * np.log(initial_return)) if initial_return > 1 else 0.0
    share = float(maximum - (maximum - uninvited) * np.exp(-effort / scale))
    gain = (share - uninvited) * worth - effort
    return Invitation(effort, share, gain, worth, uninvited, maximum)
