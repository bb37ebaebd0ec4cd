"""How complainants respond to an answer: whether they stay, speak well, go to the regulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, weighted_covariance

FEATURES = ("apology", "explanation", "temporary_fix", "share", "delay")
OUTCOMES = ("stayed", "spoke_well", "regulator")
LONGEST_HOURS = 168.0
_DRAWS = 200  # resamples fitted at a time: their tables stay small


def delay(hours: ArrayLike) -> Floats:
    """Return the felt length of a wait, log(1 + hours): the first hours weigh most.

    Examples
    --------
    >>> delay([0, 1, 3]).round(3)
    array([0.   , 0.693, 1.386])
    """
    return np.log1p(np.asarray(hours, dtype=float))


def features(answers: pd.DataFrame) -> Floats:
    """Return the features of answers that people respond to.

    Parameters
    ----------
    answers : DataFrame, n rows
        ``apology``, ``explanation``, ``temporary_fix`` (0 or 1), ``share`` of the loss that is
        compensated, ``hours`` until the answer.

    Returns
    -------
    ndarray, shape (n, 5)
        In the order of `FEATURES`.

    Examples
    --------
    >>> answer = {"apology": 1, "explanation": 0, "temporary_fix": 1, "share": 0.5, "hours": 0}
    >>> features(pd.DataFrame([answer]))
    array([[1. , 0. , 1. , 0.5, 0. ]])
    """
    plain = answers[list(FEATURES[:4])].to_numpy(dtype=float)
    return np.column_stack([plain, delay(answers["hours"])])


@dataclass(frozen=True)
class Logit:
    """A logistic regression.

    Attributes
    ----------
    names : tuple of str
        Of the k coefficients; the first is the intercept.
    values : ndarray, shape (k,)
        Log odds.
    draws : ndarray, shape (B, k)
        The same in each resample.
    """

    names: tuple[str, ...]
    values: Floats
    draws: Floats


def fit_logit(
    design: ArrayLike, outcome: ArrayLike, weights: ArrayLike, *, ridge: float = 1e-3
) -> Floats:
    """Fit a logistic regression under each row of weights, all of them at once.

    Newton's method on Σ wᵢ·log-likelihoodᵢ − ridge·|b|²/2 (not on the intercept). The small ridge
    keeps a resample without one of the outcomes finite; it moves no third digit otherwise.

    Parameters
    ----------
    design : array_like, shape (n, k)
        Predictors, the first column 1.
    outcome : array_like, shape (n,)
        0 or 1.
    weights : array_like, shape (B, n)
        How often each row counts, from `cemlib.stats.bootstrap_weights`.
    ridge : float
        Penalty, at least 0.

    Returns
    -------
    ndarray, shape (B, k)
        Coefficients.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1, or all are the same.

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [0.0, 0, 1, 1, 1, 1]])
    >>> fit_logit(x, [0, 1, 1, 1, 1, 0], np.ones((1, 6)), ridge=0.0).round(4) + 0
    array([[0.    , 1.0986]])
    """
    x = checks.matrix("design", design, rows=2)
    y = checks.vector("outcome", outcome, length=len(x))
    if not np.isin(y, (0, 1)).all() or y.min() == y.max():
        raise ValueError("outcome must hold 0 and 1, each at least once, for a response to be seen")
    checks.between("ridge", ridge, 0)
    counts = np.asarray(weights, dtype=float)
    # Resamples lie about the whole sample: a start at its fit spares most of the steps.
    start = _newton(x, y, np.ones((1, len(x))), np.zeros((1, x.shape[1])), ridge)
    blocks = np.split(counts, range(_DRAWS, len(counts), _DRAWS))
    fits = [_newton(x, y, block, np.repeat(start, len(block), axis=0), ridge) for block in blocks]
    return np.concatenate(fits)


def _newton(x: Floats, y: Floats, counts: Floats, coefficients: Floats, ridge: float) -> Floats:
    width = x.shape[1]
    first, second = np.triu_indices(width)
    squares = x[:, first] * x[:, second]
    penalty = ridge * np.diag(np.arange(width) > 0).astype(float)
    bend = np.empty((len(counts), width, width))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(coefficients @ x.T, -30, 30)))
        slope = (counts * (y - chance)) @ x - coefficients @ penalty
        chance *= 1 - chance
        chance *= counts
        bend[:, first, second] = bend[:, second, first] = chance @ squares
        step = np.linalg.solve(bend + penalty + 1e-9 * np.eye(width), slope[..., None])[..., 0]
        coefficients = coefficients + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-6:  # squared at each step: the next would be below 1e-12
            break
    return coefficients


def controls(log: pd.DataFrame) -> pd.DataFrame:
    """Return what else moves a response: the size of the loss, and the kind of failure.

    Examples
    --------
    >>> controls(pd.DataFrame({"loss": [1.0, 10.0], "failure": ["billing", "outage"]})).round(2)
       log_loss  failure_outage
    0       0.0             0.0
    1       2.3             1.0
    """
    frame = pd.DataFrame({"log_loss": np.log(log["loss"].clip(lower=1).astype(float))})
    if "failure" in log:
        kinds = sorted(log["failure"].astype(str).unique())
        for kind in kinds[1:]:
            frame[f"failure_{kind}"] = (log["failure"].astype(str) == kind).astype(float)
    return frame


@dataclass(frozen=True)
class Response:
    """What answers do, as a log of answered complaints tells.

    Attributes
    ----------
    logits : mapping of str to Logit
        One of each of `OUTCOMES` that the log knows.
    worth : ndarray, shape (5,)
        What each feature is worth to the customer, as a share of the loss: its slope on
        satisfaction with the handling over that of a fully compensated loss.
    worth_draws : ndarray, shape (B, 5)
        The same in each resample.
    """

    logits: Mapping[str, Logit]
    worth: Floats
    worth_draws: Floats

    def slopes(self, outcome: str) -> Floats:
        """Return the log odds of each feature on an outcome, shape (5,)."""
        checks.one_of("outcome", outcome, OUTCOMES)
        logit = self.logits[outcome]
        return logit.values[[logit.names.index(name) for name in FEATURES]]

    def base(self, outcome: str, log: pd.DataFrame) -> Floats:
        """Return each complaint's log odds of an outcome before any answer, shape (n,)."""
        checks.one_of("outcome", outcome, OUTCOMES)
        logit = self.logits[outcome]
        others = controls(log)
        known = [name for name in logit.names[1:] if name not in FEATURES]
        design = others.reindex(columns=known, fill_value=0.0).to_numpy(dtype=float)
        places = [logit.names.index(name) for name in known]
        return logit.values[0] + design @ logit.values[places]


def fit_response(log: pd.DataFrame, weights: ArrayLike) -> Response:
    """Estimate how people respond to the parts of an answer.

    Parameters
    ----------
    log : DataFrame, n rows
        Answered complaints: ``apology``, ``explanation``, ``temporary_fix``, ``compensation`` and
        ``loss`` (yuan), ``hours``; ``failure`` if known; ``stayed`` and, where known,
        ``spoke_well``, ``regulator`` (0 or 1); ``handling``, satisfaction with the handling.
    weights : array_like, shape (B, n)
        Resamples.

    Returns
    -------
    Response
        Logits of the outcomes and the worth of each feature.

    Raises
    ------
    ValueError
        If compensation does not raise satisfaction: then nothing can be expressed in money.

    Notes
    -----
    Who got which answer was not drawn by lot. The slopes hold the loss and the kind of failure
    still; what else the handler saw and acted on stays in them.
    """
    counts = np.asarray(weights, dtype=float)
    answer = log.assign(share=compensated_share(log))
    measured = features(answer)
    others = controls(log)
    names = ("intercept", *FEATURES, *others.columns)
    design = np.column_stack([np.ones(len(log)), measured, others])
    logits = {}
    for outcome in OUTCOMES:
        if outcome not in log:
            continue
        seen = log[outcome].notna().to_numpy()
        result = log.loc[seen, outcome].to_numpy(dtype=float)
        logits[outcome] = Logit(
            names,
            fit_logit(design[seen], result, np.ones((1, seen.sum())))[0],
            fit_logit(design[seen], result, counts[:, seen]),
        )
    told = log["handling"].notna().to_numpy()
    scores = np.column_stack([design[told, 1:], log.loc[told, "handling"].to_numpy(dtype=float)])
    worth = _worth(np.cov(scores.T)[None])[0]
    return Response(logits, worth, _worth(weighted_covariance(scores, counts[:, told])))


def compensated_share(log: pd.DataFrame) -> Floats:
    """Return the share of each loss that was paid.

    Examples
    --------
    >>> compensated_share(pd.DataFrame({"compensation": [50.0, 0.0], "loss": [200.0, 0.0]}))
    array([0.25, 0.  ])
    """
    loss = log["loss"].to_numpy(dtype=float)
    paid = log["compensation"].to_numpy(dtype=float)
    return np.divide(paid, loss, out=np.zeros(len(loss)), where=loss > 0)


def _worth(covariance: Floats) -> Floats:
    """Return slopes on satisfaction over that of the compensated share."""
    try:
        slopes = np.linalg.solve(covariance[:, :-1, :-1], covariance[:, :-1, -1:])[..., 0]
    except np.linalg.LinAlgError as error:
        raise ValueError("a part of the answer never varies in this log: no worth") from error
    money = slopes[:, FEATURES.index("share")]
    if len(money) == 1 and not money[0] > 0:
        raise ValueError(
            "compensation does not raise satisfaction with the handling in this log, so nothing "
            "can be expressed in money"
        )
    return slopes[:, : len(FEATURES)] / money[:, None]
