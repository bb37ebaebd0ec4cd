from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cemlib.teach.rating_form import Scale, compare_ratings, summary, verdict

ROWS = [("Respect", 54, 51, 57), ("Choice", 61.5, 58, 65), ("Safety", 70, None, None)]


@pytest.fixture(autouse=True)
def static_mode(monkeypatch):
    monkeypatch.delenv("CEMLIB_MODE", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def rating():
    return compare_ratings(ROWS, "How do you do?", 0, 100, "points")


def test_each_row_has_a_slider_with_its_name_and_no_rating():
    page = rating().to_html()
    sliders = re.findall(
        r'<span class="cem-rating-name">(\w+)</span> <span class="cem-rating-track">.*?<input '
        r'type="range" class="cem-unset" min="0" max="100" step="1" value="50" '
        r'aria-valuetext="not set yet"',
        page,
    )
    assert sliders == ["Respect", "Choice", "Safety"]
    assert page.count("<label") == page.count("</label>") == 3
    assert " id=" not in page
    assert page == rating().to_html()


def test_marks_are_at_the_customers_values():
    page = compare_ratings([("Respect", 4, 2.5, 5.5)], "How?", 1, 7).to_html()
    assert '<span class="cem-rating-mark" style="left: 50.0%"></span>' in page
    assert '<span class="cem-rating-band" style="left: 25.0%; width: 50.0%"></span>' in page
    assert 'step="0.1" value="4"' in page


def test_without_script_the_customers_view_is_a_table():
    page = rating().to_html()
    assert '<tr><th scope="row">Respect</th><td>54</td><td>51 to 57</td></tr>' in page
    assert '<tr><th scope="row">Safety</th><td>70</td><td>not known</td></tr>' in page


def test_one_output(outputs_of):
    [output] = outputs_of("rating()", rating=rating)
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"] == (
        "How do you do?\nRespect: customers 54 (51 to 57)\n"
        "Choice: customers 62 (58 to 65)\nSafety: customers 70"
    )


def test_a_report_has_no_ratings():
    assert rating().values == {"Respect": None, "Choice": None, "Safety": None}


@given(some.integers(0, 100), some.integers(0, 100), some.integers(0, 20))
def test_a_verdict_compares_the_gap_with_the_interval(rating, customers, margin):
    words = verdict(rating, ("x", customers, customers - margin, customers + margin), 0)
    if rating == customers:
        assert words == "the same"
    elif abs(rating - customers) <= margin:
        assert words == "about the same"
    else:
        assert words == f"{abs(rating - customers)} too {'high' if rating > customers else 'low'}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Set a slider to compare."),
        (
            {"Respect": 70.0, "Choice": 40.0, "Safety": 75.0},
            "On average you rate your company 0.3 points below your customers. Most overrated: "
            "Respect, 16 too high. Most underrated: Choice, 22 too low.",
        ),
        (
            {"Respect": 54.0},
            "On average you see your company as your customers do. 2 not set.",
        ),
        (
            {"Safety": 80.0},
            "On average you rate your company 10.0 points above your customers. Most overrated: "
            "Safety, 10 too high. 2 not set.",
        ),
    ],
)
def test_the_summary_names_average_and_extremes(values, words):
    scale = Scale(tuple(ROWS), "How?", 0, 100, "points")
    assert summary(scale, {name: values.get(name) for name, *_ in ROWS}) == words


@pytest.mark.parametrize(
    ("low", "high", "step", "digits"),
    [(0, 100, 1, 0), (1, 7, 0.1, 1), (0, 10, 0.1, 1), (0, 1, 0.01, 2)],
)
def test_steps_are_fine_and_round(low, high, step, digits):
    scale = Scale(tuple(ROWS), "How?", low, high, "")
    assert (scale.step, scale.digits) == (step, digits)
    assert 50 <= (high - low) / scale.step <= 500


def test_the_class_rates_before_it_sees_the_customers_values(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    widget = rating()
    assert "customers" not in widget.view.value
    widget.sliders["Respect"].value = 70
    assert widget.view.value == '<p role="status">1 of 3 set.</p>'
    assert widget.values == {"Respect": 70, "Choice": None, "Safety": None}
    widget.reveal.value = True
    assert widget.reveal.description == "Hide the customers’ view"
    assert "you 70, customers 54: 16 too high" in widget.view.value
    assert "not set; customers 62" in widget.view.value
    widget.sliders["Respect"].value = 54
    assert "you 54, customers 54: the same" in widget.view.value
    widget.reveal.value = False
    assert "customers" not in widget.view.value


def test_the_widget_is_one_output(monkeypatch, outputs_of):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    [output] = outputs_of("widget = rating()\nwidget", rating=rating)
    assert "application/vnd.jupyter.widget-view+json" in output.data


@pytest.mark.parametrize(
    ("rows", "label", "low", "high", "message"),
    [
        ([], "How?", 0, 100, "rows is"),
        ([ROWS[0], ROWS[0]], "How?", 0, 100, "each name once"),
        ([("Respect", 54)], "How?", 0, 100, "rows is"),
        ([("Respect", 120, 110, 130)], "How?", 0, 100, "Respect is 120"),
        (ROWS, " ", 0, 100, "label is"),
        (ROWS, "How?", 100, 100, "high is 100"),
    ],
)
def test_invalid_rows_and_scales_are_refused(rows, label, low, high, message):
    with pytest.raises(ValueError, match=message):
        compare_ratings(rows, label, low, high)
