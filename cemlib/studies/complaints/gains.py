"""Gains of answers to a complaint, for the customer and for the company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.complaints import bargain
from cemlib.studies.complaints.answers import SILENCE
from cemlib.studies.complaints.response import FEATURES, Response, features
from cemlib.studies.complaints.retention import lifetime_multiple

_SHARE = FEATURES.index("share")
# Assumption of a company → the field of `Stakes`.
ASSUMPTIONS = {
    "margin": "margin",
    "outside_share": "outside",
    "regulator_cost": "regulator",
    "customer_value": "new_customer",
    "won_share": "won",
    "lost_share": "lost",
    "apology_cost": "apology",
    "explanation_cost": "explanation",
    "temporary_fix_cost": "temporary_fix",
    "hurry_cost": "hurry",
}
STAKES = ("margin", "monthly_retention", *list(ASSUMPTIONS)[1:])
# An assumption that matters only if the log has a column.
ASSUMED_WITH = {
    "regulator_cost": "regulator",
    "customer_value": "spoke_well",
    "won_share": "spoke_well",
    "lost_share": "spoke_well",
}
_ROWS = 1_000  # complaints per block: its tables stay in the processor's cache


@dataclass(frozen=True)
class Stakes:
    """Values and costs on both sides of a complaint; each is an assumption to change.

    Attributes
    ----------
    margin : float
        Contribution margin as a share of the monthly fee.
    multiple : float
        Lifetime value of a customer who stays, in monthly margins, from
        `cemlib.studies.complaints.retention.lifetime_multiple`.
    new_customer : float
        Value of a customer won by word of mouth, money.
    won, lost : float
        Customers won per complainant who speaks well, lost per complainant who speaks ill.
    regulator : float
        Cost of a complaint to the regulator, money.
    apology, explanation, temporary_fix : float
        Cost of each, money.
    hurry : float
        Cost of answering immediately, money; it falls as 1/(1 + hours/4).
    outside : float
        Share of the loss that a customer gets elsewhere, without an agreement.
    patience : float
        At 2, customers tolerate twice the wait: slopes of delay are divided by it.
    """

    margin: float = 0.3
    multiple: float = 12.0
    new_customer: float = 300.0
    won: float = 0.05
    lost: float = 0.15
    regulator: float = 400.0
    apology: float = 3.0
    explanation: float = 8.0
    temporary_fix: float = 60.0
    hurry: float = 60.0
    outside: float = 0.1
    patience: float = 1.0

    def __post_init__(self) -> None:
        """Refuse negative values and a patience of 0."""
        for name in self.__dataclass_fields__:
            checks.between(name, getattr(self, name), 0)
        checks.between("patience", self.patience, 0.05, 20)

    @classmethod
    def assumed(cls, values: Mapping[str, float], discount: float, patience: float) -> Stakes:
        """Return stakes from a company's assumptions; nothing is taken from the defaults.

        Parameters
        ----------
        values : mapping of str to float
            Each of `STAKES`; those on word of mouth and on the regulator may be absent if the log
            does not record these outcomes.
        discount : float
            Monthly discount rate.
        patience : float
            As in the attributes.

        Examples
        --------
        >>> values = dict.fromkeys(STAKES, 0.0) | {"margin": 0.4, "monthly_retention": 0.9}
        >>> stakes = Stakes.assumed(values, discount=0.1, patience=1.0)
        >>> stakes.margin, round(stakes.multiple, 6), stakes.regulator
        (0.4, 4.5, 0.0)
        """
        given = {field: values.get(name, 0.0) for name, field in ASSUMPTIONS.items()}
        for name in set(ASSUMPTIONS) - set(ASSUMED_WITH):
            given[ASSUMPTIONS[name]] = values[name]
        multiple = float(lifetime_multiple(values["monthly_retention"], discount))
        return cls(**given, multiple=multiple, patience=patience)

    def cost(self, answers: pd.DataFrame) -> Floats:
        """Return the cost of answers, compensation not included, money, shape (n,)."""
        parts = answers[["apology", "explanation", "temporary_fix"]].to_numpy(dtype=float)
        hurry = self.hurry / (1 + answers["hours"].to_numpy(dtype=float) / 4)
        return parts @ np.array([self.apology, self.explanation, self.temporary_fix]) + hurry

    def lifetime(self, fee: ArrayLike) -> Floats:
        """Return the lifetime value of customers, money, for monthly fees of shape (n,)."""
        return self.margin * self.multiple * np.asarray(fee, dtype=float)


@dataclass(frozen=True)
class GainsBlock:
    """Gains of every answer for a block of complaints, money, compared with silence."""

    customer: Floats
    company: Floats
    compensation: Floats


class Gains:
    """Gains of answers for both sides, compared with no answer at all.

    The customer's gain is expressed in money: loss · (worth · features), from `Response`. The
    company's is P(stays)·lifetime value + word of mouth − P(regulator)·cost − compensation − cost
    of the answer. Both are counted from silence: no answer within a week.

    Parameters
    ----------
    response : Response
        Estimated responses to answers.
    stakes : Stakes
        Values and costs.
    complaints : DataFrame, n rows
        ``loss`` and ``fee`` (money), ``failure`` if known.

    Examples
    --------
    >>> from cemlib.stats.logit import Logit
    >>> from cemlib.studies.complaints.answers import menu
    >>> names = ("intercept", *FEATURES)
    >>> logit = Logit(names, np.array([0, 0.2, 0.3, 0.2, 1.0, -0.1]), np.zeros((1, 6)))
    >>> worth = np.array([0.1, 0.1, 0.2, 1.0, -0.1])
    >>> response = Response(dict.fromkeys(("stayed", "spoke_well", "regulator"), logit), worth,
    ...                     worth[None])
    >>> case = pd.DataFrame({"loss": [100.0], "fee": [99.0]})
    >>> [block] = Gains(response, Stakes(), case).blocks(menu([0.5], [168.0]))
    >>> block.customer[0, [0, -1]].round(6).tolist()
    [50.0, 90.0]
    """

    def __init__(self, response: Response, stakes: Stakes, complaints: pd.DataFrame) -> None:
        self.response, self.stakes, self.complaints = response, stakes, complaints
        self.loss = complaints["loss"].to_numpy(dtype=float)
        self.lifetime = stakes.lifetime(complaints["fee"])
        self.outside = stakes.outside * self.loss
        self.patience = np.array([1.0, 1.0, 1.0, 1.0, 1 / stakes.patience])
        self._odds = {name: np.exp(response.base(name, complaints)) for name in response.logits}
        speech = stakes.new_customer if "spoke_well" in response.logits else 0.0
        self._speech, self._unspoken = speech * (stakes.won + stakes.lost), speech * stakes.lost
        self._money = float(response.worth[_SHARE])
        no_share = np.zeros(len(self.loss))
        silent = self._company(features(SILENCE), np.zeros(1), no_share, slice(None))
        self.silent = silent[:, 0]

    def probabilities(self, answers: pd.DataFrame, outcome: str) -> Floats:
        """Return each complaint's probability of an outcome under its own answer, shape (n,)."""
        factor = np.exp(features(answers) @ (self.response.slopes(outcome) * self.patience))
        odds = self._odds[outcome] * factor
        return odds / (1 + odds)

    def evaluate(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Return the gains of one answer per complaint.

        Parameters
        ----------
        answers : DataFrame, n rows
            The answer to each complaint, in the columns of `menu`.

        Returns
        -------
        DataFrame
            customer, company (gains over silence, money), compensation, cost (money), and the
            probabilities stayed, spoke_well, regulator.
        """
        worth = self.response.worth * self.patience
        probability = {name: self.probabilities(answers, name) for name in self._odds}
        paid = answers["share"].to_numpy(dtype=float) * self.loss
        cost = self.stakes.cost(answers)
        company = self.outcome_value(probability) - paid - cost - self.silent
        customer = self.loss * ((features(answers) - features(SILENCE)) @ worth)
        gains = {"customer": customer, "company": company, "compensation": paid, "cost": cost}
        return pd.DataFrame({**gains, **probability})

    def blocks(
        self, answers: pd.DataFrame, authority: float = np.inf, rows: int = _ROWS
    ) -> Iterator[GainsBlock]:
        """Yield the gains of all answers for all complaints, one block of complaints at a time.

        Parameters
        ----------
        answers : DataFrame, k rows
            From `menu`.
        authority : float
            Largest compensation, money: an answer that would pay more pays this.
        rows : int
            Complaints per block.

        Yields
        ------
        GainsBlock
            Gains and compensation, each of shape (rows, k).
        """
        checks.between("authority", authority, 0)
        measured, cost = features(answers.assign(share=0.0)), self.stakes.cost(answers)
        worth = (measured - features(SILENCE)) @ (self.response.worth * self.patience)
        share = answers["share"].to_numpy(dtype=float)
        for start in range(0, len(self.loss), rows):
            part = slice(start, start + rows)
            loss = self.loss[part]
            shape = (len(loss), len(share))
            block = GainsBlock(*(np.empty(shape) for _ in range(3)))
            for level in np.unique(share):
                at = _as_slice(np.flatnonzero(share == level))
                paid_share = capped_share(level, loss, authority)
                paid = (paid_share * loss)[:, None]
                block.compensation[:, at] = paid
                block.customer[:, at] = loss[:, None] * worth[at] + paid * self._money
                company = self._company(measured[at], cost[at], paid_share, part)
                company -= paid + self.silent[part, None]
                block.company[:, at] = company
            yield block

    def _company(self, measured: Floats, cost: Floats, share: Floats, part: slice) -> Floats:
        """Return the company's value under each answer, before compensation, shape (n, k).

        The odds of an outcome are a product of the complaint's, the share's and the answer's: no
        exponential is taken of the whole table.
        """
        total = np.zeros((len(share), len(measured))) - (cost + self._unspoken)
        for name, weight in self.outcome_weights(part).items():
            slopes = self.response.slopes(name) * self.patience
            base = self._odds[name][part] * np.exp(slopes[_SHARE] * share)
            odds = base[:, None] * np.exp(measured @ slopes)
            odds /= 1 + odds
            odds *= weight[:, None]
            total += odds
        return total

    def outcome_weights(self, part: slice) -> dict[str, Floats]:
        """Return the company's value of each recorded outcome, money per complaint."""
        rows = len(self.loss[part])
        worth = {
            "stayed": self.lifetime[part],
            "spoke_well": np.full(rows, self._speech),
            "regulator": np.full(rows, -self.stakes.regulator),
        }
        return {name: worth[name] for name in self.response.logits}

    def single(self, answers: pd.DataFrame) -> tuple[Floats, Floats]:
        """Return the gains of customer and company from each answer, for the first complaint.

        Parameters
        ----------
        answers : DataFrame, k rows
            From `menu`.

        Returns
        -------
        customer, company : ndarray, shape (k,)
            Money over silence.
        """
        block = next(self.blocks(answers, rows=1))
        return block.customer[0], block.company[0]

    def outcome_value(self, outcomes: dict[str, Floats]) -> Floats:
        """Return the company's value of outcomes, money, from probabilities or from 0 and 1."""
        weights = self.outcome_weights(slice(None))
        value = np.full(len(self.loss), -self._unspoken)
        for name, occurs in outcomes.items():
            value += weights[name] * occurs
        return value


def recommend(
    gains: Gains,
    answers: pd.DataFrame,
    rule: bargain.Rule = "nash",
    *,
    weight: float = 0.5,
    authority: float = np.inf,
) -> NDArray[np.intp]:
    """Recommend an answer for each complaint.

    Parameters
    ----------
    gains : Gains
        Gains of answers.
    answers : DataFrame, k rows
        From `menu`.
    rule, weight
        As for `cemlib.studies.complaints.bargain.choose`.
    authority : float
        Largest compensation that may be promised, money; a larger one is cut to it.

    Returns
    -------
    ndarray of int, shape (n,)
        Row of the answer in the menu; −1 where none leaves both sides better off than no agreement.
    """
    chosen, start = [], 0
    for block in gains.blocks(answers, authority):
        rows = len(block.customer)
        outside = gains.outside[start : start + rows]
        chosen.append(
            bargain.choose(
                block.customer, block.company, rule, disagreement=(outside, np.zeros(rows)),
                weight=weight,
            )
        )  # fmt: skip
        start += rows
    return np.concatenate(chosen) if chosen else np.empty(0, dtype=np.intp)


def capped_share(share: ArrayLike, loss: ArrayLike, authority: float) -> Floats:
    """Return shares of losses, cut to what the limit of authority allows.

    Examples
    --------
    >>> capped_share(0.5, [100.0, 400.0, 0.0], 80).tolist()
    [0.5, 0.2, 0.5]
    """
    amount = np.asarray(loss, dtype=float)
    largest = np.divide(authority, amount, out=np.full(amount.shape, np.inf), where=amount > 0)
    return np.minimum(np.asarray(share, dtype=float), largest)


def _as_slice(indices: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """Return consecutive indices as a slice: numpy then writes in place, without a copy."""
    consecutive = len(indices) and indices[-1] - indices[0] + 1 == len(indices)
    return slice(int(indices[0]), int(indices[-1]) + 1) if consecutive else indices
