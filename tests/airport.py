"""The second company: Northfield Airport, made up, of another trade and currency.

``python tests/airport.py`` writes it into ``datasets/airport``. Files are of many shapes, as they
are exported: columns of other names, semicolons and decimal commas, an Excel file with a cover
sheet, days before months. `tests/test_airport.py` holds the committed files to this module.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl

FOLDER = Path(__file__).parents[1] / "datasets" / "airport"
SEED = 20260401
Rows = list[list[object]]

COMPANY = """# Northfield Airport is made up, as are its passengers: see tests/airport.py.
name: Northfield Airport
language: en
currency: EUR
money: "¤#,##0"
zone: Europe/Berlin
names:
  problems: {bag: Lost luggage, queue: Long queue, gate: Gate changed, park: Parking charge,
    wifi: Wireless network, lift: Lift out of order, food: Food and drink, sign: Signs}
  channels: {desk: Information desk, phone: Telephone, post: Contact form, chat: Chat}
  segments: {leisure: Leisure travellers, business: Business travellers, family: Families}
assumptions:
  call_cost: 4
  repeat_cost: 11
  cap: 60
  weekly: 120
  states: visitor, member, regular, friend, gone
  entry: member
  margins: "0, 6, 11, 17, 0"
  standard: 0.85
  authority_cap: 80
  flat_amount: 30
  customers: 30000
  budget: 60000
  at_risk: 900000
  satisfaction_worth: 1.5
  day_cost: 520
  practice_quarters: 6
datasets:
  survey:
    file: passengers.csv
    columns: {respondent: pax, wave: season, segment: trip, channel: entrance,
      safety_1: Q1a, safety_2: Q1b, safety_3: Q1c,
      information_1: Q2a, information_2: Q2b, information_3: Q2c,
      choice_1: Q3a, choice_2: Q3b, choice_3: Q3c,
      fairness_1: Q4a, fairness_2: Q4b, fairness_3: Q4c,
      compensation_1: Q5a, compensation_2: Q5b, compensation_3: Q5c,
      respect_1: Q6a, respect_2: Q6b, respect_3: Q6c,
      overall: Q7, recommend: Q8}
    scales: {items: 1-5, overall: 0-10}
    decimal: ","
  practices: measures.csv
  contacts:
    file: tickets.xlsx
    sheet: Tickets
    columns: {contact: ticket, customer: passenger, channel: via, time: opened, problem: about,
      text: note, score: stars}
  problems: subjects.csv
  complaints:
    file: claims.csv
    columns: {complaint: claim, customer: passenger, received: came in, answered: replied,
      failure: about, loss: damage, compensation: paid, promised_hours: promised hours,
      handling: rating, stayed: flew again}
    dates: day first
    decimal: ","
  panel:
    file: club/months.csv
    columns: {customer: card, state: level, score: rating}
  service-weeks: desk.csv
  expectations: waiting.csv
  enquiries:
    file: questions.csv
    columns: {customer: passenger, topic: about, time: asked}
"""

RIGHTS = {  # right: level of the ratings, weight in overall satisfaction
    "safety": (0.9, 0.10), "information": (-0.2, 0.40), "choice": (0.3, 0.10),
    "fairness": (0.0, 0.15), "compensation": (-0.7, 0.25), "respect": (0.6, 0.30),
}  # fmt: skip
TRIPS, DOORS = ("leisure", "business", "family"), ("north", "south", "train")
CHANNELS = ("desk", "phone", "post", "chat")
SUBJECTS = {  # code: name, team, severity, notes
    "bag": ("Lost luggage", "ramp", 3, ("my suitcase did not arrive on the belt",
            "the blue suitcase is missing since the landing")),
    "queue": ("Long queue", "checkpoint", 2, ("an hour in the line at the checkpoint",
              "only two lanes open at the security check")),
    "gate": ("Gate changed", "operations", 2, ("the gate moved and nobody announced it",
             "ran from gate twelve to gate forty, hardly made it")),
    "park": ("Parking charge", "car parks", 1, ("the car park took twice the price of the booking",
             "barrier did not open, paid two days too many")),
    "wifi": ("Wireless network", "systems", 1, ("no wireless network at the gates",
             "the network asks for the code again and again")),
    "lift": ("Lift out of order", "buildings", 2, ("the lift to the trains stands still again",
             "carried a pram down the stairs, lift broken")),
    "food": ("Food and drink", "shops", 1, ("nothing to eat after nine in the evening",
             "water for six euros behind the checkpoint")),
    "sign": ("Signs", "buildings", 1, ("no sign shows the way to the buses",
             "followed the arrows in a circle to the wrong hall")),
}  # fmt: skip
MEASURES = (
    ("calm-lane", "safety", 1, 14, 4, "no"), ("guards", "safety", 3, 20, 3, "no"),
    ("gate-texts", "information", 1, 10, 9, "yes"), ("waiting", "information", 2, 12, 8, "no"),
    ("announcers", "information", 0, 18, 6, "yes"), ("late-kiosk", "choice", 0, 9, 4, "no"),
    ("quiet-zone", "choice", 1, 15, 5, "no"), ("parking-prices", "fairness", 2, 5, 6, "yes"),
    ("same-water", "fairness", 0, 7, 7, "no"), ("pledge", "compensation", 0, 11, 10, "yes"),
    ("paid-at-once", "compensation", 1, 16, 12, "yes"), ("claims", "compensation", 2, 8, 5, "yes"),
    ("greeting", "respect", 3, 6, 3, "yes"), ("help-in-time", "respect", 1, 13, 8, "no"),
)  # fmt: skip


def passengers(rng: np.random.Generator, count: int = 600) -> Rows:
    """Return the survey: half-point grades of the whole stay, answers from 1 to 5."""
    head = ["pax", "season", "trip", "entrance"]
    head += [f"Q{right}{item}" for right in range(1, 7) for item in "abc"] + ["Q7", "Q8"]
    rows: Rows = [head]
    for number in range(count):
        trip = TRIPS[rng.choice(3, p=[0.5, 0.3, 0.2])]
        mood = rng.normal(0, 0.5) - 0.3 * (trip == "business")
        felt = [mood + level + rng.normal(0, 0.7) for level, _ in RIGHTS.values()]
        items = [
            _between(round(3 + 0.9 * each + rng.normal(0, 0.6)), 1, 5)
            for each in felt
            for _ in "abc"
        ]
        weighted = sum(w * each for (_, w), each in zip(RIGHTS.values(), felt, strict=True))
        grade = _between(round(2 * (6.2 + 1.7 * weighted + rng.normal(0, 0.8))) / 2, 0, 10)
        answers = ["" if rng.random() < 0.02 else each for each in items]
        recommend = _between(round(grade + rng.normal(0, 1)), 0, 10)
        season = ("winter", "summer")[number * 2 // count]
        rows.append([f"P{number:04}", season, trip, DOORS[rng.integers(3)], *answers,
                     f"{grade:.1f}".replace(".", ","), recommend])  # fmt: skip
    return rows


def tickets(rng: np.random.Generator, cases: int = 420) -> Rows:
    """Return contacts: one to three for each case, some without a subject or a passenger."""
    rows = []
    codes = list(SUBJECTS)
    for _ in range(cases):
        code = codes[rng.choice(8, p=[0.24, 0.2, 0.14, 0.12, 0.1, 0.08, 0.07, 0.05])]
        passenger = "" if rng.random() < 0.04 else f"P{rng.integers(300):04}"
        moment = datetime(2026, 1, 5, 5) + timedelta(minutes=int(rng.integers(17 * 60 * 100)))
        for at in range(1 + int(rng.choice(3, p=[0.62, 0.28, 0.10]))):
            opened = moment + timedelta(minutes=int(at * rng.integers(90, 1800)))
            about = "" if rng.random() < 0.1 else code
            stars = "" if rng.random() < 0.4 else _between(round(3.4 - at + rng.normal()), 1, 5)
            note = SUBJECTS[code][3][rng.integers(2)]
            rows.append([passenger, CHANNELS[rng.integers(4)], opened, about, note, stars])
    rows.sort(key=lambda row: row[2])
    head: list[object] = ["ticket", "passenger", "via", "opened", "about", "note", "stars"]
    return [head, *([f"T{number:05}", *row] for number, row in enumerate(rows, 1))]


def claims(rng: np.random.Generator, count: int = 600) -> Rows:
    """Return complaints: those that were paid and answered soon are rated better."""
    kinds = ("luggage damaged", "flight missed", "parking", "treated rudely", "injury")
    rows: Rows = [["claim", "passenger", "came in", "replied", "about", "damage", "paid",
                   "promised hours", "rating", "flew again"]]  # fmt: skip
    for number in range(1, count + 1):
        came = datetime(2025, 4, 1, 6) + timedelta(minutes=int(rng.integers(365 * 1440)))
        hours = float(rng.gamma(2, 30))
        replied = (came + timedelta(hours=hours)).strftime("%d/%m/%Y %H:%M")
        damage = float(rng.gamma(2, 45))
        paid = damage * float(rng.choice([0, 0.3, 0.6, 1.0], p=[0.4, 0.2, 0.2, 0.2]))
        rating = _between(round(3.4 + 2.2 * paid / damage - hours / 50 + rng.normal(0, 1.1)), 1, 7)
        again = rng.random() < 0.35 + 0.08 * rating
        rows.append([f"A{number:04}", f"P{rng.integers(400):04}", came.strftime("%d/%m/%Y %H:%M"),
                     "" if rng.random() < 0.03 else replied, kinds[rng.integers(5)],
                     f"{damage:.2f}".replace(".", ","), f"{paid:.2f}".replace(".", ","),
                     48, rating, "yes" if again else "no"])  # fmt: skip
    return rows


def months(rng: np.random.Generator, cards: int = 60) -> Rows:
    """Return the panel of the airport's club, twelve months of each card."""
    levels = ["visitor", "member", "regular", "friend", "gone"]
    moves = np.array([[0.80, 0.20, 0.00, 0.00, 0.00], [0.00, 0.76, 0.16, 0.01, 0.07],
                      [0.00, 0.10, 0.74, 0.11, 0.05], [0.00, 0.02, 0.10, 0.85, 0.03],
                      [0.00, 0.04, 0.00, 0.00, 0.96]])  # fmt: skip
    rows: Rows = [["card", "month", "level", "rating"]]
    for card in range(cards):
        level = int(rng.choice(4, p=[0.25, 0.4, 0.25, 0.1]))
        for month in range(1, 13):
            rating = _between(round(4.5 + level + rng.normal()), 0, 10) if 0 < level < 4 else ""
            rows.append([f"N{card:03}", f"2025-{month:02}", levels[level], rating])
            level = int(rng.choice(5, p=moves[level]))
    return rows


def desk(rng: np.random.Generator, weeks: int = 150) -> Rows:
    """Return the contacts of each week and channel, and those served in time."""
    rows: Rows = [["week", "channel", "contacts", "in_time"]]
    for week in range(1, weeks + 1):
        for number, channel in enumerate(CHANNELS):
            count = int(rng.poisson(400 - 80 * number))
            share = 0.9 - 0.04 * number - 0.1 * (week % 52 in range(26, 32))
            rows.append([week, channel, count, int(rng.binomial(count, share))])
    return rows


def waiting(rng: np.random.Generator, passengers: int = 100) -> Rows:
    """Return what frequent flyers get and expect at the checkpoint, six quarters of each."""
    rows: Rows = [["customer", "period", "performance", "forecast", "expectation", "satisfaction"]]
    for number in range(passengers):
        level = rng.normal(65, 8)
        expectation = level + rng.normal(0, 6)
        for quarter in range(1, 7):
            performance = level - 1.5 * quarter + rng.normal(0, 8)
            gap = performance - expectation
            satisfaction = 62 + 0.3 * gap * (2 if gap < 0 else 1) + rng.normal(0, 7)
            forecast = 0.5 * (level + expectation) + rng.normal(0, 5)
            values = [performance, forecast, expectation, satisfaction]
            rows.append([f"P{number:04}", quarter, *(_between(round(v), 0, 100) for v in values)])
            expectation += (0.35 if gap > 0 else 0.1) * gap
    return rows


def questions(rng: np.random.Generator, count: int = 600) -> Rows:
    """Return what was asked at the desk over half a year; a third ask again within a week."""
    topics = ("connections", "luggage rules", "parking", "shops", "way to the gate")
    asked = []
    while len(asked) < count:
        passenger, topic = f"P{rng.integers(260):04}", topics[rng.integers(5)]
        moment = datetime(2025, 10, 1, 5) + timedelta(minutes=int(rng.integers(180 * 1440)))
        asked.append([passenger, topic, moment])
        if rng.random() < 0.33:
            asked.append([passenger, topic, moment + timedelta(hours=int(rng.integers(3, 150)))])
    asked.sort(key=lambda row: row[2])
    shown = [[who, what, f"{when:%Y-%m-%d %H:%M}"] for who, what, when in asked[:count]]
    return [["passenger", "about", "asked"], *shown]


def tables() -> dict[str, Rows]:
    """Return every table by the name of its file, each from random numbers of its own."""
    names = ["practice", "right", "in_place", "person_days", "uplift", "call_centre"]
    makers = {
        "passengers.csv": passengers, "tickets.xlsx": tickets, "claims.csv": claims,
        "club/months.csv": months, "desk.csv": desk, "waiting.csv": waiting,
        "questions.csv": questions,
    }  # fmt: skip
    made = {
        name: make(np.random.default_rng([SEED, number]))
        for number, (name, make) in enumerate(makers.items())
    }
    made["measures.csv"] = [names, *map(list, MEASURES)]
    subjects = [
        [code, name, team, severity] for code, (name, team, severity, _) in SUBJECTS.items()
    ]
    made["subjects.csv"] = [["problem", "name_en", "owner", "severity"], *subjects]
    return made


def text(name: str, rows: Rows) -> str:
    """Return a table as CSV, with semicolons where there are decimal commas."""
    file = io.StringIO()
    sign = ";" if name in ("passengers.csv", "claims.csv") else ","
    csv.writer(file, delimiter=sign, lineterminator="\n").writerows(rows)
    return file.getvalue()


def write(folder: Path = FOLDER) -> None:
    """Write the company's file and its data."""
    (folder / "club").mkdir(parents=True, exist_ok=True)
    (folder / "company.yaml").write_text(COMPANY, encoding="utf-8", newline="\n")
    for name, rows in tables().items():
        if not name.endswith(".xlsx"):
            (folder / name).write_text(text(name, rows), encoding="utf-8", newline="\n")
            continue
        book = openpyxl.Workbook()
        book.active.title = "About"
        book.active.append(["Tickets of the information desk, first quarter of 2026"])
        sheet = book.create_sheet("Tickets")
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
        book.properties.created = book.properties.modified = datetime(2026, 4, 1)
        book.save(folder / name)


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


if __name__ == "__main__":
    write()
