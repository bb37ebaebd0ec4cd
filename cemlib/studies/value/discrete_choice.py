"""What people choose, and what they would pay: the conditional logit and its willingness to pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats

MOST_STEPS = 40


@dataclass(frozen=True)
class ChoiceModel:
    """A conditional logit.

    Attributes
    ----------
    names : tuple of str
        Of the k attributes.
    values : ndarray, shape (k,)
        Utility of a unit of each.
    covariance : ndarray, shape (k, k)
        Of the values, robust to answers of one respondent hanging together.
    log_likelihood, null : float
        Of the choices by this model, and by lot.
    sets : int
        Choices.
    respondents : int
        Who made them.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    log_likelihood: float
    null: float
    sets: int
    respondents: int

    @property
    def errors(self) -> Floats:
        """Standard errors of the values, shape (k,)."""
        return np.sqrt(np.diagonal(self.covariance))

    @property
    def fit(self) -> float:
        """McFadden's 1 − log-likelihood over that of choices by lot."""
        return 1 - self.log_likelihood / self.null

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw values from their normal approximation, shape (count, k)."""
        checks.between("count", count, 1, whole=True)
        return rng.multivariate_normal(self.values, self.covariance, count, method="cholesky")


def conditional_logit(
    attributes: pd.DataFrame,
    chosen: ArrayLike,
    choice: ArrayLike,
    respondent: ArrayLike | None = None,
) -> ChoiceModel:
    r"""Estimate a conditional logit by Newton's method, choices of any size in one computation.

    :math:`P(j) = \exp(x_j'\beta) / \sum_l \exp(x_l'\beta)` over the alternatives of a choice.

    Parameters
    ----------
    attributes : DataFrame, shape (n, k)
        A row an alternative, the rows of a choice one after another.
    chosen : array_like, shape (n,)
        1 for what was chosen, 0 otherwise; or shares that sum to 1 in each choice.
    choice : array_like, length n
        Which choice the row belongs to.
    respondent : array_like, length n, optional
        Who chose; each choice counts as another's if not given.

    Returns
    -------
    ChoiceModel
        Values with the sandwich covariance, clustered by respondent, factor G/(G − 1).

    Raises
    ------
    ValueError
        If a choice has one alternative, or not exactly one of them was chosen; if an attribute
        never differs within a choice, is a sum of others, or tells choices perfectly; if
        respondents are no more than attributes, or answer too much alike to say how sure it is.

    References
    ----------
    McFadden (1974), in *Frontiers in Econometrics*:105–142; White (1982), *Econometrica* 50:1–25.

    Examples
    --------
    >>> frame = pd.DataFrame({"price": [1.0, 2] * 4})
    >>> model = conditional_logit(frame, [1, 0, 1, 0, 1, 0, 0, 1], np.repeat(range(4), 2))
    >>> model.values.round(4)
    array([-1.0986])
    """
    x = checks.matrix("attributes", attributes, rows=2)
    y = checks.vector("chosen", chosen, length=len(x))
    starts, sizes = _starts(np.asarray(choice), len(x))
    if (sizes < 2).any():
        raise checks.invalid_argument(
            "choice", np.asarray(choice)[starts[np.argmin(sizes)]], "of at least 2"
        )
    totals = np.add.reduceat(y, starts)
    if not np.allclose(totals, 1) or y.min() < 0:
        at = int(np.argmax(np.abs(totals - 1)))
        name = np.asarray(choice)[starts[at]]
        raise ValueError(f"choice {name} has {totals[at]:g} chosen alternatives, but must have 1")
    names = tuple(map(str, attributes.columns))
    x = x - np.repeat(np.add.reduceat(x, starts) / sizes[:, None], sizes, axis=0)
    spread = np.sqrt(np.square(x).mean(axis=0))
    if not (spread > 0).all():
        name = names[int(np.argmin(spread))]
        raise ValueError(f"attribute {name!r} never differs within a choice; leave it out")
    beta, curvature, chance = _newton(x / spread, y, starts, sizes)
    scores = np.add.reduceat((y - chance)[:, None] * x, starts)
    owners = np.arange(len(starts)) if respondent is None else _owners(respondent, starts, len(x))
    groups = int(owners.max()) + 1
    if groups < 2:
        raise checks.invalid_argument("respondent", 1, "of at least two respondents")
    sums = np.stack([np.bincount(owners, weights=column) for column in scores.T], axis=1)
    bread = np.linalg.inv(curvature) / np.outer(spread, spread)
    covariance = groups / (groups - 1) * bread @ (sums.T @ sums) @ bread
    _told_apart(covariance, groups)
    likelihood = float(y @ np.log(np.maximum(chance, 1e-300)))
    return ChoiceModel(
        names,
        beta / spread,
        covariance,
        likelihood,
        float(-np.log(sizes).sum()),
        len(starts),
        groups,
    )


def _newton(
    x: Floats, y: Floats, starts: NDArray[np.intp], sizes: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    beta = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS):
        chance = _chances(x @ beta, starts, sizes)
        weighted = chance[:, None] * x
        means = np.add.reduceat(weighted, starts)
        curvature = weighted.T @ x - means.T @ means
        if np.linalg.cond(curvature) > 1e12:
            break
        step = np.linalg.solve(curvature, (y - chance) @ x)
        beta = beta + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-9:
            return beta, curvature, chance
    raise ValueError(
        "attributes tell choices perfectly, or one is a sum of others; leave some out, or ask more "
        "respondents"
    )


def _told_apart(covariance: Floats, groups: int) -> None:
    """Refuse a sandwich without filling: the scores of k respondents lie in k - 1 dimensions."""
    errors = np.sqrt(np.diagonal(covariance))
    if groups > len(errors) and (errors > 0).all():
        smallest = np.linalg.eigvalsh(covariance / np.outer(errors, errors))[0]
        if smallest > 1e-10:
            return
    raise checks.invalid_argument(
        "respondent", groups, f"of more than {len(errors)} respondents who differ in their answers"
    )


def _chances(utility: Floats, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Floats:
    top = np.repeat(np.maximum.reduceat(utility, starts), sizes)
    weight = np.exp(utility - top)
    return weight / np.repeat(np.add.reduceat(weight, starts), sizes)


def _starts(choice: NDArray, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if len(choice) != size:
        raise ValueError(f"choice has {len(choice)} rows, but attributes {size}")
    codes = pd.factorize(choice)[0]
    change = np.flatnonzero(np.diff(codes)) + 1
    starts = np.concatenate([[0], change])
    if len(starts) != codes.max() + 1:
        raise ValueError("rows of a choice do not stand together; sort the table by choice")
    return starts, np.diff(np.append(starts, size))


def _owners(respondent: ArrayLike, starts: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    who = np.asarray(respondent)
    if len(who) != size:
        raise ValueError(f"respondent has {len(who)} rows, but attributes {size}")
    return pd.factorize(who[starts])[0]


def attributes_of(choices: pd.DataFrame) -> pd.DataFrame:
    """Return the attributes of alternatives in a choice experiment on price and days.

    Parameters
    ----------
    choices : DataFrame
        A row an alternative: ``price``, ``days``; both missing for "none of these".

    Returns
    -------
    DataFrame
        ``price``, ``days`` and, where there is such an alternative, ``none`` (1 for it).

    Examples
    --------
    >>> attributes_of(pd.DataFrame({"price": [8, None], "days": [1, None]})).values.tolist()
    [[8.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    none = choices["price"].isna() & choices["days"].isna()
    frame = choices[["price", "days"]].astype(float).where(~none, 0.0, axis=0)
    return frame.assign(none=none.astype(float)) if none.any() else frame


def choice_model(choices: pd.DataFrame) -> ChoiceModel:
    """Estimate the conditional logit of a choice experiment on price and days.

    Parameters
    ----------
    choices : DataFrame
        A row an alternative: ``respondent``, ``task``, ``price``, ``days``, ``chosen``.

    Returns
    -------
    ChoiceModel
        Of price, days and, where it was offered, none of these.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": np.repeat(range(8), 2), "task": 1})
    >>> frame["price"], frame["days"] = np.tile([8.0, 3.0], 8), np.tile([1.0, 3.0], 8)
    >>> frame.loc[8:, "days"] = np.tile([2.0, 5.0], 4)
    >>> frame["chosen"] = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0]
    >>> choice_model(frame).names
    ('price', 'days')
    """
    who, task = (pd.factorize(choices[name])[0] for name in ("respondent", "task"))
    keys = who * (task.max() + 1) + task
    return conditional_logit(
        attributes_of(choices), choices["chosen"].astype(float), keys, choices["respondent"]
    )


def by_segment(choices: pd.DataFrame, segment: str = "segment") -> dict[str, ChoiceModel]:
    """Estimate a model for each segment, its own price and days.

    Parameters
    ----------
    choices : DataFrame
        As for `choice_model`, with a column of segments.
    segment : str
        Its name.

    Returns
    -------
    dict of str to ChoiceModel
        Segment → model, in alphabetical order; a segment whose choices tell too little is left
        out.

    Examples
    --------
    >>> by_segment(pd.DataFrame({"segment": []}))
    {}
    """
    found = {}
    for name, rows in choices.groupby(segment):
        try:
            found[str(name)] = choice_model(rows)
        except ValueError:
            continue
    return found


def willingness_to_pay(
    models: Mapping[str, ChoiceModel],
    rng: np.random.Generator,
    *,
    draws: int = 2000,
    of: str = "days",
    money: str = "price",
) -> Estimates:
    """Return what a unit less of an attribute is worth, with the interval of Krinsky and Robb.

    The ratio of two values; its draws are ratios of joint normal draws of them.

    Parameters
    ----------
    models : mapping of str to ChoiceModel
        By what they are called, say segments.
    rng : numpy.random.Generator
        Source of randomness.
    draws : int
        How many.
    of, money : str
        Attributes: what is paid for, and what it is paid in.

    Returns
    -------
    Estimates
        Yuan a day faster, one of each model.

    References
    ----------
    Krinsky & Robb (1986), *Review of Economics and Statistics* 68:715–719; Hole (2007), *Health
    Economics* 16:827–840.

    Examples
    --------
    >>> values, little = np.array([-0.2, -1.0]), 1e-6 * np.eye(2)
    >>> model = ChoiceModel(("price", "days"), values, little, -1, -2, 9, 9)
    >>> willingness_to_pay({"all": model}, np.random.default_rng(1)).values
    array([5.])
    """
    names, values, drawn = tuple(models), [], []
    for model in models.values():
        for name in (of, money):
            checks.one_of("attribute", name, model.names)
        top, bottom = model.names.index(of), model.names.index(money)
        sample = model.draws(draws, rng)
        values.append(model.values[top] / model.values[bottom])
        drawn.append(sample[:, top] / sample[:, bottom])
    return Estimates(names, np.array(values), np.array(drawn).T.reshape(draws, len(names)))
