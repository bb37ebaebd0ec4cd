"""Datasets of workbook 05: for each its contract, how a file is read, and its entry."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.cells import YES_NO
from cemlib.data.dataset import GENERATED, Dataset, find
from cemlib.data.load import read_table
from cemlib.data.reading import Reading, plural
from cemlib.sources import opener
from cemlib.studies.value.datasets.choices import CHOICES
from cemlib.studies.value.datasets.hands import HANDS
from cemlib.studies.value.datasets.own_file import Loaded, refuse
from cemlib.studies.value.views import COMPANY, CUSTOMER, MIN_ROWS

MIN_CUSTOMERS, MIN_ANSWERS, MIN_ENQUIRIES = 30, 10, 20
_YES_OR_NO = pa.Check.str_matches(
    r"^\s*([Yy]([Ee][Ss])?|[Nn][Oo]?|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[01]|是|否)\s*$"
)
_ONE_TO_FIVE = pa.Check.str_matches(r"^\s*([1-4]([.,][0-9]+)?|5([.,]0+)?)\s*$")


def read(name: str, file: str | os.PathLike[str] = "", **options: str) -> Loaded:
    """Read a table of the study: the committed one, or a file of one's own.

    Parameters
    ----------
    name : str
        Name of the dataset, say ``"value-map"``.
    file : str or path
        A CSV or Excel file; the operator's if empty.
    **options
        Reading options of the dataset; empty ones are left out.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> read("value-map").frame.shape[1]
    13
    """
    dataset = find(DATASETS, name)
    given = {option: value for option, value in options.items() if value}
    reading = dataset.read(file, **given) if dataset.read else read_table(dataset, file)
    if reading.problems:
        raise reading.error()
    return Loaded(reading.frame, tuple(reading.notes))


# The two views: measures of one customer, as the customer and as the company sees the service.

_MEASURES = {
    "visibility": ("Visibility of the service", "points (0–100)"),
    "access": ("Ease of access", "points (0–100)"),
    "speed": ("Response speed", "points (0–100)"),
    "reliability": ("Reliability of the answers", "points (0–100)"),
    "function": ("Range of functions", "points (0–100)"),
    "effectiveness": ("Effectiveness: how far the need is met", "points (0–100)"),
    "profit": ("Margin", "currency per month"),
    "feasibility": ("Share of requests that the rules allowed", "%"),
    "productivity": ("Matters solved per hour of an agent's work", "per hour"),
    "word_of_mouth": ("Willingness to recommend the company", "points (0–10)"),
    "satisfaction": ("Satisfaction", "points (0–10)"),
    "loyalty": ("Intention to stay for a year", "points (0–10)"),
}


def _value_map_contract() -> pa.DataFrameSchema:
    """Return the contract of the two views; any of the measures may be absent."""
    columns = {
        "customer": fields.text("The customer", required=False, refers_to=("customers", "customer"))
    }
    for name in (*CUSTOMER, *COMPANY):
        title, unit = _MEASURES[name]
        columns[name] = fields.optional(fields.number(title, (-1e9, 1e9), unit, nullable=True))
    return fields.table("value-map", columns, unique=["customer"])


def _read_value_map(file: str | os.PathLike[str] = "") -> Reading:
    reading = read_table(VALUE_MAP, file)
    if reading.problems:
        return reading
    frame = reading.frame
    for view, names in (("customer", CUSTOMER), ("company", COMPANY)):
        present = [name for name in names if name in frame]
        if len(present) < 2:
            problem = f"has {plural(len(present), 'measure', 'measures')} of the {view}'s view"
            fix = f"give at least two of {', '.join(names)}"
            refuse(reading, problem, fix)
        elif absent := [name for name in names if name not in present]:
            reading.notes.append(f"Not measured: {', '.join(absent)}.")
    count = int((frame.drop(columns="customer", errors="ignore").notna().sum(axis=1) > 1).sum())
    if count < MIN_CUSTOMERS:
        problem = f"has {plural(count, 'row', 'rows')} with measures to compare"
        refuse(reading, problem, f"give at least {MIN_CUSTOMERS} customers")
    if not reading.problems and not _comparable(frame):
        problem = f"has no pair of measures of the two views with {MIN_ROWS} common rows"
        refuse(reading, problem, "measure both views of the same customers")
    return reading


def _comparable(frame: pd.DataFrame) -> bool:
    pairs = (
        frame[[one, other]].dropna()
        for one in CUSTOMER
        for other in COMPANY
        if one in frame and other in frame
    )
    return any(len(both) >= MIN_ROWS and (both.nunique() > 1).all() for both in pairs)


VALUE_MAP = Dataset(
    "value-map",
    "Twelve measures per customer: six that customers value, six that the company values",
    "telecom/value-map.csv",
    GENERATED,
    contract=_value_map_contract,
    read=_read_value_map,
    limit_mb=64,
    answers="what customers and the company value, and where the two views differ",
    needs="It needs at least two measures of each view, for at least 30 customers.",
)

# Judged answers: the sheet of a quality team.

_JUDGEMENTS = {
    "correct": "Whether the answer is correct",
    "hedged": "Whether the answer is hedged: perhaps, normally, you would have to ask",
    "integrated": "Whether the answer is layered: the types first, then details of one type",
}


def _answers_contract() -> pa.DataFrameSchema:
    columns = {
        "answer": fields.text("Identifier of the answer"),
        "question": fields.text("Identifier of the question"),
        "customer": fields.text(
            "Customer whose case was asked about", nullable=True, required=False,
            refers_to=("customers", "customer"),
        ),
        "agent": fields.text("Agent who answered", nullable=True),
        "policy": fields.text(
            "Quality policy of the agent", nullable=True, required=False, group=True
        ),
        "coder": fields.text("Coder who judged the answer", nullable=True, required=False),
        "gist": fields.text("Gist of the answer, a letter or word", nullable=True, required=False),
    }  # fmt: skip
    for name, title in _JUDGEMENTS.items():
        required = name != "integrated"
        columns[name] = fields.text(title, _YES_OR_NO, nullable=True, required=required)
    title = "Fit of the advice for this customer, from 1 to 5"
    columns["fit"] = fields.text(title, _ONE_TO_FIVE, nullable=True, required=False)
    return fields.table("answers", columns, unique=["answer", "coder"])


def _read_answers(file: str | os.PathLike[str] = "", *, quality_policy: str = "") -> Reading:
    """Read judged answers: judgements become 1 and 0, rows not judged yet are left out."""
    reading = read_table(ANSWERS, file)
    if reading.problems:
        return reading
    frame = reading.frame.copy()
    for name in ("correct", "hedged", "agent"):
        if name not in frame:  # all of it is empty
            fix = "judge the answers, and name their agents"
            refuse(reading, "has no entry at all", fix, column=name)
    if reading.problems:
        return reading
    if "fit" in frame:
        frame["fit"] = frame["fit"].str.replace(",", ".").astype(float)
    for name in _JUDGEMENTS:
        if name in frame:
            frame[name] = frame[name].str.strip().str.casefold().map(YES_NO).astype(float)
    judged = frame["correct"].notna() & frame["hedged"].notna()
    for row in np.array(reading.numbers)[(judged & frame["agent"].isna()).to_numpy()]:
        problem, fix = "is empty, though the answer is judged", "name the agent who answered"
        refuse(reading, problem, fix, row, reading.source_column("agent"))
    if unjudged := int((~judged).sum()):
        rows = plural(unjudged, "row is not judged yet", "rows are not judged yet")
        reading.notes.append(f"{rows} and left out.")
    frame = frame[judged].reset_index(drop=True)
    number = (frame.groupby("answer").cumcount() + 1).astype(str)
    if "coder" not in frame:
        frame["coder"] = "coder " + number
        reading.notes.append("No column coder: rows of the same answer count as several coders.")
    frame["coder"] = frame["coder"].fillna("coder " + number)
    for name, missing in {
        "policy": "the effect of a quality policy is left out",
        "gist": "the consistency of two agents is left out",
        "integrated": "the share of layered answers is left out",
    }.items():
        if name not in frame:
            reading.notes.append(f"No column {name}: {missing}.")
    if quality_policy:
        known = sorted(set(frame["policy"].dropna())) if "policy" in frame else []
        checks.one_of("quality_policy", quality_policy, known or ["(no answer names a policy)"])
    answers, agents = frame["answer"].nunique(), frame["agent"].nunique()
    if answers < MIN_ANSWERS or agents < 2:
        judgements = plural(answers, "judged answer", "judged answers")
        problem = f"has {judgements} of {plural(agents, 'agent', 'agents')}"
        refuse(reading, problem, f"judge at least {MIN_ANSWERS} answers of two agents")
    reading.frame = frame
    return reading


ANSWERS = Dataset(
    "answers",
    "Answers of agents to mystery questions, judged by coders",
    "telecom/answers.csv",
    GENERATED,
    contract=_answers_contract,
    read=_read_answers,
    options=("quality_policy",),
    limit_mb=64,
    answers="correct and hedged answers, agreement of coders, reliability of agents",
    needs="It needs at least 10 judged answers of two agents.",
    without={
        "policy": "the effect of a quality policy is left out",
        "gist": "the consistency of two agents is left out",
        "integrated": "the share of layered answers is left out",
    },
)

# Enquiries: contacts of customers, and what they were advised.


def _enquiries_contract() -> pa.DataFrameSchema:
    columns = {
        "enquiry": fields.text("Identifier of the enquiry", required=False),
        "customer": fields.text("Customer who enquired", refers_to=("customers", "customer")),
        "topic": fields.text("Topic of the enquiry", group=True),
        "time": fields.moment("Time of the enquiry"),
    }
    for name, title in (
        ("advised", "Cost of the advised tariff at this customer's usage"),
        ("best", "Cost of the best tariff at this customer's usage"),
    ):
        columns[name] = fields.optional(
            fields.number(title, (0, 1e6), "currency per month", nullable=True)
        )
    return fields.table("enquiries", columns, unique=["enquiry"])


def _read_enquiries(file: str | os.PathLike[str] = "", *, repeat_days: str = "") -> Reading:
    reading = read_table(ENQUIRIES, file)
    if reading.problems:
        return reading
    frame = reading.frame
    if len(frame) < MIN_ENQUIRIES:
        problem = f"has {plural(len(frame), 'enquiry', 'enquiries')}"
        refuse(reading, problem, f"give at least {MIN_ENQUIRIES}")
    span = (frame["time"].max() - frame["time"].min()) / pd.Timedelta(days=1)
    if repeat_days and float(repeat_days) > span:
        window = f"{float(repeat_days):g}"
        problem = f"covers {span:.0f} days, fewer than the repeat window of {window} days"
        fix = f"give a longer log, or set repeat_days to {max(span // 2, 1):.0f}"
        refuse(reading, problem, fix)
    if {"advised", "best"} - set(frame):
        reading.notes.append("No columns advised and best: the regret of advice is left out.")
        return reading
    for row in np.array(reading.numbers)[(frame["advised"] < frame["best"] - 1e-9).to_numpy()]:
        problem, fix = "costs less than the best", "give the cheapest suitable tariff as best"
        refuse(reading, problem, fix, row, reading.source_column("advised"))
    return reading


ENQUIRIES = Dataset(
    "enquiries",
    "Enquiries of customers, with the advice given on tariffs",
    "telecom/enquiries.csv",
    GENERATED,
    contract=_enquiries_contract,
    read=_read_enquiries,
    options=("repeat_days",),
    limit_mb=64,
    answers="enquiries solved at the first contact, repeat contacts, regret of advice",
    needs="It needs at least 20 enquiries.",
    without={
        "advised": "the regret of advice is left out",
        "best": "the regret of advice is left out",
    },
)

# Offers: a price list. Names and types may be absent.


def _offers_contract() -> pa.DataFrameSchema:
    columns = {
        "offer": fields.text("Identifier of the offer"),
        "name_en": fields.text("Name in English", nullable=True, required=False),
        "name_zh": fields.text("Name in Chinese", nullable=True, required=False),
        "type": fields.text("Type of offer", required=False),
        "share": fields.positive("Share of callers who ask for the offer, in any unit", "%"),
        "seconds": fields.positive("Time needed to explain the offer", "seconds"),
    }
    return fields.table("offers", columns, unique=["offer"])


def _read_offers(file: str | os.PathLike[str] = "") -> Reading:
    reading = read_table(OFFERS, file)
    if not reading.problems and len(reading.frame) < 2:
        refuse(reading, "has one offer, so there is no menu", "give at least two offers")
    return reading


OFFERS = Dataset(
    "offers",
    "Price list: share of callers who ask for each offer, and time to explain it",
    "telecom/offers.csv",
    GENERATED,
    contract=_offers_contract,
    read=_read_offers,
    answers="the shortest spoken menu of offers",
)

DATASETS = (VALUE_MAP, ANSWERS, ENQUIRIES, OFFERS, CHOICES, HANDS)
sources = opener(DATASETS)
