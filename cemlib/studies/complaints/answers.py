"""Answers to a complaint, and what each is worth to the customer and to the company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.response import FEATURES, LONGEST_HOURS, Response, features
from cemlib.studies.complaints import bargain

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
HOURS = (1.0, 4.0, 24.0, 72.0, 168.0)
_SHARE = FEATURES.index("share")
_ROWS = 1_000  # of a block of complaints: its tables stay in the processor's cache


def menu(shares: Sequence[float] = SHARES, hours: Sequence[float] = HOURS) -> pd.DataFrame:
    """Return every answer that can be made up of its parts.

    Parameters
    ----------
    shares : sequence of float
        Shares of the loss that may be compensated, at least 0.
    hours : sequence of float
        Hours until the answer, at least 0.

    Returns
    -------
    DataFrame
        ``apology``, ``explanation``, ``temporary_fix`` (0 or 1), ``share``, ``hours``; 200 rows
        unless shares or hours are given.

    Examples
    --------
    >>> len(menu()), menu([0.0], [24.0]).iloc[-1].to_dict()["apology"]
    (200, 1.0)
    """
    for name, values in (("shares", shares), ("hours", hours)):
        if not len(values):
            raise checks.invalid_argument(name, values, "at least one number")
        for value in values:
            checks.between(name, value, 0)
    rows = product(shares, (0, 1), (0, 1), (0, 1), hours)
    heads = ["share", "apology", "explanation", "temporary_fix", "hours"]
    return pd.DataFrame(rows, columns=heads, dtype=float)[[*heads[1:4], "share", "hours"]]


def place_of(answers: pd.DataFrame, answer: Mapping[str, float]) -> int:
    """Return where an answer stands in a menu.

    Raises
    ------
    ValueError
        If it is none of the menu.

    Examples
    --------
    >>> place_of(menu(), EVERYTHING), place_of(menu(), REFUSAL)
    (195, 12)
    """
    same = np.logical_and.reduce([answers[name] == value for name, value in answer.items()])
    if not same.any():
        raise checks.invalid_argument("answer", dict(answer), "one of the menu")
    return int(np.argmax(same))


@dataclass(frozen=True)
class Stakes:
    """What a company and its customers have at stake; each figure is an assumption to change.

    Attributes
    ----------
    margin : float
        Contribution of a customer, as a share of the monthly fee.
    multiple : float
        Months of margin that a customer who stays is worth, from
        `cemlib.studies.complaints.retention.lifetime_multiple`.
    new_customer : float
        Worth of a customer won by word of mouth, yuan.
    won, lost : float
        Customers won by one who speaks well, lost by one who speaks ill.
    regulator : float
        Cost of a complaint to the regulator, yuan.
    apology, explanation, temporary_fix : float
        Cost of each, yuan.
    hurry : float
        Cost of answering at once, yuan; it falls as 1/(1 + hours/4).
    outside : float
        Share of the loss that a customer gets elsewhere, without an agreement.
    patience : float
        How much longer a wait may be for the same annoyance: slopes of delay are divided by it.
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
        """Refuse what is negative, and patience of nothing."""
        for name in self.__dataclass_fields__:
            checks.between(name, getattr(self, name), 0)
        checks.between("patience", self.patience, 0.05, 20)

    def cost(self, answers: pd.DataFrame) -> Floats:
        """Return what answers cost besides compensation, yuan, shape (n,)."""
        parts = answers[["apology", "explanation", "temporary_fix"]].to_numpy(dtype=float)
        hurry = self.hurry / (1 + answers["hours"].to_numpy(dtype=float) / 4)
        return parts @ np.array([self.apology, self.explanation, self.temporary_fix]) + hurry

    def lifetime(self, fee: ArrayLike) -> Floats:
        """Return what staying is worth, yuan, for monthly fees of shape (n,)."""
        return self.margin * self.multiple * np.asarray(fee, dtype=float)


_NOTHING = {"apology": 0.0, "explanation": 0.0, "temporary_fix": 0.0, "share": 0.0}
SILENCE = pd.DataFrame([{**_NOTHING, "hours": LONGEST_HOURS}])
REFUSAL = {**_NOTHING, "explanation": 1.0, "hours": 24.0}  # explains, and gives nothing
EVERYTHING = {**dict.fromkeys(_NOTHING, 1.0), "hours": HOURS[0]}


@dataclass(frozen=True)
class Table:
    """Gains of every answer in every complaint of a block, yuan, over silence."""

    customer: Floats
    company: Floats
    compensation: Floats


class Gains:
    """What each answer gains for both sides, over no answer at all.

    The customer's gain is money's worth: loss · (worth · features), from `Response`. The company's
    is P(stays)·lifetime value + word of mouth − P(regulator)·cost − compensation − cost of the
    answer. Both are counted from silence: no word within a week.

    Parameters
    ----------
    response : Response
        How people respond.
    stakes : Stakes
        What is at stake.
    complaints : DataFrame, n rows
        ``loss`` and ``fee`` (yuan), ``failure`` if known.

    Examples
    --------
    >>> from cemlib.stats.response import FEATURES
    >>> from cemlib.stats.response import Logit
    >>> names = ("intercept", *FEATURES)
    >>> logit = Logit(names, np.array([0, 0.2, 0.3, 0.2, 1.0, -0.1]), np.zeros((1, 6)))
    >>> worth = np.array([0.1, 0.1, 0.2, 1.0, -0.1])
    >>> response = Response(dict.fromkeys(("stayed", "spoke_well", "regulator"), logit), worth,
    ...                     worth[None])
    >>> case = pd.DataFrame({"loss": [100.0], "fee": [99.0]})
    >>> [table] = Gains(response, Stakes(), case).blocks(menu([0.5], [168.0]))
    >>> table.customer[0, [0, -1]].round(6).tolist()
    [50.0, 90.0]
    """

    def __init__(self, response: Response, stakes: Stakes, complaints: pd.DataFrame) -> None:
        self.response, self.stakes, self.complaints = response, stakes, complaints
        self.loss = complaints["loss"].to_numpy(dtype=float)
        self.lifetime = stakes.lifetime(complaints["fee"])
        self.outside = stakes.outside * self.loss
        self._patient = np.array([1.0, 1.0, 1.0, 1.0, 1 / stakes.patience])
        self._odds = {name: np.exp(response.base(name, complaints)) for name in response.logits}
        speech = stakes.new_customer if "spoke_well" in response.logits else 0.0
        self._speech, self._unspoken = speech * (stakes.won + stakes.lost), speech * stakes.lost
        self._money = float(response.worth[_SHARE])
        nothing = np.zeros(len(self.loss))
        silent = self._company(features(SILENCE), np.zeros(1), nothing, slice(None))
        self.silent = silent[:, 0]

    def chances(self, answers: pd.DataFrame, outcome: str) -> Floats:
        """Return each complaint's chance of an outcome under its own answer, shape (n,)."""
        factor = np.exp(features(answers) @ (self.response.slopes(outcome) * self._patient))
        odds = self._odds[outcome] * factor
        return odds / (1 + odds)

    def each(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Return the gains of one answer a complaint.

        Parameters
        ----------
        answers : DataFrame, n rows
            The answer to each complaint, in the columns of `menu`.

        Returns
        -------
        DataFrame
            customer, company (yuan over silence), compensation, cost, and the chances stayed,
            spoke_well, regulator.
        """
        measured, silent = features(answers), features(SILENCE)
        worth = self.response.worth * self._patient
        chance = {name: self.chances(answers, name) for name in self._odds}
        paid = answers["share"].to_numpy(dtype=float) * self.loss
        cost = self.stakes.cost(answers)
        company = self.earned(chance) - paid - cost - self.silent
        customer = self.loss * ((measured - silent) @ worth)
        gains = {"customer": customer, "company": company, "compensation": paid, "cost": cost}
        return pd.DataFrame({**gains, **chance})

    def blocks(
        self, answers: pd.DataFrame, authority: float = np.inf, rows: int = _ROWS
    ) -> Iterator[Table]:
        """Yield the gains of all answers in all complaints, a block of complaints at a time.

        Parameters
        ----------
        answers : DataFrame, k rows
            From `menu`.
        authority : float
            Largest compensation, yuan: an answer that would pay more pays this.
        rows : int
            Complaints of a block.

        Yields
        ------
        Table
            Gains and compensation, each of shape (rows, k).
        """
        checks.between("authority", authority, 0)
        measured, cost = features(answers.assign(share=0.0)), self.stakes.cost(answers)
        worth = (measured - features(SILENCE)) @ (self.response.worth * self._patient)
        share = answers["share"].to_numpy(dtype=float)
        for start in range(0, len(self.loss), rows):
            part = slice(start, start + rows)
            loss = self.loss[part]
            shape = (len(loss), len(share))
            table = Table(*(np.empty(shape) for _ in range(3)))
            for level in np.unique(share):
                at = _run(np.flatnonzero(share == level))
                given = capped(level, loss, authority)
                paid = (given * loss)[:, None]
                table.compensation[:, at] = paid
                table.customer[:, at] = loss[:, None] * worth[at] + paid * self._money
                company = self._company(measured[at], cost[at], given, part)
                company -= paid + self.silent[part, None]
                table.company[:, at] = company
            yield table

    def _company(self, measured: Floats, cost: Floats, given: Floats, part: slice) -> Floats:
        """Return what the company has under each answer, before compensation, shape (n, k).

        The odds of an outcome are a product of the complaint's, the share's and the answer's: no
        exponential is taken of the whole table.
        """
        total = np.zeros((len(given), len(measured))) - (cost + self._unspoken)
        for name, weight in self._weights(part).items():
            slopes = self.response.slopes(name) * self._patient
            own = self._odds[name][part] * np.exp(slopes[_SHARE] * given)
            odds = own[:, None] * np.exp(measured @ slopes)
            odds /= 1 + odds
            odds *= weight
            total += odds
        return total

    def _weights(self, part: slice) -> dict[str, Floats]:
        rows = len(self.loss[part])
        worth = {
            "stayed": self.lifetime[part, None],
            "spoke_well": np.full((rows, 1), self._speech),
            "regulator": np.full((rows, 1), -self.stakes.regulator),
        }
        return {name: worth[name] for name in self.response.logits}

    def earned(self, chance: dict[str, Floats]) -> Floats:
        """Return what outcomes are worth to the company, yuan, given chances or 0 and 1."""
        weights = self._weights(slice(None))
        earned = np.full(len(self.loss), -self._unspoken)
        for name, values in chance.items():
            earned += weights[name][:, 0] * values
        return earned


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
        What answers gain.
    answers : DataFrame, k rows
        From `menu`.
    rule, weight
        As for `cemlib.studies.complaints.bargain.choose`.
    authority : float
        Largest compensation that may be promised, yuan; what would be more is cut to it.

    Returns
    -------
    ndarray of int, shape (n,)
        Place of the answer; −1 where none leaves both sides better off than no agreement.
    """
    chosen, start = [], 0
    for table in gains.blocks(answers, authority):
        rows = len(table.customer)
        outside = gains.outside[start : start + rows]
        chosen.append(
            bargain.choose(
                table.customer, table.company, rule, disagreement=(outside, np.zeros(rows)),
                weight=weight,
            )
        )  # fmt: skip
        start += rows
    return np.concatenate(chosen) if chosen else np.empty(0, dtype=np.intp)


def capped(share: ArrayLike, loss: ArrayLike, authority: float) -> Floats:
    """Return shares of losses as an authority lets them be paid.

    Examples
    --------
    >>> capped(0.5, [100.0, 400.0, 0.0], 80).tolist()
    [0.5, 0.2, 0.5]
    """
    amount = np.asarray(loss, dtype=float)
    most = np.divide(authority, amount, out=np.full(amount.shape, np.inf), where=amount > 0)
    return np.minimum(np.asarray(share, dtype=float), most)


def _run(places: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """Return places as a slice where they are in a row, so that nothing is copied twice."""
    inside = len(places) and places[-1] - places[0] + 1 == len(places)
    return slice(int(places[0]), int(places[-1]) + 1) if inside else places


def picked(answers: pd.DataFrame, place: ArrayLike, otherwise: Mapping[str, float]) -> pd.DataFrame:
    """Return the answer to each complaint, and another one where there is no agreement.

    Parameters
    ----------
    answers : DataFrame, k rows
        From `menu`.
    place : array_like of int, shape (n,)
        From `recommend`.
    otherwise : mapping of str to float
        What is answered where no answer leaves both better off, in the columns of the menu.

    Returns
    -------
    DataFrame, n rows
        In the columns of the menu.

    Examples
    --------
    >>> picked(menu([0.0], [24.0]), [7, -1], REFUSAL)["apology"].tolist()
    [1.0, 0.0]
    """
    chosen = np.asarray(place)
    rest = np.array([otherwise[name] for name in answers.columns])
    values = answers.to_numpy(dtype=float)[np.maximum(chosen, 0)]
    agreed = (chosen != bargain.NO_AGREEMENT)[:, None]
    return pd.DataFrame(np.where(agreed, values, rest), columns=list(answers.columns))
