"""The conditional logit of choices, and willingness to pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.clusters import clustered_covariance, jackknife_covariance
from cemlib.stats.estimates import Estimates, Floats

MAX_STEPS = 40
ALL = "all together"


@dataclass(frozen=True)
class ChoiceModel:
    """A conditional logit.

    Attributes
    ----------
    names : tuple of str
        The k attributes.
    values : ndarray, shape (k,)
        Utility of a unit of each attribute.
    covariance : ndarray, shape (k, k)
        Covariance of the values, by the jackknife over respondents: robust to dependence between
        answers of one respondent, and not too small if these are few.
    log_likelihood, null : float
        Log-likelihood of this model, and of equal probabilities.
    sets : int
        Number of choices.
    respondents : int
        Number of respondents.
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
    def prior(self) -> dict[str, float]:
        """The values by attribute, as what the design of a next experiment expects."""
        return dict(zip(self.names, map(float, self.values), strict=True))

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw values, shape (count, k), from t with one degree less than there are respondents."""
        checks.between("count", count, 1, whole=True)
        zero, degrees = np.zeros(len(self.values)), max(self.respondents - 1, 1)
        normal = rng.multivariate_normal(zero, self.covariance, count, method="cholesky")
        return self.values + normal / np.sqrt(rng.chisquare(degrees, (count, 1)) / degrees)


def conditional_logit(
    attributes: pd.DataFrame,
    chosen: ArrayLike,
    choice: ArrayLike,
    respondent: ArrayLike | None = None,
) -> ChoiceModel:
    r"""Estimate a conditional logit by Newton's method, for choices of any size.

    :math:`P(j) = \exp(x_j'\beta) / \sum_l \exp(x_l'\beta)` over the alternatives of a choice.

    Parameters
    ----------
    attributes : DataFrame, shape (n, k)
        One row per alternative, the rows of a choice next to one another.
    chosen : array_like, shape (n,)
        1 for the chosen alternative, 0 otherwise; or shares that sum to 1 in each choice.
    choice : array_like, length n
        The choice that each row belongs to.
    respondent : array_like, length n, optional
        The respondent of each row; if not given, each choice counts as another respondent's.

    Returns
    -------
    ChoiceModel
        Values with the covariance of the one-step jackknife over respondents.

    Raises
    ------
    ValueError
        If a choice has one alternative, or not exactly one of them was chosen; if an attribute
        never differs within a choice, is a sum of others, or predicts choices perfectly; if
        respondents are no more than attributes, or too similar to estimate a covariance.

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
    scale = np.sqrt(np.square(x).mean(axis=0))
    if not (scale > 0).all():
        name = names[int(np.argmin(scale))]
        raise ValueError(f"attribute {name!r} never differs within a choice; leave it out")
    beta, curvature, probability = _newton(x / scale, y, starts, sizes)
    scores = np.add.reduceat((y - probability)[:, None] * x, starts)
    owners = np.arange(len(starts)) if respondent is None else _owners(respondent, starts, len(x))
    groups = int(owners.max()) + 1
    if groups < 2:
        raise checks.invalid_argument("respondent", 1, "of at least two respondents")
    bread = np.linalg.inv(curvature) / np.outer(scale, scale)
    _refuse_singular(clustered_covariance(scores, bread, owners), groups)
    products = (probability[:, None, None] * x[:, :, None]) * x[:, None, :]
    means = np.add.reduceat(probability[:, None] * x, starts)
    information = np.add.reduceat(products, starts) - means[:, :, None] * means[:, None, :]
    covariance = jackknife_covariance(scores, information, bread, owners)
    likelihood = float(y @ np.log(np.maximum(probability, 1e-300)))
    return ChoiceModel(
        names,
        beta / scale,
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
    for _ in range(MAX_STEPS):
        probability = _probabilities(x @ beta, starts, sizes)
        weighted = probability[:, None] * x
        means = np.add.reduceat(weighted, starts)
        curvature = weighted.T @ x - means.T @ means
        if np.linalg.cond(curvature) > 1e12:
            break
        step = np.linalg.solve(curvature, (y - probability) @ x)
        beta = beta + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-9:
            return beta, curvature, probability
    raise ValueError(
        "attributes predict choices perfectly, or one is a sum of others; leave some out, or ask "
        "more respondents"
    )


def _refuse_singular(covariance: Floats, groups: int) -> None:
    """Refuse a singular covariance: scores sum to 0, so k respondents span k − 1 dimensions."""
    errors = np.sqrt(np.diagonal(covariance))
    if groups > len(errors) and (errors > 0).all():
        smallest = np.linalg.eigvalsh(covariance / np.outer(errors, errors))[0]
        if smallest > 1e-10:
            return
    raise checks.invalid_argument(
        "respondent", groups, f"of more than {len(errors)} respondents who differ in their answers"
    )


def _probabilities(utility: Floats, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Floats:
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
        raise ValueError("rows of a choice are not next to one another; sort the table by choice")
    return starts, np.diff(np.append(starts, size))


def _owners(respondent: ArrayLike, starts: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    names = np.asarray(respondent)
    if len(names) != size:
        raise ValueError(f"respondent has {len(names)} rows, but attributes {size}")
    return pd.factorize(names[starts])[0]


def attributes_of(choices: pd.DataFrame) -> pd.DataFrame:
    """Return the attributes of the alternatives of a choice experiment on price and days.

    Parameters
    ----------
    choices : DataFrame
        One row per alternative: ``price``, ``days``; both missing for "none of these".

    Returns
    -------
    DataFrame
        ``price``, ``days`` and, if there is such an alternative, ``none`` (1 for it).

    Examples
    --------
    >>> attributes_of(pd.DataFrame({"price": [8, None], "days": [1, None]})).values.tolist()
    [[8.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    none = choices["price"].isna() & choices["days"].isna()
    frame = choices[["price", "days"]].astype(float).where(~none, 0.0, axis=0)
    return frame.assign(none=none.astype(float)) if none.any() else frame


def choice_keys(choices: pd.DataFrame) -> NDArray[np.intp]:
    """Return a number for each choice: a task of a respondent.

    Examples
    --------
    >>> choice_keys(pd.DataFrame({"respondent": ["a", "a", "b"], "task": [1, 2, 1]}))
    array([0, 1, 2])
    """
    respondent, task = (pd.factorize(choices[name])[0] for name in ("respondent", "task"))
    return np.asarray(respondent * (task.max() + 1) + task)


def choice_model(choices: pd.DataFrame) -> ChoiceModel:
    """Estimate the conditional logit of a choice experiment on price and days.

    Parameters
    ----------
    choices : DataFrame
        One row per alternative: ``respondent``, ``task``, ``price``, ``days``, ``chosen``.

    Returns
    -------
    ChoiceModel
        Values of price, days and, if it was offered, none of these.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": np.repeat(range(8), 2), "task": 1})
    >>> frame["price"], frame["days"] = np.tile([8.0, 3.0], 8), np.tile([1.0, 3.0], 8)
    >>> frame.loc[8:, "days"] = np.tile([2.0, 5.0], 4)
    >>> frame["chosen"] = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0]
    >>> choice_model(frame).names
    ('price', 'days')
    """
    return conditional_logit(
        attributes_of(choices),
        choices["chosen"].astype(float),
        choice_keys(choices),
        choices["respondent"],
    )


def by_segment(choices: pd.DataFrame) -> dict[str, ChoiceModel]:
    """Estimate a model for each segment.

    Parameters
    ----------
    choices : DataFrame
        As for `choice_model`; ``segment`` if there are several.

    Returns
    -------
    dict of str to ChoiceModel
        Segment → model, in alphabetical order. A segment whose choices do not allow an estimate is
        left out; if there is none, the one model for all is returned.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": np.repeat(range(8), 2), "task": 1})
    >>> frame["price"], frame["days"] = np.tile([8.0, 3.0], 8), np.tile([1.0, 3.0], 8)
    >>> frame.loc[8:, "days"] = np.tile([2.0, 5.0], 4)
    >>> frame["chosen"] = [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0]
    >>> list(by_segment(frame))
    ['all together']
    """
    models = {}
    for name, rows in choices.groupby("segment") if "segment" in choices else ():
        try:
            models[str(name)] = choice_model(rows)
        except ValueError:
            continue
    return models or {ALL: choice_model(choices)}


def uncertain_price(models: Mapping[str, ChoiceModel]) -> list[str]:
    """Return the names of models in which the effect of price may be 0, at two standard errors.

    Examples
    --------
    >>> model = ChoiceModel(("price",), np.array([-0.2]), np.array([[0.04]]), -1, -2, 9, 9)
    >>> uncertain_price({"all": model})
    ['all']
    """
    return [name for name, model in models.items() if model.values[0] + 2 * model.errors[0] > 0]


def willingness_to_pay(
    models: Mapping[str, ChoiceModel],
    rng: np.random.Generator,
    *,
    draws: int = 2000,
    of: str = "days",
    money: str = "price",
) -> Estimates:
    """Return the worth of a unit less of an attribute, with the interval of Krinsky and Robb.

    The ratio of two values. Its draws are ratios of joint draws of the two, of t with as many
    degrees of freedom as there are respondents less one, because the delta method is symmetric
    where the ratio is skewed.

    Parameters
    ----------
    models : mapping of str to ChoiceModel
        Models by name, such as the segment.
    rng : numpy.random.Generator
        Source of randomness.
    draws : int
        Number of draws.
    of, money : str
        Attributes: what is paid for, and what it is paid in.

    Returns
    -------
    Estimates
        Money per day saved, one per model.

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
    names, values, ratios = tuple(models), [], []
    for model in models.values():
        for name in (of, money):
            checks.one_of("attribute", name, model.names)
        top, bottom = model.names.index(of), model.names.index(money)
        sample = model.draws(draws, rng)
        values.append(model.values[top] / model.values[bottom])
        ratios.append(sample[:, top] / sample[:, bottom])
    return Estimates(names, np.array(values), np.array(ratios).T.reshape(draws, len(names)))
