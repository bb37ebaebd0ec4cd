"""Datasets of workbook 03: what each is, what it must hold, and how it is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from cemlib import home
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import loader, no_column
from cemlib.data.mapping import Mapping, parse_scale, read_mapping
from cemlib.data.problems import DataError, Problem
from cemlib.data.reading import Reading, read
from cemlib.stats.customers import NEED_LEVELS
from cemlib.studies.expectation.structural.model import ECSI, PathModel, parse_model
from cemlib.studies.expectation.structural.moments import Moments

__all__ = ["DATASETS", "load", "load_items", "load_model", "parse_scale", "read_path_survey"]

MAX_TEXT_BYTES = 100_000
_POINTS = "points (0–100)"

ARTICLE_C = (
    "Wang Shengsheng (王升升), on centralised repair and customer satisfaction "
    "(浅谈集中修复在客户满意度提升中的作用), 客户世界 (Customer World), January–February 2021"
)
TENENHAUS_2005 = (
    "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), PLS path modeling, Computational "
    "Statistics & Data Analysis 48:159–205"
)


def _conditions(effort: str, information: str) -> dict[str, pa.Column]:
    mark = pa.Check.isin((0, 1))
    return {
        "effort": fields.whole(f"Effort, randomised: 1 or 0, {effort}", mark),
        "information": fields.whole(f"Information, randomised: 1 or 0, {information}", mark),
    }


def _answers(*, required: bool) -> dict[str, pa.Column]:
    points = _required if required else _optional
    return {
        "baseline": points("Usual satisfaction, asked before the experiment"),
        "expectation": _required("Expectation, asked before the outcome"),
        "quality": points("Rating of the outcome"),
        "satisfaction": _required("Satisfaction, asked after the outcome"),
    }


def _required(title: str) -> pa.Column:
    return fields.number(title, (0, 100), _POINTS)


def _optional(title: str) -> pa.Column:
    column = fields.number(title, (0, 100), _POINTS, nullable=True)
    column.required = False
    return column


def _callbacks() -> pa.DataFrameSchema:
    columns = {
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "level": fields.text(
            "Level of need that the customer mainly buys for", pa.Check.isin(NEED_LEVELS)
        ),
        **_conditions(
            "whether the customer had to call again instead of being called back",
            "whether a quick repair was promised",
        ),
        **_answers(required=True),
    }
    return fields.table("callbacks", columns, unique=["customer"])


CALLBACKS = Dataset(
    "callbacks",
    "Trial of call-backs after a broadband reset: effort × information, randomised",
    "telecom/callbacks.csv",
    GENERATED,
    sources=(ARTICLE_C,),
    contract=_callbacks,
    limit_mb=64,
)


def _expectations() -> pa.DataFrameSchema:
    columns = {
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "period": fields.whole("Period, numbered without gaps", pa.Check.ge(0), unit="quarters"),
        "performance": _required("Performance delivered"),
        "forecast": _optional("What the customer thinks will be delivered"),
        "expectation": _required("What the customer thinks should be delivered"),
        "satisfaction": _optional("Satisfaction with the performance"),
    }
    return fields.table("expectations", columns, unique=["customer", "period"])


EXPECTATIONS = Dataset(
    "expectations",
    "Panel of the performance that customers get and expect, six quarters",
    "telecom/expectations.csv",
    GENERATED,
    contract=_expectations,
    limit_mb=64,
)


def _responses() -> pa.DataFrameSchema:
    columns = {
        "participant": fields.text("The participant"),
        **_conditions(
            "whether the participant sprinted for the train", "whether an empty train was promised"
        ),
        **_answers(required=False),
    }
    return fields.table("responses", columns, unique=["participant"])


RESPONSES = Dataset(
    "responses",
    "Answers of a class to the metro experiment: effort × information",
    "cases/responses.csv",
    "Generated from the model of the metro experiment: no person answered it. It shows the "
    "format of a class's own answers.",
    sources=(ARTICLE_C,),
    contract=_responses,
)


def _effort_effects() -> pa.DataFrameSchema:
    columns = {
        "study": fields.text("Authors and year"),
        "finding": fields.text("Comparison and its result"),
        "n": fields.number("Participants", (1, 1e6), "people", nullable=True),
        "without": fields.number("Mean with no or least effort", (0, 1e3), nullable=True),
        "with": fields.number("Mean with most effort", (0, 1e3), nullable=True),
        "unit": fields.text("Unit of both means", nullable=True),
        "effect": fields.number("Increase with effort", (-100, 1e3), "%", nullable=True),
        "direction": fields.text(
            "Whether effort raised the value", pa.Check.isin(("up", "unchanged", "down"))
        ),
        "replicates": fields.text("The study that it replicates; empty if none", nullable=True),
        "source": fields.text("Where it is published"),
        "provenance": fields.text("Which figures are verified, and how"),
    }
    return fields.table("effort-effects", columns, unique=["study"])


EFFORT_EFFECTS = Dataset(
    "effort-effects",
    "Published effects of effort on liking and value, with replications",
    "published/effort-effects.csv",
    "Mixed, stated in each row: directions and non-replications verified, means recalled.",
    sources=(
        "Aronson & Mills (1959), The effect of severity of initiation on liking for a group, "
        "Journal of Abnormal and Social Psychology 59(2):177–181",
        "Lodewijkx & Syroit (1997, 2001), on severe and mild initiations",
        "Kamau (2012), on severe initiations into a group",
        "Norton, Mochon & Ariely (2012), The IKEA effect: when labor leads to love, Journal of "
        "Consumer Psychology 22(3):453–460",
        "Buell & Norton (2011), The labor illusion: how operational transparency increases "
        "perceived value, Management Science 57(9):1564–1579",
    ),
    contract=_effort_effects,
)


def _ecsi_moments() -> pa.DataFrameSchema:
    sizes = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSCO": 1, "CUSL": 3}
    items = [
        block if size == 1 else f"{block}{item}"
        for block, size in sizes.items()
        for item in range(1, size + 1)
    ]
    columns = {
        "item": fields.text("The item", pa.Check.isin(items)),
        "mean": fields.number("Mean", (1, 10), "points (1–10)"),
        "sd": fields.number("Standard deviation", (0, 5), "points (1–10)"),
    }
    columns |= {item: fields.number(f"Correlation with {item}", (-1, 1)) for item in items}
    return fields.table("ecsi-mobile-moments", columns, unique=["item"])


ECSI_MOMENTS = Dataset(
    "ecsi-mobile-moments",
    "Means, standard deviations and correlations of 24 items, 250 mobile phone customers",
    "published/ecsi-mobile-moments.csv",
    "Computed from the data set that R packages ship as mobi.",
    sources=(TENENHAUS_2005,),
    contract=_ecsi_moments,
)


def _ecsi_paths() -> pa.DataFrameSchema:
    columns = {
        "from": fields.text("Construct where the path starts"),
        "to": fields.text("Construct where the path ends"),
        "standardised": fields.number("Coefficient, items standardised", (-1, 1)),
        "raw": fields.number("Coefficient, items on their own scale", (-1, 1)),
    }
    return fields.table("ecsi-mobile-paths", columns, unique=["from", "to"])


ECSI_PATHS = Dataset(
    "ecsi-mobile-paths",
    "Twelve inner paths of the satisfaction model, mode A, centroid scheme",
    "published/ecsi-mobile-paths.csv",
    "Both columns are reproduced from the moments to four digits; the printed column raw was not "
    "seen.",
    sources=(
        TENENHAUS_2005,
        "Monecke & Leisch (2012), semPLS, Journal of Statistical Software 48(3)",
    ),
    contract=_ecsi_paths,
)


def load_items(
    file: str | os.PathLike[str], items: Sequence[str], scale: str = "1-10"
) -> tuple[pd.DataFrame | Moments, tuple[str, ...]]:
    """Load the answers to the items that a model names, or published moments in their place.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; if empty, the moments of 250 mobile phone customers. Columns are
        found by name or by the YAML beside the file (`cemlib.data.mapping`).
    items : sequence of str
        Column names, each once.
    scale : str
        Lowest and highest answer to each item: ``"1-10"``.

    Returns
    -------
    answers : DataFrame or Moments
        A row per respondent and a column per item, floats; NaN where there is no answer.
    notes : tuple of str
        How the file was read.

    Raises
    ------
    DataError
        With every problem: an item without a column, an answer that is not a number on the scale.
    ValueError
        If the scale is not two numbers, the lower one first.

    Examples
    --------
    >>> from cemlib.home import datasets
    >>> load_items(datasets() / "telecom/survey.csv", ["safety_1", "respect_2"], "1-7")[0].shape
    (1483, 2)
    """
    if not str(file):
        return Moments.from_table(load(ECSI_MOMENTS.name), n=250), ()
    reading = _read_items(file, items, scale)
    if reading.problems:
        raise reading.error()
    return reading.frame[list(items)], tuple(reading.notes)


def load_model(file: str | os.PathLike[str] = "") -> PathModel:
    """Load the text of a path model: UTF-8, at most 100,000 bytes.

    Parameters
    ----------
    file : str or path
        The text; the European Customer Satisfaction Index (ECSI) if empty.

    Raises
    ------
    DataError
        If the file does not exist, is empty, too large or not text.
    ValueError
        If the text is not a path model; the message gives the line.

    Examples
    --------
    >>> load_model().names[:2]
    ('Image', 'Expectation')
    >>> load_model("nowhere.txt")
    Traceback (most recent call last):
    cemlib.data.problems.DataError: nowhere.txt cannot be used as model: 1 problem
      does not exist; check the name and the folder
    """
    return parse_model(_text(Path(file)) if str(file) else ECSI)


def read_path_survey(
    file: str | os.PathLike[str] = "",
    *,
    model: str | os.PathLike[str] = "",
    survey_scale: str = "1-10",
) -> Reading:
    """Read a survey whose items a model names; the reading lists the problems.

    Parameters
    ----------
    file : str or path
        The survey.
    model : str or path
        The model; the ECSI if empty. Its own problems are listed by `read_model`.
    survey_scale : str
        Lowest and highest answer.

    Raises
    ------
    ValueError
        If the scale is not two numbers, the lower one first.
    """
    parse_scale("survey_scale", survey_scale)
    if read_model(model).problems:
        return Reading(PATH_SURVEY, Path(file), Mapping())
    return _read_items(file, load_model(model).items, survey_scale)


def read_model(file: str | os.PathLike[str] = "") -> Reading:
    """Read a path model; the reading lists the problems.

    Examples
    --------
    >>> print(read_model("nowhere.txt").problems[0])
    does not exist; check the name and the folder
    """
    reading = Reading(PATH_MODEL, Path(file), Mapping())
    try:
        load_model(file)
    except DataError as error:
        reading.problems += error.problems
    except ValueError as error:
        reading.problems.append(Problem(0, "", "", str(error), "correct the model"))
    return reading


def _read_items(file: str | os.PathLike[str], items: Sequence[str], scale: str) -> Reading:
    bounds = parse_scale("survey_scale", scale)
    by_name = {item.casefold(): item for item in items}

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        absent = [item for item in items if item not in reading.column_index]
        reading.problems += [no_column(item, reading) for item in absent]
        present = [item for item in items if item in reading.column_index]
        return pa.DataFrameSchema(
            {item: fields.answer(item, bounds, "survey_scale") for item in present}
        )

    mapping = read_mapping(file, list(items))
    return read(PATH_SURVEY, Path(file), mapping, lambda word: by_name.get(word, ""), plan)


def _text(path: Path) -> str:
    def unusable(problem: str, fix: str) -> DataError:
        return DataError(path.name, "model", [Problem(0, "", "", problem, fix)])

    if not home.is_file(path):
        raise unusable("does not exist", "check the name and the folder")
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise unusable(
            f"has more than {MAX_TEXT_BYTES:,} bytes", "a model needs one line per block or path"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise unusable("is not text in UTF-8", "save it as plain text, UTF-8") from error
    if not text.strip() or "\0" in text:
        raise unusable("is empty or not text", "write plain text into it")
    return text


PATH_SURVEY = Dataset(
    "path-survey",
    "A survey whose items a path model names",
    "",
    "Own data only; the committed study uses the published moments.",
    read=read_path_survey,
    options=("model", "survey_scale"),
    parameter="survey",
    limit_mb=64,
)
PATH_MODEL = Dataset(
    "path-model",
    "A path model: which items measure which construct, and which construct leads to which",
    "",
    "Own data only; otherwise the model of the European Customer Satisfaction Index.",
    read=read_model,
    parameter="model",
)

_TABLES = (CALLBACKS, EXPECTATIONS, RESPONSES, EFFORT_EFFECTS, ECSI_MOMENTS, ECSI_PATHS)
DATASETS = (*_TABLES, PATH_SURVEY, PATH_MODEL)

load = loader(DATASETS)
