"""Responses to an answer: whether complainants stay, speak well, go to the regulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.formats import number
from cemlib.stats.clusters import cluster_numbers
from cemlib.stats.estimates import Floats, percentile_interval, weighted_covariance
from cemlib.stats.logit import SMALL_RIDGE, Logit, fit_logit

FEATURES = ("apology", "explanation", "temporary_fix", "share", "delay")
OUTCOMES = ("stayed", "spoke_well", "regulator")
LONGEST_HOURS = 168.0
_FEWEST = 10  # complaints of a kind of failure that is told apart
_ANSWER = (*FEATURES[:3], "compensation", "loss", "hours")


def delay(hours: ArrayLike) -> Floats:
    """Return the perceived length of a wait, log(1 + hours): the first hours weigh most.

    Examples
    --------
    >>> delay([0, 1, 3]).round(3)
    array([0.   , 0.693, 1.386])
    """
    return np.log1p(np.asarray(hours, dtype=float))


DAY = float(delay(24.0) - delay(1.0))  # an answer after a day instead of an hour


def features(answers: pd.DataFrame) -> Floats:
    """Return the features of answers that enter the regressions.

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


def controls(log: pd.DataFrame) -> pd.DataFrame:
    """Return the control variables of a response: log of the loss, and the kind of failure.

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
    """Responses to answers, estimated from a log of answered complaints.

    Attributes
    ----------
    logits : mapping of str to Logit
        One for each of `OUTCOMES` that the log records.
    worth : ndarray, shape (5,)
        Worth of each feature to the customer, as a share of the loss: its slope on satisfaction
        with the handling, divided by that of a fully compensated loss.
    worth_draws : ndarray, shape (B, 5)
        The same in each resample.
    """

    logits: Mapping[str, Logit]
    worth: Floats
    worth_draws: Floats

    def slopes(self, outcome: str) -> Floats:
        """Return the slope of each feature on the log odds of an outcome, shape (5,)."""
        checks.one_of("outcome", outcome, OUTCOMES)
        logit = self.logits[outcome]
        return logit.values[[logit.names.index(name) for name in FEATURES]]

    def base(self, outcome: str, log: pd.DataFrame) -> Floats:
        """Return each complaint's log odds of an outcome, without its answer, shape (n,)."""
        checks.one_of("outcome", outcome, OUTCOMES)
        logit = self.logits[outcome]
        columns = [logit.names.index(name) for name in self._others]
        return self.others(log) @ logit.values[[0, *columns]]

    def others(self, log: pd.DataFrame) -> Floats:
        """Return a column of 1 and the control variables that enter the logits, shape (n, c)."""
        return np.column_stack(
            [np.ones(len(log)), controls(log).reindex(columns=self._others, fill_value=0.0)]
        )

    def drawn(self, outcome: str, scale: ArrayLike = 1.0) -> tuple[Floats, Floats]:
        """Return coefficients of `others`, shape (B, c), and slopes times a scale, shape (B, 5)."""
        logit = self.logits[outcome]
        columns = [logit.names.index(name) for name in self._others]
        slopes = logit.draws[:, [logit.names.index(name) for name in FEATURES]]
        return logit.draws[:, [0, *columns]], slopes * np.asarray(scale)

    @property
    def _others(self) -> list[str]:
        names = next(iter(self.logits.values())).names if self.logits else ()
        return [name for name in names[1:] if name not in FEATURES]


def fit_response(log: pd.DataFrame, weights: ArrayLike) -> Response:
    """Estimate responses to the parts of an answer.

    Parameters
    ----------
    log : DataFrame, n rows
        Answered complaints: ``apology``, ``explanation``, ``temporary_fix``, ``compensation`` and
        ``loss`` (money), ``hours``; ``failure`` if known; where known, ``stayed``, ``spoke_well``,
        ``regulator`` (0 or 1); ``handling``, satisfaction with the handling. Rows with an unknown
        part of the answer are not used, nor another outcome than staying that is the same for all.
    weights : array_like, shape (B, n)
        Resamples.

    Returns
    -------
    Response
        Logits of the outcomes and the worth of each feature.

    Raises
    ------
    ValueError
        If compensation does not raise satisfaction: then no worth can be expressed in money.

    Notes
    -----
    Answers were not randomised. The slopes are adjusted for the loss and the kind of failure, not
    for anything else that the handler saw and acted on.
    """
    full = log[list(_ANSWER)].notna().all(axis=1).to_numpy()
    log, counts = log[full].reset_index(drop=True), np.asarray(weights, dtype=float)[:, full]
    design, names = _design(log)
    logits = {}
    for outcome in OUTCOMES:
        same = outcome in log and log[outcome].nunique() < 2
        if outcome not in log or log[outcome].isna().all() or (same and outcome != "stayed"):
            continue
        known = log[outcome].notna().to_numpy()
        occurred = log.loc[known, outcome].to_numpy(dtype=float)
        logits[outcome] = Logit(
            names,
            fit_logit(design[known], occurred, ridge=SMALL_RIDGE)[0],
            fit_logit(design[known], occurred, counts[:, known], ridge=SMALL_RIDGE),
        )
    rated = log["handling"].notna().to_numpy()
    scores = np.column_stack([design[rated, 1:], log.loc[rated, "handling"].to_numpy(dtype=float)])
    worth = _worth(np.cov(scores.T)[None])[0]
    return Response(logits, worth, _worth(weighted_covariance(scores, counts[:, rated])))


def _design(log: pd.DataFrame) -> tuple[Floats, tuple[str, ...]]:
    measured = features(log.assign(share=compensated_share(log)))
    others = _common(controls(log), log["handling"].notna() if "handling" in log else None)
    design = np.column_stack([np.ones(len(log)), measured, others])
    return design, ("intercept", *FEATURES, *others.columns)


def _common(others: pd.DataFrame, rated: pd.Series | None) -> pd.DataFrame:
    """Return controls without kinds of failure too rare to be told apart, and a constant loss.

    In a resample without one of them its slope would not exist.
    """
    rows = others if rated is None else others[rated.to_numpy()]
    kept = [name for name in others if name != "log_loss"]
    counts = rows[kept].sum()
    kept = [name for name in kept if counts[name] >= _FEWEST]
    while kept and len(rows) - counts[kept].sum() < _FEWEST:  # too few of any other kind
        kept.remove(min(kept, key=lambda name: counts[name]))
    first = ["log_loss"] if rows["log_loss"].nunique() > 1 else []
    return others[[*first, *kept]]


def rated_design(log: pd.DataFrame) -> tuple[pd.DataFrame, Floats]:
    """Return complaints with a rated and fully recorded answer, and their design of `FEATURES`."""
    full = log[[*_ANSWER, "handling"]].notna().all(axis=1)
    rated = log[full].reset_index(drop=True)
    return rated, _design(rated)[0]


def obstacle(log: pd.DataFrame) -> str:
    """Return what prevents the worth of answers from being estimated; empty if nothing does.

    Parameters
    ----------
    log : DataFrame
        Answered complaints, as for `fit_response`, each with all parts of the answer.

    Returns
    -------
    str
        What is needed instead.

    Examples
    --------
    >>> log = pd.DataFrame({"apology": [0, 1] * 20, "explanation": [0, 0, 1, 1] * 10, "loss": 100.0,
    ...                     "temporary_fix": [0] * 20 + [1] * 20, "hours": np.arange(40.0)})
    >>> paid = (np.arange(40) * 7 % 11).astype(float)
    >>> obstacle(log.assign(compensation=paid, handling=paid, loss=100 + np.arange(40) * 3 % 7))
    ''
    >>> obstacle(log.assign(compensation=paid, handling=-paid, loss=100 + np.arange(40) * 3 % 7))
    'compensation that raises satisfaction with the handling, which it does not in this log'
    """
    rated, design = rated_design(log)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return (
            "parts of the answer that vary independently of one another, of the loss and of the "
            "kind of failure; in this log they do not"
        )
    slopes = np.linalg.lstsq(design, rated["handling"].to_numpy(dtype=float))[0]
    paid = 1 + FEATURES.index("share")
    if not slopes[paid] > 0:
        return (
            "compensation that raises satisfaction with the handling, which it does not in this log"
        )
    margin = 1.96 * slope_error(rated, design, slopes, paid)
    if slopes[paid] < margin:
        low, high = (number(slopes[paid] + each, 2) for each in (-margin, margin))
        return (
            "compensation with a detectable effect on satisfaction with the handling: for a full "
            f"loss it is {number(slopes[paid], 2)} points (95% interval {low} to {high}), so that "
            "the worth of the other parts in money is not defined"
        )
    return ""


def slope_error(rated: pd.DataFrame, design: Floats, slopes: Floats, column: int) -> float:
    """Return the standard error of a slope, robust to unequal variance and to customers.

    By Fieller's theorem a ratio has a bounded interval only if its denominator differs from 0.
    """
    residual = rated["handling"].to_numpy(dtype=float) - design @ slopes
    influence = (design @ np.linalg.pinv(design.T @ design)[column]) * residual
    if "customer" in rated:
        who = rated["customer"].fillna(rated.index.to_series().astype(str))
        influence = np.bincount(cluster_numbers(who.tolist(), len(who)), weights=influence)
    factor = len(rated) / max(len(rated) - design.shape[1], 1)
    return float(np.sqrt(factor * np.square(influence).sum()))


def worth_of_parts(response: Response) -> pd.DataFrame:
    """Return the worth of each part of an answer, and its effect on the odds of staying.

    Parameters
    ----------
    response : Response
        From `fit_response`.

    Returns
    -------
    DataFrame
        One row per feature: part, worth (share of the loss) with low and high, odds_ratio of
        staying, missing where that is not known. The worth of a delay is that of a day instead of
        an hour.

    Examples
    --------
    >>> logit = Logit(("intercept", *FEATURES), np.zeros(6), np.zeros((1, 6)))
    >>> worth = np.array([0.1, 0.1, 0.2, 1.0, -0.1])
    >>> table = worth_of_parts(Response({"stayed": logit}, worth, worth[None]))
    >>> table["worth"].round(3).tolist()
    [0.1, 0.1, 0.2, 1.0, -0.253]
    """
    scale = np.array([1.0, 1.0, 1.0, 1.0, DAY])
    low, high = percentile_interval(response.worth_draws * scale)
    frame = pd.DataFrame({"part": FEATURES, "worth": response.worth * scale})
    known = "stayed" in response.logits
    odds = np.exp(response.slopes("stayed") * scale) if known else np.full(len(FEATURES), np.nan)
    return frame.assign(low=low, high=high, odds_ratio=odds)


def compare_with_truth(response: Response, true_worth: Mapping[str, float]) -> pd.DataFrame:
    """Return the estimated worth of each feature with its true value.

    Parameters
    ----------
    response : Response
        From `fit_response`.
    true_worth : mapping of str to float
        True worth of each of `FEATURES`, as a share of the loss.

    Returns
    -------
    DataFrame
        feature, estimate, low, high, truth, covered: whether the interval covers the true value.
    """
    low, high = percentile_interval(response.worth_draws)
    truth = np.array([true_worth[name] for name in FEATURES])
    frame = pd.DataFrame({"feature": FEATURES, "estimate": response.worth})
    frame["low"], frame["high"], frame["truth"] = low, high, truth
    frame["covered"] = (low <= truth + 1e-9) & (truth - 1e-9 <= high)
    return frame


def compensated_share(log: pd.DataFrame) -> Floats:
    """Return compensation as a share of each loss.

    Examples
    --------
    >>> compensated_share(pd.DataFrame({"compensation": [50.0, 0.0], "loss": [200.0, 0.0]}))
    array([0.25, 0.  ])
    """
    loss = log["loss"].to_numpy(dtype=float)
    paid = log["compensation"].to_numpy(dtype=float)
    return np.divide(paid, loss, out=np.zeros(len(loss)), where=loss > 0)


def _worth(covariance: Floats) -> Floats:
    """Return slopes on satisfaction, divided by that of the compensated share."""
    parts, scores = covariance[:, :-1, :-1], covariance[:, :-1, -1:]
    try:
        slopes = np.linalg.solve(parts, scores)[..., 0]
    except np.linalg.LinAlgError as error:
        if len(covariance) == 1:
            raise ValueError(
                "a part of the answer never varies in this log, so its worth cannot be estimated"
            ) from error
        # In a resample in which a part never varies, it has no slope.
        slopes = (np.linalg.pinv(parts, hermitian=True) @ scores)[..., 0]
    money = slopes[:, FEATURES.index("share")]
    if len(money) == 1 and not money[0] > 0:
        raise ValueError(
            "compensation does not raise satisfaction with the handling in this log, so nothing "
            "can be expressed in money"
        )
    return slopes[:, : len(FEATURES)] / money[:, None]
