"""The operator's contacts: customer, time, channel and text, and the true case of each.

Case ids are stable: ``C0000012-02`` is the second case, by first contact, of customer
``C0000012``; it does not depend on other customers or tables.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.stats.customers import MIX, correlated_normals, uneven_weeks
from cemlib.studies.repair.operator.answering import ZONE, answers, stamps
from cemlib.studies.repair.operator.answering import true_parameters as answering_truth
from cemlib.studies.repair.operator.contact_words import AGAIN, CLOSINGS, DETAILS, OPENINGS
from cemlib.studies.repair.operator.problem_words import CODES, PROBLEMS

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
_HOUR, _DAY, _WEEK = 3600, 86_400, 7 * 86_400
_WEEKS_SEED = 20260141
_FAULTS = np.array([None, "F1"], dtype=object)
_LISTED = ("problem", "name_en", "name_zh", "owner", "severity")
_PREFERRED = {"hotline": "hotline", "app": "chatbot", "shop": "shop", "wechat": "wechat"}


@dataclass(frozen=True)
class ContactsTruth:
    """True parameters of the generated contacts; a change makes another operator.

    Parameters
    ----------
    first_day : str
        A Monday, the first day of the record, local time.
    weeks : int
        Length of the record in weeks.
    cases : tuple of float
        Mean cases per customer over the record, by segment, before the additions below.
    spread : float
        Shape of the gamma distribution by which customers differ; the larger, the more alike.
    week_variance : float
        Variance of the factors by which the weeks of each problem differ.
    weekdays, day_hours : tuple of float
        Weight of each weekday from Monday, and of each hour of the day.
    concentration : float
        Factor of the weight of an hour at which a problem concentrates.
    more : float
        Probability that a case has another contact, repeatedly, up to ``most`` contacts.
    gap_hours, gap_sigma : float
        Median and log standard deviation of the hours between contacts of one case.
    together : float
        Probability that another problem of the same customer starts within 36 hours.
    again : float
        Probability that the same problem returns, as a new case, 5 to 25 days later.
    channels : tuple of str
        Names of the channels.
    coded, keyless : tuple of float
        Probability, by channel, that a problem code is set, and that the customer key is missing.
    miscoded : float
        Probability that the code set is that of the sibling problem.
    english : float
        Share of customers who write English.
    scored : float
        Probability that a contact is rated.
    alike : float
        Correlation of what a customer feels about two cases.
    emerging, emerging_since, emerging_factor
        The rising problem, its first day, and its rate relative to before.
    wave, wave_hour, wave_share
        The problem of the wave, the hour in which all its cases begin, and the share of broadband
        households and small businesses affected by the fault.
    """

    first_day: str = "2025-06-02"
    weeks: int = 56
    cases: tuple[float, ...] = (0.75, 0.9, 1.2, 1.5)
    spread: float = 1.5
    week_variance: float = 0.12
    weekdays: tuple[float, ...] = (1.25, 1.1, 1.0, 1.0, 1.05, 0.85, 0.75)
    day_hours: tuple[float, ...] = (
        *(0.15, 0.08, 0.05, 0.05, 0.05, 0.1, 0.3, 0.6, 1.2, 1.8, 1.9, 1.6),
        *(1.1, 1.1, 1.4, 1.5, 1.4, 1.2, 1.2, 1.4, 1.5, 1.2, 0.7, 0.3),
    )
    concentration: float = 3.0
    more: float = 0.38
    most: int = 6
    gap_hours: float = 20.0
    gap_sigma: float = 0.9
    together: float = 0.25
    again: float = 0.08
    channels: tuple[str, ...] = ("hotline", "complaint desk", "chatbot", "wechat", "shop")
    coded: tuple[float, ...] = (0.85, 0.95, 0.45, 0.35, 0.60)
    keyless: tuple[float, ...] = (0.01, 0.0, 0.08, 0.10, 0.05)
    miscoded: float = 0.04
    english: float = 0.2
    scored: float = 0.45
    alike: float = 0.4
    emerging: str = "router-update"
    emerging_since: str = "2026-06-01"
    emerging_factor: float = 4.0
    wave: str = "broadband-down"
    wave_hour: str = "2026-03-17T19"
    wave_share: float = 0.06

    @property
    def start(self) -> int:
        """Return the first second of the record, counted from 1970 in local time."""
        return int(np.datetime64(self.first_day, "s").astype(np.int64))


CONTACTS = ContactsTruth()


def true_parameters(truth: ContactsTruth = CONTACTS) -> dict[str, Any]:
    """Return the true parameters of the contacts, as in ``truth.json``.

    Examples
    --------
    >>> true_parameters()["hours"]["broadband-slow"]
    [19, 20, 21, 22]
    """
    hours = {problem.code: list(problem.hours) for problem in PROBLEMS if problem.hours}
    parameters = asdict(truth)
    for field in ("coded", "keyless"):
        parameters[field] = dict(zip(truth.channels, parameters[field], strict=True))
    parameters["cases"] = dict(zip(MIX.segments, truth.cases, strict=True))
    answering = {"answering": answering_truth()}
    return parameters | {"zone": ZONE, "fault": "F1", "hours": hours} | answering


def problems() -> pd.DataFrame:
    """Return the operator's problems: code, names, owner, severity.

    Examples
    --------
    >>> problems()["problem"].iloc[0]
    'broadband-down'
    """
    rows = [(p.code, p.name_en, p.name_zh, p.owner, p.severity) for p in PROBLEMS]
    return pd.DataFrame(rows, columns=list(_LISTED))


def contacts(
    customers: pd.DataFrame, rng: np.random.Generator, truth: ContactsTruth = CONTACTS
) -> dict[str, pd.DataFrame]:
    """Draw contacts, and the true case of each.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``, ``segment`` and ``channel``, in the order of their numbers.
    rng : Generator
        Source of randomness.
    truth : ContactsTruth
        True parameters.

    Returns
    -------
    dict of DataFrame
        ``contacts``: ``contact``, ``customer`` (may be missing), ``channel``, ``time`` (ISO with
        zone), ``problem`` (the code that was set, if any), ``text``, ``score`` (1–5, may be
        missing). ``contact-truth``, with the same rows: ``contact``, ``customer``, ``case``,
        ``problem`` and ``fault`` (the fault behind the wave). Both by time.

    Examples
    --------
    >>> from cemlib.stats.customers import customers
    >>> rng = np.random.default_rng(1)
    >>> drawn = contacts(customers(100, rng), rng)
    >>> bool((drawn["contacts"]["contact"] == drawn["contact-truth"]["contact"]).all())
    True
    """
    cases = _cases(customers, rng, truth)
    case, nth, time = _times(cases["start"], rng, truth)
    inside = time < truth.start + truth.weeks * _WEEK
    case, nth, time = case[inside], nth[inside], time[inside]
    channel = _channels(customers["channel"], cases["customer"][case], nth, rng, truth)
    order = np.lexsort((nth, case, time))
    case, nth, time, channel = case[order], nth[order], time[order], channel[order]
    problem = cases["problem"][case]
    noted = np.where(rng.random(len(case)) < truth.miscoded, _siblings()[problem], problem)
    is_coded = rng.random(len(case)) < np.array(truth.coded)[channel]
    has_key = rng.random(len(case)) >= np.array(truth.keyless)[channel]
    score = _scores(cases["customer"], case, nth, problem, rng, truth)
    english = (rng.random(len(customers)) < truth.english)[cases["customer"][case]]
    texts = _texts(case, nth, problem, english, rng)
    first = int(customers["customer"].iloc[0][1:])
    who = customers["customer"].to_numpy(object)[cases["customer"][case]]
    codes = np.array(CODES, dtype=object)
    ids = [f"K{number:08d}" for number in range(10 * first - 9, 10 * first - 9 + len(case))]
    names = [
        f"{owner}-{number:02d}" for owner, number in zip(who, cases["number"][case], strict=True)
    ]
    final = np.zeros(int(case.max(initial=0)) + 1, dtype=np.int64)
    np.maximum.at(final, case, nth)
    answered, closed, reopened = answers(
        time, channel, problem, nth == final[case], truth.start, 7 * truth.weeks, rng
    )
    table = pd.DataFrame(
        {
            "contact": ids,
            "customer": pd.Series(who).where(has_key),
            "channel": np.array(truth.channels, dtype=object)[channel],
            "time": stamps(time),
            "problem": pd.Series(codes[noted]).where(is_coded),
            "text": texts,
            "score": score,
            "answered": stamps(answered),
            "closed": stamps(closed),
            "reopened": pd.Series(reopened).map({1.0: "yes", 0.0: "no"}),
        }
    )
    beside = pd.DataFrame(
        {
            "contact": ids,
            "customer": who,
            "case": names,
            "problem": codes[problem],
            "fault": _FAULTS[cases["fault"][case].astype(int)],
        }
    )
    return {"contacts": table, "contact-truth": beside}


def _cases(
    customers: pd.DataFrame, rng: np.random.Generator, truth: ContactsTruth
) -> dict[str, NDArray[Any]]:
    """Draw customer, problem and start of each case, in the order of customer and start."""
    count = len(customers)
    segment = pd.Index(MIX.segments).get_indexer(pd.Index(customers["segment"]))
    shares = np.array([problem.shares for problem in PROBLEMS]).T
    shares /= shares.sum(axis=1, keepdims=True)
    mean = np.array(truth.cases)[segment] * rng.gamma(truth.spread, 1 / truth.spread, count)
    who = np.repeat(np.arange(count), rng.poisson(mean))
    problem = _draw(shares[segment[who]], rng)
    start = _starts(problem, truth.start, truth.weeks, rng, truth)

    with_other = rng.random(len(who)) < truth.together
    others = shares[segment[who[with_other]]].copy()
    others[np.arange(len(others)), problem[with_other]] = 0
    beside = start[with_other] + np.rint(rng.uniform(-36, 36, with_other.sum()) * _HOUR)
    back = rng.random(len(who)) < truth.again
    later = start[back] + np.rint(rng.uniform(5, 25, back.sum()) * _DAY)

    rising = CODES.index(truth.emerging)
    since = int(np.datetime64(truth.emerging_since, "s").astype(np.int64))
    weeks = (truth.start + truth.weeks * _WEEK - since) // _WEEK
    rate = np.array(truth.cases) * shares[:, rising] * weeks / truth.weeks
    rate = (truth.emerging_factor - 1) * rate * (1 + truth.together + truth.again)
    more = np.repeat(np.arange(count), rng.poisson(rate[segment]))
    rises = np.full(len(more), rising)

    exposed = np.isin(segment, (2, 3)) & (rng.random(count) < truth.wave_share)
    hit = np.flatnonzero(exposed)
    hour = int(np.datetime64(truth.wave_hour, "s").astype(np.int64))
    minute = hour + np.floor(_HOUR * rng.beta(1.2, 2.5, len(hit)))

    parts = (
        (who, problem, start),
        (who[with_other], _draw(others, rng), beside),
        (who[back], problem[back], later),
        (more, rises, _starts(rises, since, int(weeks), rng, truth)),
        (hit, np.full(len(hit), CODES.index(truth.wave)), minute),
    )
    customer, problem, start = (
        np.concatenate([np.asarray(part[at], dtype=np.int64) for part in parts]) for at in range(3)
    )
    fault = np.arange(len(customer)) >= len(customer) - len(hit)
    start = np.maximum(start, truth.start)
    kept = start < truth.start + truth.weeks * _WEEK
    order = np.lexsort((problem, start, customer))
    order = order[kept[order]]
    customer = customer[order]
    opens = np.searchsorted(customer, customer)  # the customer's first case
    number = np.arange(len(customer)) - opens + 1
    return {
        "customer": customer,
        "problem": problem[order],
        "start": start[order],
        "number": number,
        "fault": fault[order],
    }


def _starts(
    problem: Codes, start: int, weeks: int, rng: np.random.Generator, truth: ContactsTruth
) -> Codes:
    """Draw when cases begin: uneven weeks, weighted weekdays, the hours of their problem."""
    hours = np.tile(np.array(truth.day_hours), (len(PROBLEMS), 1))
    for row, kind in enumerate(PROBLEMS):
        hours[row, list(kind.hours)] *= truth.concentration
    hours /= hours.sum(axis=1, keepdims=True)
    days = np.array(truth.weekdays) / sum(truth.weekdays)
    busy = uneven_weeks((len(PROBLEMS), truth.weeks), truth.week_variance, _WEEKS_SEED)
    week = _draw(busy[problem, -weeks:], rng)
    day = _draw(np.tile(days, (len(problem), 1)), rng)
    hour = _draw(hours[problem], rng)
    second = rng.integers(0, _HOUR, len(problem))
    return start + week * _WEEK + day * _DAY + hour * _HOUR + second


def _times(
    start: Codes, rng: np.random.Generator, truth: ContactsTruth
) -> tuple[Codes, Codes, Codes]:
    """Draw the contacts of each case: case, position in the case, time."""
    size = np.minimum(rng.geometric(1 - truth.more, len(start)), truth.most)
    case = np.repeat(np.arange(len(start)), size)
    nth = np.arange(len(case)) - np.repeat(np.cumsum(size) - size, size)
    gap = truth.gap_hours * _HOUR * np.exp(truth.gap_sigma * rng.standard_normal(len(case)))
    gap = np.where(nth > 0, np.rint(gap), 0.0)
    total = np.cumsum(gap)
    time = start[case] + (total - total[(np.cumsum(size) - size)[case]]).astype(np.int64)
    morning = rng.integers(8 * _HOUR, 10 * _HOUR, len(case))
    asleep = (nth > 0) & (time % _DAY < 8 * _HOUR)
    return case, nth, np.where(asleep, time - time % _DAY + morning, time)


def _channels(
    preferred: pd.Series, who: Codes, nth: Codes, rng: np.random.Generator, truth: ContactsTruth
) -> Codes:
    """Draw the channel of each contact: the preferred one first, others when it did not help."""
    channels = pd.Index(truth.channels)
    liked = channels.get_indexer(pd.Index(preferred.map(_PREFERRED)))[who]
    anywhere = np.array([0.40, 0.04, 0.20, 0.20, 0.16])
    angry = np.array([0.42, 0.20, 0.12, 0.14, 0.12])
    weights = np.where((nth > 0)[:, None], angry, anywhere)
    stays = rng.random(len(who)) < np.where(nth > 0, 0.4, 0.65)
    return np.where(stays, liked, _draw(weights, rng))


def _scores(
    who: Codes, case: Codes, nth: Codes, problem: Codes, rng: np.random.Generator,
    truth: ContactsTruth,
) -> Floats:  # fmt: skip
    severity = np.array([kind.severity for kind in PROBLEMS])[problem]
    felt = 4.3 - 0.6 * severity - 0.4 * nth
    felt = felt + 0.8 * correlated_normals(who, truth.alike, rng)[case]
    score = np.clip(np.rint(felt + 0.5 * rng.standard_normal(len(case))), 1, 5)
    return np.where(rng.random(len(case)) < truth.scored, score, np.nan)


def _texts(
    case: Codes, nth: Codes, problem: Codes, english: NDArray[np.bool_], rng: np.random.Generator
) -> list[str]:
    """Draw the text of each contact: a wording of its problem, and sometimes further phrases."""
    count = len(case)
    cases = int(case.max(initial=0)) + 1
    wording = rng.integers(0, 6, count)
    same = rng.random(count) < 0.45
    wording = np.where(same, rng.integers(0, 6, cases)[case], wording)
    detail = rng.integers(0, 10, cases)[case]
    has_detail = rng.random(count) < 0.85
    uniform = rng.random((count, 3))
    which = rng.integers(0, 5, (count, 3))
    texts = []
    rows = zip(
        problem.tolist(), wording.tolist(), detail.tolist(), has_detail.tolist(), nth.tolist(),
        english.tolist(), uniform.tolist(), which.tolist(), strict=True,
    )  # fmt: skip
    for kind, variant, thing, detailed, order, speaks_english, (a, b, c), (i, j, k) in rows:
        issue = PROBLEMS[kind]
        words = (issue.english if speaks_english else issue.chinese)[variant]
        side = 0 if speaks_english else 1
        parts = [OPENINGS[side][i]] if a < 0.3 else []
        if order and b < 0.4:
            parts.append(AGAIN[side][j])
        extra = DETAILS[issue.detail][side][thing] if detailed else ""
        if speaks_english:
            parts.append(f"{words} {extra}".strip())
        else:
            parts += [extra, words] if extra else [words]
        if c < 0.3:
            parts.append(CLOSINGS[side][k])
        text = (". " if speaks_english else "，").join(parts)
        texts.append(text[0].upper() + text[1:] if speaks_english else text)
    return texts


def _siblings() -> Codes:
    return np.array([CODES.index(problem.sibling) for problem in PROBLEMS])


def _draw(shares: Floats, rng: np.random.Generator) -> Codes:
    """Draw a level for each row of weights."""
    edges = np.cumsum(shares, axis=1)
    uniform = rng.random(len(shares)) * edges[:, -1]
    return np.minimum((uniform[:, None] >= edges).sum(axis=1), shares.shape[1] - 1)
