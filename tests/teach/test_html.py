"""What holds for the HTML of every function: no formula is typeset in it."""

import re

import pandas as pd
import pytest

from cemlib import assets, teach
from cemlib.findings import Finding

FRAME = pd.DataFrame({"item": ["$a$", "$b$"]})
CHOICES = pd.DataFrame(
    {
        "step": 1, "moment": "$a$", "answer": ["$b$", "$c$"], "patience": [-9, 9], "cost": 0,
        "done": [False, True], "comes": "$d$",
    }
)  # fmt: skip
CELLS = [
    'teach.table(FRAME, "$c$")',
    'teach.show_findings([Finding("x", "$a$", "$", "It costs $5.")])',
    'teach.explore(lambda x: "$a$", "$c$", x=[1, 2])',
    'teach.compare_ratings([("$a$", 54, 51, 57)], "$c$")',
    'teach.entry_form(FRAME, "$c$", {"$s$": (0, 10)})',
    'teach.scenario(CHOICES, "$c$")',
    'teach.check("$a$", 1, 2, hints="It costs $5.")',
    'teach.download(FRAME, "a.csv")',
]


@pytest.mark.parametrize("cell", CELLS)
def test_jupyter_typesets_no_formula_in_it(cell, outputs_of, monkeypatch):
    """JupyterLab runs MathJax on HTML outputs, except inside elements of this class."""
    monkeypatch.setenv("CEMLIB_MODE", "static")
    values = {"teach": teach, "Finding": Finding, "FRAME": FRAME, "CHOICES": CHOICES}
    [output] = outputs_of(cell, **values)
    page = re.sub(
        r"<style>.*?</style>|<script>.*?</script>", "", output.data["text/html"], flags=re.S
    )
    [root, *_] = re.findall(r"<\w+[^>]*>", page.strip())
    assert "mathjax_ignore" in root
    tag = root[1:].split()[0]
    assert page.strip().endswith(f"</{tag}>")


def test_the_report_recognises_each_interactive_piece():
    pages = [
        teach.explore(lambda x: "a", "c", x=[1, 2]),
        teach.entry_form(FRAME, "c", {"s": (0, 10)}),
        teach.compare_ratings([("a", 54, 51, 57)], "c"),
        teach.scenario(CHOICES, "c"),
    ]
    for name, page in zip(assets.NAMES, pages, strict=True):
        assert f'class="cem-{name} ' in page.to_html()
