"""Values, findings and parameters as a page shows them."""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection

from cemlib import formats
from cemlib.findings import Finding
from cemlib.report.plan.study import Run
from cemlib.report.plan.workbook import Parameter, Value

FROM_COMPANY = "the company file's"


def value(finding: Finding) -> str:
    """Return a finding's value with as many decimals as its interval, or its size, justifies.

    Examples
    --------
    >>> value(Finding("gap", -3.24159, "points", "A gap.", low=-4.1, high=-2.4))
    '−3.2'
    >>> value(Finding("lowest_right", "respect", "", "Respect is felt least."))
    'respect'
    """
    if isinstance(finding.value, str):
        return finding.value
    return formats.number(finding.value, _decimals(finding))


def interval(finding: Finding) -> str:
    """Return a finding's interval in words, empty if it has none.

    Examples
    --------
    >>> interval(Finding("gap", 3.24159, "points", "A gap.", low=2.4, high=4.1))
    '2.4 to 4.1'
    >>> interval(Finding("lift", 3.0, "points", "A lift.", low=2))
    'at least 2'
    """
    if finding.low is None and finding.high is None:
        return ""
    return formats.interval(finding.low, finding.high, _decimals(finding))


def plain(value: Value) -> str:
    """Return a parameter's value as a table shows it, as one would type it.

    Examples
    --------
    >>> plain(40.0), plain(True), plain(""), plain("survey.csv")
    ('40', 'true', 'empty', 'survey.csv')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("-", "−")
    return str(value).replace("-", "−") if isinstance(value, int) else value or "empty"


def setting(parameter: Parameter, value: Value) -> str:
    """Return the value of a parameter as a table shows it; an assumption may be the company's.

    Examples
    --------
    >>> cost = Parameter("call_cost", "float", None, "cost of a call-back")
    >>> setting(cost, None), setting(cost, 4.0)
    ("the company file's", '4')
    """
    is_open = value is None or value == ""
    return FROM_COMPANY if is_open and parameter.is_assumption else plain(value)


def setting_of_own(parameter: Parameter, value: Value, named: Collection[str]) -> str:
    """Return the value of a parameter of a run on somebody's own data: see `setting`.

    A data file that no parameter names may be in the company's file, or there is none.

    Examples
    --------
    >>> panel = Parameter("panel", "str", "", "dataset: your own panel")
    >>> [setting_of_own(panel, "", ["panel"]), setting_of_own(panel, "", [])]
    ["the company file's", 'none']
    >>> setting_of_own(panel, "mine.csv", [])
    'mine.csv'
    """
    if parameter.is_dataset and not value:
        return FROM_COMPANY if parameter.name in named else "none"
    return setting(parameter, value)


def command(run: Run) -> str:
    """Return the command line that makes a report again.

    Examples
    --------
    >>> from cemlib.report.plan.study import run_from_arguments
    >>> command(run_from_arguments("00-start-here", {"class_minutes": "60"}))
    'cem run 00-start-here -p class_minutes 60 -o again'
    """
    words = ["cem", "run", run.workbook.slug]
    for name in run.changed:
        value = run.parameters[name]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        words += ["-p", name, text]
    return shlex.join([*words, "-o", "again"])


def without_operator(text: str) -> str:
    """Return a parameter's help without the parts that speak of the operator.

    Examples
    --------
    >>> without_operator("dataset: your own survey, a CSV or Excel file; empty for the operator's")
    'dataset: your own survey, a CSV or Excel file'
    """
    first, *rest = text.split("; ")
    return "; ".join([first, *(part for part in rest if "operator" not in part)])


def label(name: str) -> str:
    """Return the name of a finding or a parameter in words.

    Examples
    --------
    >>> label("call_centre_only"), label("R2_share")
    ('Call centre only', 'R2 share')
    """
    spaced = " ".join(name.replace("_", " ").split())
    return spaced[:1].upper() + spaced[1:]


def _decimals(finding: Finding) -> int:
    """Return the decimals for two digits of the interval's width, or three of the value."""
    value, low, high = finding.value, finding.low, finding.high
    if low is not None and high is not None and high > low:
        return _decimals_for(high - low, 2)
    if isinstance(value, str) or value is None or not math.isfinite(value):
        return 0
    return 0 if value == round(value) else _decimals_for(value, 3)


def _decimals_for(size: float, significant: int) -> int:
    return min(max(significant - 1 - math.floor(math.log10(abs(size))), 0), 6)
