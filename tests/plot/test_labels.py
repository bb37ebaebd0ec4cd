"""Labels from outside are drawn as they stand, and none of them spoils a figure."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from cemlib.plot.marks import dots, name_points, name_rows
from cemlib.plot.style import canvas

LABELS = [
    "$5 and $6", "$\\frac{1}{2}$", "$\\frac", "{", "$}{$", "a_{b}^{c}", "\\begin{a}", "\\$",
    "$\\unknown{a}$", "$$", "$a$", "_hidden", "__", "_child0x", "x" * 300, "字" * 300, "a\nb",
    "\n" * 300, "a\n" * 300, "a " * 150, "\u202eabc", "a\u200bb", "a\x00b", "a\x1b[31mb",
    "a\tb", "<b>a</b>",
    "&lt;", "%s", "{0}", "",
]  # fmt: skip


def drawn(label):
    table = pd.DataFrame({"estimate": [1.0, 2.0], "low": [0.5, 1.5], "high": [1.5, 2.5]})
    names = [label, "plain"]
    with canvas(alt=f"A figure with {label}.", ncols=2) as (figure, (left, right)):
        dots(left, table, "red", label=label)
        name_rows(left, names, {})
        left.set_title(label)
        left.set_xlabel(label)
        left.set_ylabel(label)
        right.bar(names if label else ["a", "b"], [1, 2], label=f"{label} ")
        name_points(right, np.array([0.0, 1.0]), np.array([1.0, 2.0]), names)
        right.annotate(label, (0, 1))
        figure.legend(loc="outside lower right", ncols=2)
    return figure


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("label", LABELS)
def test_any_label_can_be_drawn(label):
    figure = drawn(label)
    root = ElementTree.fromstring(figure.to_svg())
    assert (root.get("width"), root.get("height")) == ("691", "384")
    assert figure.to_png().startswith(b"\x89PNG")
    for axes in figure.axes:
        assert axes.get_window_extent().width > 60
        assert axes.get_window_extent().height > 60
    for text in texts(figure):
        assert len(text) <= 700
        assert not re.search(r"[\u202a-\u202e\u200b\x00-\x09\x0b-\x1f]", text)


def test_a_dollar_sign_is_one():
    figure = drawn("$5 and $6")
    figure.to_svg()
    assert texts(figure).count("$5 and $6") >= 6
    assert all(not text.get_parse_math() for text in figure.findobj(Text))


def test_a_name_that_begins_with_a_low_line_stands_in_the_legend():
    figure = drawn("_hidden")
    figure.to_svg()
    [legend] = figure.legends
    assert [text.get_text().strip() for text in legend.get_texts()] == ["_hidden", "_hidden"]


def test_a_long_label_is_wrapped_and_then_cut():
    figure = drawn("x" * 300)
    figure.to_svg()
    lines = [line for text in texts(figure) for line in text.split("\n")]
    assert max(map(len, lines)) <= 60
    assert max(text.count("\n") for text in texts(figure)) <= 5
    assert any(text.startswith("xx") and text.endswith("…") for text in texts(figure))


def test_a_name_of_ninety_letters_stands_whole():
    name = (
        "A very long name of a customer segment that somebody has typed into the export of a survey"
    )
    with canvas(height=3, alt="Two bars.") as (figure, axes):
        axes.barh([name, "other"], [1, 2])
    figure.to_svg()
    assert name in [text.replace("\n", " ") for text in texts(figure)]
    with canvas(alt="Four bars.") as (figure, axes):
        axes.bar([name, "b", "c", "d"], [1, 2, 3, 4])
    figure.to_svg()
    assert name in [text.replace("\n", " ") for text in texts(figure)]
