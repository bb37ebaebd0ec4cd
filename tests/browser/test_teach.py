"""Explorations, rating and entry forms in a browser: by keyboard, without a network or scripts."""

from __future__ import annotations

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from cemlib.plot.style import canvas
from cemlib.teach.controls import Control, explore
from cemlib.teach.entry_form import entry_form
from cemlib.teach.rating_form import compare_ratings

ROWS = [("Respect", 54, 51, 57), ("Choice", 61.5, 58, 65), ("Safety", 70, None, None)]


def bars(budget_days, cut="mean"):
    with canvas(3, 1, alt=f"A bar of {budget_days}, cut at the {cut}.") as (figure, axes):
        axes.barh(["x"], [budget_days])
    return figure


def exploration():
    days = Control(range(0, 101, 50), start=50, unit="days")
    return explore(bars, "Bars", budget_days=days, cut=["mean", "median"])


def rating():
    return compare_ratings(ROWS, "How do you do?", 0, 100, "points")


def form():
    rows = pd.DataFrame({"participant": [1, 2], "effort": ["high", 'low, "easy"']})
    return entry_form(rows, "Our class", {"satisfaction": (0, 10)}, "our-class.csv")


def hands():
    rows = pd.DataFrame({"note": ["$20, fresh", "$20, crumpled"]})
    limits = {"hands": (0, 500), "people": (1, 500)}
    return entry_form(rows, "Hands", limits, "hands.csv", {"hands": "people"})


def visible_alt(piece):
    [alt] = [image.get_attribute("alt") for image in piece.locator("img:visible").all()]
    return alt


def test_frames_move_by_keyboard(opened):
    page = opened(exploration)
    piece = page.locator(".cem-explore")
    slider = page.get_by_role("slider", name="Budget days")
    assert visible_alt(piece) == "A bar of 50, cut at the mean."
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert visible_alt(piece) == "A bar of 100, cut at the mean."
    assert slider.get_attribute("aria-valuetext") == "100 days"
    page.get_by_role("combobox", name="Cut").select_option("median")
    assert visible_alt(piece) == "A bar of 100, cut at the median."
    slider.focus()
    page.keyboard.press("Home")
    assert visible_alt(piece) == "A bar of 0, cut at the median."
    assert piece.locator("output").all_inner_texts()[0] == "0 days"


def test_two_copies_move_independently(opened):
    page = opened(exploration, exploration)
    first, second = page.locator(".cem-explore").all()
    second.get_by_role("slider").focus()
    page.keyboard.press("End")
    assert visible_alt(first) == "A bar of 50, cut at the mean."
    assert visible_alt(second) == "A bar of 100, cut at the mean."


def test_paper_shows_one_frame_and_its_setting_as_text(opened):
    page = opened(exploration)
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    page.emulate_media(media="print")
    piece = page.locator(".cem-explore")
    assert visible_alt(piece) == "A bar of 100, cut at the mean."
    assert [piece.locator(kind).first.is_visible() for kind in ("input", "select")] == [False] * 2
    assert piece.locator("output").all_inner_texts() == ["100 days", "mean"]


def test_without_script_the_first_frame_shows(opened):
    page = opened(exploration, rating, scripted=False)
    piece = page.locator(".cem-explore")
    assert visible_alt(piece) == "A bar of 50, cut at the mean."
    assert piece.locator("output").all_inner_texts() == ["50 days", "mean"]
    assert not page.locator("input:visible").count()
    page.get_by_text("Show the customers’ view").click()
    assert page.locator("table:visible tbody tr").count() == 3


def test_the_class_rates_before_it_sees_the_customers_values(opened):
    page = opened(rating)
    words = page.locator(".cem-rating output")
    page.get_by_role("slider", name="Respect").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # keeps the position, as a rating
    assert words.all_inner_texts() == ["you 70", "you 50", "not set yet"]
    assert page.locator(".cem-rating [role=status]").inner_text() == "2 of 3 set."
    assert not page.locator(".cem-rating-mark:visible").count()
    page.locator(".cem-rating summary").focus()
    page.keyboard.press("Enter")
    page.locator(".cem-rating-mark").first.wait_for(state="visible")
    assert words.all_inner_texts() == [
        "you 70, customers 54: 16 too high",
        "you 50, customers 62: 12 too low",
        "not set yet; customers 70",
    ]
    assert page.locator(".cem-rating [role=status]").inner_text() == (
        "On average you rate your company 2.0 points above your customers. "
        "Most overrated: Respect, 16 too high. Most underrated: Choice, 12 too low. 1 not set."
    )


def test_page_and_widget_show_the_same_text(opened, monkeypatch):
    page = opened(rating)
    page.locator(".cem-rating summary").click()
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    widget = rating()
    widget.reveal.value = True
    for name, you in [("Respect", 56), ("Choice", 80), ("Safety", 70), ("Choice", 62)]:
        page.get_by_role("slider", name=name).fill(str(you))
        widget.sliders[name].value = you
        shown = [*page.locator(".cem-rating output").all_inner_texts()]
        shown = [text.replace("not set yet", "not set") for text in shown]
        shown.append(page.locator(".cem-rating [role=status]").inner_text())
        assert all(text in widget.view.value for text in shown)


def test_a_form_says_what_exceeds_its_bound(opened):
    page = opened(hands)
    status = page.locator(".cem-form [role=status]")
    page.get_by_label("hands, note $20, fresh").fill("25")
    page.get_by_label("people, note $20, fresh").fill("20")
    assert status.inner_text() == "0 of 2 rows complete. More than people: hands, note $20, fresh."
    page.get_by_label("people, note $20, fresh").fill("30")
    assert status.inner_text() == "1 of 2 rows complete."


def test_a_form_is_filled_in_and_saved_without_a_network(opened, tmp_path):
    page = opened(form)
    status = page.locator(".cem-form [role=status]")
    page.get_by_label("satisfaction, participant 1").focus()
    page.keyboard.type("11")
    assert status.inner_text() == (
        "0 of 2 rows complete. Not a number on the scale: satisfaction, participant 1."
    )
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    page.keyboard.type("7.5")
    page.keyboard.press("Tab")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "our-class.csv"
    saved.value.save_as(tmp_path / "saved.csv")
    saved_rows = pd.read_csv(tmp_path / "saved.csv").to_dict("list")
    assert saved_rows == {
        "participant": [1, 2],
        "effort": ["high", 'low, "easy"'],
        "satisfaction": [1.0, 7.5],
    }
    assert status.inner_text() == "2 of 2 rows complete. Saved as our-class.csv."


@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing(opened, width):
    page = opened(exploration, rating, form)
    page.set_viewport_size({"width": width, "height": 800})
    page.locator(".cem-rating summary").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
