from __future__ import annotations

import base64
import html
import json
import re
import sys

import matplotlib.figure
import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as some
from IPython.display import HTML

from cemlib.plot.style import canvas
from cemlib.teach.controls import Control, explore
from cemlib.teach.markdown import Markdown
from cemlib.teach.mode import mode
from cemlib.teach.tables import table

DAYS = Control(range(0, 101, 50), start=50, unit="days", label="Budget")


@pytest.fixture(autouse=True)
def static_mode(monkeypatch):
    monkeypatch.delenv("CEMLIB_MODE", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


@pytest.fixture
def interactive_mode(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")


def bars(budget_days, cut="mean"):
    with canvas(3, 1, alt=f"A bar of {budget_days}, cut at the {cut}.") as (figure, axes):
        axes.barh(["x"], [budget_days])
    return figure


def words(**values):
    return ", ".join(f"{name} {value}" for name, value in values.items())


def frames(page):
    return re.findall(r'<div class="cem-frame"( hidden)?>\n(.*?)\n</div>', page, re.DOTALL)


def test_frames_are_drawn_in_advance_and_the_start_is_shown():
    page = explore(bars, "Bars", budget_days=DAYS).to_html()
    drawn = frames(page)
    assert [hidden for hidden, _ in drawn] == [" hidden", "", " hidden"]
    alts = [re.search('alt="(.*?)"', frame)[1] for _, frame in drawn]
    assert alts == [f"A bar of {days}, cut at the mean." for days in (0, 50, 100)]
    for days, (_, frame) in zip((0, 50, 100), drawn, strict=True):
        data = re.search(r'src="data:image/svg\+xml;base64,(.*?)"', frame)[1]
        assert base64.b64decode(data).decode() == bars(days).to_svg()


def test_controls_are_native_and_labelled():
    page = explore(bars, "Bars", budget_days=DAYS, cut=["mean", "median"]).to_html()
    assert "<legend>Bars</legend>" in page
    assert re.search(r'<label><span>Budget</span> <input type="range" min="0" max="2"', page)
    assert 'value="1" aria-valuetext="50 days"' in page
    assert '<output aria-live="off">50 days</output>' in page
    assert '<label><span>Cut</span> <select autocomplete="off"><option value="0" selected>' in page
    assert " id=" not in page  # so that the same piece may come twice in a page
    assert not re.search(r'(src|href)="(?!data:)', page)


@given(some.lists(some.integers(2, 4), min_size=1, max_size=3))
def test_every_setting_shows_its_own_frame(sizes):
    controls = {f"c{at}": range(size) for at, size in enumerate(sizes)}
    static = explore(words, "Words", **controls)
    order = re.search('data-order="([^"]*)"', static.to_html())[1].split()
    for values in numpy.ndindex(*sizes):
        setting = 0
        for value, size in zip(values, sizes, strict=True):  # as the script in the page counts
            setting = setting * size + value
        expected = words(**dict(zip(controls, values, strict=True)))
        assert static.frames[int(order[setting])].plain == expected


def test_equal_frames_are_stored_once():
    static = explore(lambda days: f"{days // 50} of two.", "Whole", days=range(0, 100, 10))
    assert len(static.frames) == 2
    assert static.order == [0] * 5 + [1] * 5


def test_the_same_is_the_same_bytes():
    pages = {explore(bars, "Bars", budget_days=DAYS).to_html() for _ in range(2)}
    assert len(pages) == 1


def test_one_output_with_plain_text(outputs_of):
    [output] = outputs_of('explore(bars, "Bars", days=d)', explore=explore, d=DAYS, bars=words)
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"] == "Bars\nBudget: 50 days. days 50"


def test_texts_of_values():
    assert Control([-1, 0.5, 20000]).texts == ["−1", "0.5", "20,000"]
    assert Control([10, 20], unit="%").texts == ["10%", "20%"]
    assert Control([True, False]).texts == ["yes", "no"]
    assert Control(numpy.arange(2)).values == [0, 1]
    assert Control(numpy.linspace(0, 1, 3)).texts == ["0", "0.5", "1"]
    assert Control({"a": "first", "b": "second"}, start="b").start == 1


def test_texts_are_escaped():
    page = explore(lambda who: "x", 'a "<b>"', who=["<script>", '"']).to_html()
    assert "<legend>a &quot;&lt;b&gt;&quot;</legend>" in page
    assert '<option value="0" selected>&lt;script&gt;</option>' in page
    assert json.loads(html.unescape(re.search('data-texts="(.*?)"', page)[1])) == ["<script>", '"']


@pytest.mark.parametrize(
    ("drawn", "piece"),
    [
        (Markdown("**a** <b>"), "<p><strong>a</strong> &lt;b&gt;</p>"),
        ("**a** <b>", "<p>**a** &lt;b&gt;</p>"),
        (f"{'[a](https://evil.example)'}", "<p>[a](https://evil.example)</p>"),
        (HTML("<b>a</b>"), "<b>a</b>"),
        (table(pandas.DataFrame({"x": [1]}), "One"), "<caption>One</caption>"),
        (["a", "b"], "<p>a</p>\n<p>b</p>"),
    ],
)
def test_drawings_of_each_kind(drawn, piece):
    assert piece in explore(lambda x: drawn, "Things", x=[1, 2]).to_html()


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({}, "controls is .* at least one"),
        ({"a": range(11), "b": range(6)}, "66 frames: a 11 × b 6.* at most 64 in total"),
        ({"days": [1]}, "days is .* at least two positions"),
        ({"days": "mean"}, "days is 'mean'.* at least two positions"),
        ({"days": 7}, "days is 7"),
        ({"days": [1, 1]}, "each once"),
    ],
)
def test_invalid_controls_are_refused(controls, message):
    with pytest.raises(ValueError, match=message):
        explore(words, "Words", **controls)


def test_a_control_can_be_used_twice():
    amount = Control([1, 2])
    assert "First" in repr(explore(words, "Words", first=amount))
    assert "Second" in repr(explore(words, "Words", second=amount))


def test_a_start_is_one_of_the_values():
    with pytest.raises(ValueError, match=r"start is 3, but must be one of the values, \[1, 2\]"):
        Control([1, 2], start=3)


@pytest.mark.parametrize("drawn", [None, 3, [], matplotlib.figure.Figure()])
def test_a_drawing_without_a_text_alternative_is_refused(drawn):
    with pytest.raises(ValueError, match="what draw returned"):
        explore(lambda x: drawn, "Nothing", x=[1, 2])


def test_an_exploration_has_a_label():
    with pytest.raises(ValueError, match="label"):
        explore(words, " ", x=[1, 2])


@pytest.mark.parametrize(
    ("session", "requested", "expected"),
    [
        (None, None, "static"),
        ("/x.ipynb", None, "interactive"),
        ("/x.ipynb", "static", "static"),
        (None, "interactive", "interactive"),
    ],
)
def test_the_mode_depends_on_the_session(monkeypatch, session, requested, expected):
    for name, value in {"JPY_SESSION_NAME": session, "CEMLIB_MODE": requested}.items():
        if value:
            monkeypatch.setenv(name, value)
    assert mode() == expected


def test_an_unknown_mode_is_refused(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "alive")
    with pytest.raises(ValueError, match="did you mean 'interactive'"):
        mode()


@pytest.mark.usefixtures("interactive_mode")
def test_moving_a_control_redraws_the_view():
    widget = explore(bars, "Bars", budget_days=DAYS, cut=["mean", "median"])
    seen = [widget.view.value]
    widget.widgets["budget_days"].value = 100
    seen.append(widget.view.value)
    widget.widgets["cut"].index = 1
    seen.append(widget.view.value)
    alts = [re.search('alt="(.*?)"', page)[1] for page in seen]
    assert alts == [
        "A bar of 50, cut at the mean.",
        "A bar of 100, cut at the mean.",
        "A bar of 100, cut at the median.",
    ]
    svg = base64.b64decode(re.search(r'base64,(.*?)"', seen[-1])[1]).decode()
    assert svg == bars(100, "median").to_svg()


@pytest.mark.usefixtures("interactive_mode")
def test_both_modes_show_the_same_frames(monkeypatch):
    widget = explore(bars, "Bars", budget_days=DAYS)
    monkeypatch.setenv("CEMLIB_MODE", "static")
    static = explore(bars, "Bars", budget_days=DAYS)
    for at, days in enumerate(DAYS.values):
        widget.widgets["budget_days"].value = days
        assert widget.view.value == static.frames[static.order[at]].html


@pytest.mark.usefixtures("interactive_mode")
def test_a_drawing_that_fails_shows_its_error():
    def sometimes(days):
        if days == 2:
            raise ValueError("days is <2>")
        return f"{days} days"

    widget = explore(sometimes, "Sometimes", days=[1, 2])
    widget.widgets["days"].value = 2
    assert widget.view.value == '<pre role="alert">ValueError: days is &lt;2&gt;</pre>'
    widget.widgets["days"].value = 1
    assert widget.view.value == "<p>1 days</p>"


@pytest.mark.usefixtures("interactive_mode")
def test_the_widget_is_one_output(outputs_of):
    [output] = outputs_of('explore(words, "Words", days=[1, 2])', explore=explore, words=words)
    assert "application/vnd.jupyter.widget-view+json" in output.data


def test_a_report_needs_no_widgets(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert explore(words, "Words", days=[1, 2]).to_html()
