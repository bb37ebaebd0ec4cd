"""The call list: whom to call tomorrow, in which order, with which script and authority."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.formats import money
from cemlib.stats.estimates import significant
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.scripts import ScriptStudy

COLUMNS = (
    "rank", "case", "customer", "problem", "channels", "hours_waited", "type", "script",
    "authority", "why",
)  # fmt: skip
MASK = "•"


def mask_key(key: str) -> str:
    """Mask a customer key except its last characters, at most a third of it.

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
    default: str,
    cap: float,
    minutes: float,
    max_calls: int = 100,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Rank open cases by the value that a minute of calling now is expected to keep.

    Parameters
    ----------
    cases : DataFrame
        Open cases: ``case``, ``customer``, ``problem``, ``channels``, ``hours_waited``, ``type``
        (empty or missing where unknown), ``value`` and ``owed`` (money), and the columns that
        the fit depends on. No free text is copied.
    fit : GoldenTime
        Probability of a repair; an unknown level counts as the average of the known ones.
    scripts : mapping of str to str
        A script for each type.
    default : str
        The script where the type is unknown.
    cap : float
        Highest payment per call.
    minutes : float
        Handling time of a call, more than 0.
    max_calls : int
        Length of the list.
    names : mapping of str to str, optional
        Printed name of each problem.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, best first. ``case`` is the case's ``reference`` where it has one, so
        that the team finds the customer in its own system. Customer keys are masked, also inside
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
    >>> row = call_list(pd.DataFrame([case | {"owed": 80.0}]), fit, scripts={}, default="standard",
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
    probability, half = _average(fit, known)
    expected = known["value"].to_numpy(float) * probability / minutes
    order = np.lexsort((known["case"].to_numpy(str), -significant(expected)))[
        : int(checks.between("max_calls", max_calls, 1))
    ]
    known_names = names or {}
    rows = []
    for rank, row in enumerate(order, 1):
        case = known.loc[row]
        kind = case["type"] if isinstance(case["type"], str) else ""
        key = str(case["customer"])
        coded = case["problem"] if isinstance(case["problem"], str) else "not coded"
        left = half[row] - case["hours_waited"]
        rows.append(
            {
                "rank": rank,
                "case": str(case.get("reference", case["case"])).replace(key, mask_key(key)),
                "customer": mask_key(key),
                "problem": known_names.get(coded, coded),
                "channels": case["channels"],
                "hours_waited": round(float(case["hours_waited"]), 1),
                "type": kind or "unknown",
                "script": scripts.get(kind, default),
                "authority": int(min(np.ceil(case["owed"]), cap)),
                "why": _why(float(case["value"]), float(probability[row]), float(left)),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _average(fit: GoldenTime, cases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return each case's probability and half-life; the mean over all levels where unknown."""
    frames = [cases]
    for column, levels in fit.levels.items():
        checks.one_of("column", column, list(cases.columns))
        unknown = ~cases[column].isin(levels)
        if unknown.any():
            frames = [
                frame.assign(**{column: frame[column].where(~unknown, level)})
                for frame in frames
                for level in levels
            ]
    hours = cases["hours_waited"].to_numpy(float)
    probability = np.mean([fit.probability(frame, hours) for frame in frames], axis=0)
    half = np.exp(np.mean([np.log(fit.half_life(frame)) for frame in frames], axis=0))
    return probability, half


def _why(value: float, probability: float, left: float) -> str:
    time = f"half-life ends in {left:.0f} h" if left >= 0 else f"half-life ended {-left:.0f} h ago"
    return f"{money(value)} at stake, probability of repair {100 * probability:.0f}%, {time}"


def first_contacts(contacts: pd.DataFrame, case: pd.Series) -> pd.Series:
    """Return the id of the first contact of each case: a reference that identifies no person.

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
    """Return the cases of the last days with what is known about their customers.

    Parameters
    ----------
    cases : DataFrame
        Merged cases: ``case``, ``customer``, ``first``, ``last`` (dates with times); ``problem``
        and ``channels`` if known. Cases without a customer key cannot be called and are left out.
    calls : DataFrame
        The desk's log of earlier cases: ``customer``, ``problem``, ``type``, ``value``, ``owed``.
    now : Timestamp
        When the list is made.
    days : float
        Maximum age of the last contact in days.
    cap : float
        Highest payment per call.
    team : str
        Team that will call; the last team of the log if empty.

    Returns
    -------
    DataFrame
        As `call_list` takes it. Type and value are those of the customer's last earlier case;
        without one, the type is missing and the value is the median. The amount owed is the
        median of the problem.

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
    >>> waiting = open_cases(pd.DataFrame([case]), log, moment + pd.Timedelta(hours=5))
    >>> waiting[["hours_waited", "value", "owed", "covered"]].values.tolist()
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
    caller = team or (str(calls["team"].iloc[-1]) if "team" in calls else "")
    return known.assign(
        channels=known.get("channels", ""),
        hours_waited=(now - known["first"]) / pd.Timedelta(hours=1),
        type=known["customer"].map(history["type"]),
        value=value.fillna(float(calls["value"].median())),
        owed=owed,
        covered=np.minimum(owed, cap) / owed,
        team=caller,
    )


def list_tomorrow(
    contacts: pd.DataFrame,
    case: pd.Series,
    cases: pd.DataFrame,
    calls: pd.DataFrame,
    fit: GoldenTime,
    *,
    cap: float,
    names: Mapping[str, str],
    scripts: ScriptStudy | None = None,
) -> pd.DataFrame:
    """Return the call list of the open cases of the last three days.

    Parameters
    ----------
    contacts : DataFrame
        As merged, with ``contact`` and ``time``.
    case : Series of str
        The case of each contact.
    cases : DataFrame
        From `cemlib.studies.repair.cases.case_table`.
    calls : DataFrame
        The desk's earlier calls.
    fit : GoldenTime
        Probability of a repair.
    cap : float
        Highest payment per call.
    names : mapping of str to str
        Printed name of each problem.
    scripts : ScriptStudy, optional
        The script for each type; without it, the list names no script.

    Returns
    -------
    DataFrame
        From `call_list`; empty if no case is open.
    """
    known = cases.assign(reference=cases["case"].map(first_contacts(contacts, case)))
    team = fit.levels["team"][-1] if "team" in fit.levels else ""
    waiting = open_cases(known, calls, contacts["time"].max(), cap=cap, team=team)
    minutes = float(calls["minutes"].mean()) if "minutes" in calls else np.nan
    listed = call_list(
        waiting, fit, cap=cap, names=names, minutes=minutes if minutes > 0 else 1.0,
        scripts=scripts.rule if scripts else {}, default=scripts.default if scripts else "",
    )  # fmt: skip
    return listed if scripts else listed.drop(columns="script")
