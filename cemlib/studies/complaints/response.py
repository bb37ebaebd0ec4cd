"""Responses to an answer: whether complainants stay, speak well, go to the regulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, weighted_covariance
from cemlib.stats.response import Logit, fit_logit

FEATURES = ("apology", "explanation", "temporary_fix", "share", "delay")
OUTCOMES = ("stayed", "spoke_well", "regulator")
LONGEST_HOURS = 168.0


def delay(hours: ArrayLike) -> Floats:
    """Return the perceived length of a wait, log(1 + hours): the first hours weigh most.

    Examples
    --------
    >>> delay([0, 1, 3]).round(3)
    array([0.   , 0.693, 1.386])
    """
    return np.log1p(np.asarray(hours, dtype=float))


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
        others = controls(log)
        known = [name for name in logit.names[1:] if name not in FEATURES]
        design = others.reindex(columns=known, fill_value=0.0).to_numpy(dtype=float)
        columns = [logit.names.index(name) for name in known]
        return logit.values[0] + design @ logit.values[columns]


def fit_response(log: pd.DataFrame, weights: ArrayLike) -> Response:
    """Estimate responses to the parts of an answer.

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
        If compensation does not raise satisfaction: then no worth can be expressed in money.

    Notes
    -----
    Answers were not randomised. The slopes are adjusted for the loss and the kind of failure, not
    for anything else that the handler saw and acted on.
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
        known = log[outcome].notna().to_numpy()
        occurred = log.loc[known, outcome].to_numpy(dtype=float)
        logits[outcome] = Logit(
            names,
            fit_logit(design[known], occurred, np.ones((1, known.sum())))[0],
            fit_logit(design[known], occurred, counts[:, known]),
        )
    rated = log["handling"].notna().to_numpy()
    scores = np.column_stack([design[rated, 1:], log.loc[rated, "handling"].to_numpy(dtype=float)])
    worth = _worth(np.cov(scores.T)[None])[0]
    return Response(logits, worth, _worth(weighted_covariance(scores, counts[:, rated])))


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
        staying. The worth of a delay is that of a day instead of an hour.

    Examples
    --------
    >>> logit = Logit(("intercept", *FEATURES), np.zeros(6), np.zeros((1, 6)))
    >>> worth = np.array([0.1, 0.1, 0.2, 1.0, -0.1])
    >>> table = worth_of_parts(Response({"stayed": logit}, worth, worth[None]))
    >>> table["worth"].round(3).tolist()
    [0.1, 0.1, 0.2, 1.0, -0.253]
    """
    day = float(delay(24.0) - delay(1.0))
    scale = np.array([1.0, 1.0, 1.0, 1.0, day])
    low, high = percentile_interval(response.worth_draws * scale)
    frame = pd.DataFrame({"part": FEATURES, "worth": response.worth * scale})
    return frame.assign(low=low, high=high, odds_ratio=np.exp(response.slopes("stayed") * scale))


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
    try:
        slopes = np.linalg.solve(covariance[:, :-1, :-1], covariance[:, :-1, -1:])[..., 0]
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "a part of the answer never varies in this log, so its worth cannot be estimated"
        ) from error
    money = slopes[:, FEATURES.index("share")]
    if len(money) == 1 and not money[0] > 0:
        raise ValueError(
            "compensation does not raise satisfaction with the handling in this log, so nothing "
            "can be expressed in money"
        )
    return slopes[:, : len(FEATURES)] / money[:, None]
