"""Tables of workbook 06, with printed heads and values."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from cemlib.formats import currency, money
from cemlib.studies.complaints.case import Replay
from cemlib.studies.complaints.policies import NAMES
from cemlib.teach.sentences import interval, number, percent, signed
from cemlib.teach.tables import Table, table

_PARTS = {
    "apology": "apology",
    "explanation": "explanation",
    "temporary_fix": "temporary fix",
    "share": "full compensation of the loss",
    "delay": "answer after a day instead of an hour",
}


def promises_table(replay: Replay) -> Table:
    """Return the promises of a case."""
    rows = replay.promises
    frame = pd.DataFrame(
        {
            "promise": rows["promise"],
            "made by": rows["giver"],
            "made to": rows["receiver"],
            "due at": rows["due"].replace("", None),
            "state": rows["state"],
            "delay, minutes": rows["late"].where(rows["state"] != "kept"),
            "source of the times": [
                "inferred" if inferred else "article" for inferred in rows["inferred"]
            ],
        }
    )
    return table(frame, "Promises in the case")


def worth_table(worth: pd.DataFrame) -> Table:
    """Return the worth of the parts of an answer, from `response.worth_of_parts`."""
    frame = pd.DataFrame(
        {
            "part of the answer": [_PARTS[name] for name in worth["part"]],
            "worth, % of the loss": 100 * worth["worth"],
            "95% interval": [
                interval(100 * low, 100 * high) if high > low else "reference, no interval"
                for low, high in zip(worth["low"], worth["high"], strict=True)
            ],
            "odds ratio of staying": worth["odds_ratio"],
        }
    ).dropna(axis=1, how="all")
    return table(frame, "Worth of the parts of an answer to the customer")


def unseen_table(unseen: pd.DataFrame) -> Table:
    """Return how strong an unseen cause must be, and overlap, from `unseen.unseen_causes`."""
    columns = ["part of the answer", "factor", "factor for the interval", "outside common range"]
    frame = unseen[["part", "e_value", "bound", "outside"]].set_axis(columns, axis=1)
    frame[columns[0]] = frame[columns[0]].map(_PARTS)
    caption = "Factor by which an unseen cause must change both a part and satisfaction (E-value)"
    return table(frame, caption, {columns[1]: 1, columns[2]: 1, columns[3]: "{:.1%}"})


def retention_table(ours: pd.DataFrame, tarp: pd.DataFrame | None = None) -> Table:
    """Return the shares of customers who stay in a log, and TARP's of those who buy again."""
    log = ours.set_index("outcome")[["stays", "n"]]
    log = log.set_axis(["this log", "complaints in this log"], axis=1)
    frame, shares = log, {"this log": percent}
    if tarp is not None:
        outcomes = list(dict.fromkeys(tarp["outcome"]))
        frame = tarp.pivot(index="outcome", columns="loss", values="stays").reindex(outcomes)
        frame = frame.rename(columns=lambda loss: f"TARP, loss {loss}")
        shares |= dict.fromkeys(frame.columns, percent)
        frame = frame.join(log)
    return table(frame.reset_index(), "Share of customers who stay, by outcome", shares)


def multiples_table(multiples: pd.DataFrame) -> Table:
    """Return printed and computed lifetime multiples, from `retention.recomputed_multiples`."""
    columns = ["yearly retention", "yearly discount rate", "printed multiple", "computed multiple"]
    caption = "Lifetime value as a multiple of the yearly margin"
    return table(multiples.set_axis(columns, axis=1), caption, {columns[-1]: 3})


def break_even_table(costs: pd.DataFrame) -> Table:
    """Return break-even costs, from `retention.break_even_by_outcome`."""
    columns = ["from not resolved to", "increase in retention, points"]
    columns.append(f"break-even cost, {currency()}")
    frame = costs.assign(extra_retention=100 * costs["extra_retention"])
    caption = f"At a lifetime value of {money(costs['lifetime'].iloc[0])}"
    frame = frame.drop(columns="lifetime").set_axis(columns, axis=1)
    return table(frame, caption, dict.fromkeys(columns[1:], 0))


def tariff_table(tariffs: pd.DataFrame) -> Table:
    """Return the retention that an honest tariff requires, from `retention.honest_tariff`."""
    columns = [
        f"margin given up, {currency()} per month", f"lifetime value before, {currency()}",
        f"lifetime value after, {currency()}", f"loss, {currency()}", "required monthly retention",
        "increase in yearly retention, points", "possible",
    ]  # fmt: skip
    caption = "Retention that an honest tariff requires to break even"
    return table(tariffs.set_axis(columns, axis=1), caption, {columns[4]: 4})


def policies_table(compared: pd.DataFrame, complaints: int) -> Table:
    """Return the comparison of policies, from `policies.compare`."""
    frame = pd.DataFrame(
        {
            "policy": [NAMES[policy] for policy in compared["policy"]],
            "customer's gain": _ranges(compared, "customer"),
            "company's gain": _ranges(compared, "realised"),
            "company's gain over deny": [
                text if policy != "deny" else None
                for policy, text in zip(
                    compared["policy"],
                    _ranges(compared, "gain_over_deny", written=signed),
                    strict=True,
                )
            ],
            "compensation": compared["compensation"],
            "customers who stay, %": _ranges(compared, "stayed", 100),
            "SD among similar cases, % of loss": _ranges(compared, "share_sd", 100),
            "company worse off, %": _ranges(compared, "company_worse_off", 100),
        }
    )
    caption = f"Five policies for {number(complaints, 0)} complaints, "
    caption += f"means in {currency()} per complaint (95% intervals)"
    return table(frame, caption)


def _ranges(
    rows: pd.DataFrame,
    name: str,
    scale: float = 1.0,
    written: Callable[[float, int], str] = number,
) -> list[str]:
    """Return each value of a column with its interval."""
    bounds = zip(rows[name], rows[f"{name}_low"], rows[f"{name}_high"], strict=True)
    return [
        written(scale * value, 0)
        if low == value == high
        else f"{written(scale * value, 0)} ({interval(scale * low, scale * high, 0)})"
        for value, low, high in bounds
    ]


def self_service_table(served: pd.DataFrame) -> Table:
    """Return the share of contacts served by self-service, from `rates.self_service`."""
    frame = served.set_axis(["reading of the article", "contacts", "self-service share"], axis=1)
    caption = "Share of Shanda's contacts served by self-service"
    return table(frame, caption, {"self-service share": percent})


def truth_table(compared: pd.DataFrame) -> Table:
    """Return estimated and true worth of the parts, from `response.compare_with_truth`."""
    columns = [
        "part of the answer", "estimate", "95% interval, low", "95% interval, high", "true value",
        "interval covers true value",
    ]  # fmt: skip
    labels = _PARTS | {"delay": "delay, per unit of log(1 + hours)"}
    frame = compared.assign(feature=compared["feature"].map(labels))
    caption = "Worth as a share of the loss: estimate and true value of the fictional operator"
    return table(frame.set_axis(columns, axis=1), caption)
