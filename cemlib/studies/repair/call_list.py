"""The call list: whom to call tomorrow, in what order, with which script and what authority."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import significant
from cemlib.studies.repair.golden_time import GoldenTime

COLUMNS = (
    "rank", "case", "customer", "problem", "channels", "hours_waited", "type", "script",
    "authority", "why",
)  # fmt: skip
MASK = "•"


def mask_key(key: str) -> str:
    """Return a customer key of which only the last characters can be read, a third at most.

    Examples
    --------
    >>> mask_key("C0000012"), mask_key("17012345678"), mask_key("ab")
    ('••••••12', '••••••••678', '••')
    """
    shown = min(len(key) // 3, 3)
    return MASK * (len(key) - shown) + key[len(key) - shown :]


def call_list(
    cases: pd.DataFrame,
    fit: GoldenTime,
    *,
    scripts: Mapping[str, str],
    floor: str,
    cap: float,
    minutes: float,
    most: int = 100,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Rank open cases by what a minute of calling now keeps, and say what to do with each.

    Parameters
    ----------
    cases : DataFrame
        Open cases: ``case``, ``customer``, ``problem``, ``channels``, ``hours_waited``, ``type``
        (empty or missing where unknown), ``value`` and ``owed`` (yuan), and what the fit's ceiling
        and half-life hang on. No free text is taken over.
    fit : GoldenTime
        Chance of a repair; a type it does not know counts as the average of those it does.
    scripts : mapping of str to str
        A script for each type.
    floor : str
        The script where the type is not known.
    cap : float
        Most that may be paid, in yuan.
    minutes : float
        Handling time of a call, more than 0.
    most : int
        Length of the list.
    names : mapping of str to str, optional
        What each problem is called in print.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, best first. ``case`` is the case's ``reference`` where it has one, by
        which the team finds the customer in its own system. Customer keys are masked, also inside
        ids.

    Raises
    ------
    ValueError
        If a column is missing or a number out of range.

    Examples
    --------
    >>> theta = np.array([0.0, np.log(10), np.log(2)])
    >>> fit = GoldenTime((), (), {}, theta, np.eye(3))
    >>> case = {"case": "C0000012-01", "customer": "C0000012", "problem": "broadband"}
    >>> case |= {"channels": "hotline", "hours_waited": 10.0, "type": "", "value": 300.0}
    >>> row = call_list(pd.DataFrame([case | {"owed": 80.0}]), fit, scripts={}, floor="standard",
    ...                 cap=60, minutes=15).iloc[0]
    >>> row["case"], row["problem"], int(row["authority"])
    ('••••••12-01', 'broadband', 60)
    """
    checks.between("cap", cap, 0)
    checks.between("minutes", minutes, np.nextafter(0, 1))
    needed = ("case", "customer", "problem", "channels", "hours_waited", "type", "value", "owed")
    for column in needed:
        checks.one_of("column", column, list(cases.columns))
    known = cases.reset_index(drop=True)
    chance, half = _average(fit, known)
    worth = known["value"].to_numpy(float) * chance / minutes
    order = np.lexsort((known["case"].to_numpy(str), -significant(worth)))[
        : int(checks.between("most", most, 1))
    ]
    spoken = names or {}
    rows = []
    for rank, place in enumerate(order, 1):
        case = known.loc[place]
        kind = case["type"] if isinstance(case["type"], str) else ""
        key = str(case["customer"])
        coded = case["problem"] if isinstance(case["problem"], str) else "not coded"
        left = half[place] - case["hours_waited"]
        rows.append(
            {
                "rank": rank,
                "case": str(case.get("reference", case["case"])).replace(key, mask_key(key)),
                "customer": mask_key(key),
                "problem": spoken.get(coded, coded),
                "channels": case["channels"],
                "hours_waited": round(float(case["hours_waited"]), 1),
                "type": kind or "unknown",
                "script": scripts.get(kind, floor),
                "authority": int(min(np.ceil(case["owed"]), cap)),
                "why": _why(float(case["value"]), float(chance[place]), float(left)),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _average(fit: GoldenTime, cases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return each case's chance and half-life; over all levels where its own is not known."""
    frames = [cases]
    for column, levels in fit.levels.items():
        checks.one_of("column", column, list(cases.columns))
        strange = ~cases[column].isin(levels)
        if strange.any():
            frames = [
                frame.assign(**{column: frame[column].where(~strange, level)})
                for frame in frames
                for level in levels
            ]
    hours = cases["hours_waited"].to_numpy(float)
    chance = np.mean([fit.chance(frame, hours) for frame in frames], axis=0)
    half = np.exp(np.mean([np.log(fit.half_life(frame)) for frame in frames], axis=0))
    return chance, half


def _why(value: float, chance: float, left: float) -> str:
    time = f"half gone in {left:.0f} h" if left >= 0 else f"half gone {-left:.0f} h ago"
    return f"{value:.0f} yuan at stake, chance {100 * chance:.0f} %, {time}"


def first_contacts(contacts: pd.DataFrame, case: pd.Series) -> pd.Series:
    """Return the id of the first contact of each case: a reference that names nobody.

    Parameters
    ----------
    contacts : DataFrame
        ``contact`` and ``time``.
    case : Series of str
        The case of each contact.

    Returns
    -------
    Series
        Contact ids by case.

    Examples
    --------
    >>> frame = pd.DataFrame({"contact": ["k2", "k1"], "time": [2, 1]})
    >>> first_contacts(frame, pd.Series(["a-01", "a-01"])).to_dict()
    {'a-01': 'k1'}
    """
    known = contacts[["contact", "time"]].assign(case=case.to_numpy())
    first = known.sort_values("time", kind="stable").drop_duplicates("case")
    return first.set_index("case")["contact"]


def open_cases(
    cases: pd.DataFrame,
    calls: pd.DataFrame,
    now: pd.Timestamp,
    *,
    days: float = 3.0,
    cap: float = 100.0,
    team: str = "",
) -> pd.DataFrame:
    """Return the cases of the last days with what is known of their customers.

    Parameters
    ----------
    cases : DataFrame
        Merged cases: ``case``, ``customer``, ``first``, ``last`` (dates with times); ``problem``
        and ``channels`` if known. Who has no customer key cannot be called and is left out.
    calls : DataFrame
        The desk's log of earlier cases: ``customer``, ``problem``, ``type``, ``value``, ``owed``.
    now : Timestamp
        When the list is made.
    days : float
        How recent the last contact must be.
    cap : float
        Most that may be paid, in yuan.
    team : str
        Who will call; the last team of the log if empty.

    Returns
    -------
    DataFrame
        As `call_list` takes it. The type is that of the customer's last earlier case, missing
        without one; the value that case's, or the median; what is owed the median of the problem.

    Raises
    ------
    ValueError
        If a column is missing or days are not above 0.

    Examples
    --------
    >>> moment = pd.Timestamp("2026-03-05T10:00Z")
    >>> case = {"case": "a-01", "customer": "a", "problem": "bill", "channels": "shop"}
    >>> case |= {"first": moment, "last": moment}
    >>> log = pd.DataFrame({"customer": ["b"], "problem": ["bill"], "type": ["sensitive"],
    ...                     "value": [300.0], "owed": [40.0]})
    >>> found = open_cases(pd.DataFrame([case]), log, moment + pd.Timedelta(hours=5))
    >>> found[["hours_waited", "value", "owed", "covered"]].values.tolist()
    [[5.0, 300.0, 40.0, 1.0]]
    """
    checks.between("days", days, np.nextafter(0, 1))
    checks.between("cap", cap, 0)
    for column in ("case", "customer", "first", "last"):
        checks.one_of("column", column, list(cases.columns))
    recent = cases["last"] > now - pd.Timedelta(days=days)
    known = cases[recent & cases["customer"].notna()].reset_index(drop=True)
    if "problem" not in known:
        known["problem"] = pd.Series(None, index=known.index, dtype=object)
    history = calls.drop_duplicates("customer", keep="last").set_index("customer")
    owed = known["problem"].map(calls.groupby("problem")["owed"].median())
    owed = owed.astype(float).fillna(float(calls["owed"].median()))
    value = known["customer"].map(history["value"]).astype(float)
    who = team or (str(calls["team"].iloc[-1]) if "team" in calls else "")
    return known.assign(
        channels=known.get("channels", ""),
        hours_waited=(now - known["first"]) / pd.Timedelta(hours=1),
        type=known["customer"].map(history["type"]),
        value=value.fillna(float(calls["value"].median())),
        owed=owed,
        covered=np.minimum(owed, cap) / owed,
        team=who,
    )
