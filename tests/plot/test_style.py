from __future__ import annotations

import gc
import io
import re
import weakref
import xml.etree.ElementTree as ElementTree

import matplotlib
import matplotlib.image
import matplotlib.pyplot
import numpy
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from IPython.utils.capture import capture_output
from traitlets.config import Config

from cemlib.plot import style
from cemlib.plot.style import BLUE, GREEN, GREY, INK, VERMILION, Figure, canvas, guides

ALT = 'Nine dots, one per right; "choice" is > the rest & highest.'


def drawn(alt=ALT):
    rng = numpy.random.default_rng(1)
    with canvas(alt=alt) as (figure, axes):
        axes.errorbar(rng.normal(50, 9, 9), range(9), xerr=3, fmt="o", color=BLUE)
        axes.fill_between([40, 60], 2.000111, 3, hatch="//", alpha=0.3)
        axes.set_yticks(range(9), [f"right number {row}" for row in range(9)])
        axes.set(title="Perception of each right", xlabel="Index, 0–100")
        guides(axes, "x")
    return figure


def test_the_same_figure_is_the_same_bytes():
    assert drawn().to_svg() == drawn().to_svg()
    assert drawn().to_png() == drawn().to_png()
    figure = drawn()
    assert figure.to_svg() == figure.to_svg()


def test_the_readers_own_settings_have_no_effect():
    plain = drawn().to_svg()
    with matplotlib.rc_context(
        {"font.size": 20, "axes.spines.top": True, "svg.fonttype": "none", "savefig.dpi": 30}
    ):
        assert drawn().to_svg() == plain
        assert matplotlib.rcParams["font.size"] == 20


def test_a_second_font_changes_no_figure_without_chinese(monkeypatch):
    plain = drawn().to_svg()
    monkeypatch.setattr(style, "font_families", lambda: ("DejaVu Sans",))
    assert drawn().to_svg() == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [("满意度", "期望值"), ("カタカ", "ひらが"), ("만족도", "기대값"), ("體驗度", "顧客滿")],
)
def test_chinese_japanese_and_korean_are_drawn(one, other):
    assert titled(one).to_svg() != titled(other).to_svg()  # boxes would be equal


def test_no_warning_about_a_sign_that_no_font_has_reaches_the_reader(recwarn):
    titled("ไทย 😀").to_svg()
    titled("ไทย 😀").to_png()
    assert not recwarn.list


def titled(title):
    with canvas(alt="One bar.") as (figure, axes):
        axes.barh(["x"], [1])
        axes.set_title(title)
    return figure


def test_svg_is_one_named_image():
    root = ElementTree.fromstring(drawn().to_svg())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == ALT
    assert (root.get("width"), root.get("height")) == ("691", "384")
    assert root.get("viewBox") == "0 0 518.4 288"


def test_svg_has_no_date_and_no_long_number():
    svg = drawn().to_svg()
    assert "metadata" not in svg
    assert "<!--" not in svg
    assert not re.search(r"\d\.\d{3}", re.sub(r"scale\([^)]*\)", "", svg))
    assert len(svg) < 40_000


def test_every_reference_in_an_svg_has_a_target():
    svg = drawn().to_svg()
    names = re.findall(r' id="([^"]+)"', svg)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert len(names) == len(set(names))
    assert used
    assert used <= set(names)


def test_two_figures_can_share_a_page():
    first, second = drawn().to_svg(), drawn("Another.").to_svg()
    with canvas(alt="Another.") as (figure, axes):
        axes.plot([0, 1], [0, 1], "o")
    other = figure.to_svg()
    clips = [set(re.findall(r'id="(f[0-9a-f]{8}n\d+)"', svg)) for svg in (first, second, other)]
    assert clips[0] == clips[1]  # the same drawing: the same names mean the same things
    assert clips[0].isdisjoint(clips[2])


def test_png_has_the_requested_size():
    pixels = matplotlib.image.imread(io.BytesIO(drawn().to_png(dpi=96)))
    assert pixels.shape[:2] == (384, 691)


@pytest.mark.parametrize("alt", ["", "   ", "dots", "Perception"])
def test_an_alternative_that_is_not_a_sentence_is_refused(alt):
    with pytest.raises(ValueError, match=r"alt is .* a full sentence"):
        Figure(alt)


@pytest.mark.parametrize(
    "alt", ["九项权利的感知。", "It rose (much).", "It says “no.”", " Two\n words. "]
)
def test_sentences_of_several_kinds_are_accepted(alt):
    assert Figure(alt).alt == " ".join(alt.split())


def test_a_figure_leaves_nothing_behind():
    figure = drawn()
    figure.to_svg()
    assert matplotlib.pyplot.get_fignums() == []
    reference = weakref.ref(figure)
    del figure
    gc.collect()
    assert reference() is None


@pytest.fixture
def shell():
    quiet = Config({"HistoryManager": {"enabled": False}})
    yield InteractiveShell.instance(config=quiet)
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("inline", [False, True])
def test_display_gives_one_output(shell, inline):
    if inline:  # what %matplotlib inline does to figures that are displayed
        select_figure_formats(shell, {"png"})
    shell.push({"drawn": drawn})
    with capture_output() as captured:
        shell.run_cell("drawn()")
    [output] = captured.outputs
    assert set(output.data) == {"image/svg+xml", "text/plain"}
    assert output.data["text/plain"] == ALT
    assert output.metadata == {"image/svg+xml": {"alt": ALT}}
    assert "Figure" not in captured.stdout


@pytest.mark.parametrize("colour", [BLUE, VERMILION, INK, GREY])
def test_text_colours_are_readable_on_white(colour):
    assert contrast(colour) >= (3 if colour == VERMILION else 4.5)


def test_colours_of_marks_stand_out_from_white():
    assert contrast(GREEN) >= 3


def contrast(colour):
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in matplotlib.colors.to_rgb(colour)
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_font_files_are_remembered_in_the_style_only():
    from matplotlib.font_manager import FontManager, FontProperties, fontManager

    with style.figure_style():
        bold = FontProperties(weight="bold", size=12)
        for prop in (FontProperties(), bold, FontProperties(family="DejaVu Sans")):
            theirs = FontManager._find_fonts_by_props(fontManager, prop)
            assert fontManager._find_fonts_by_props(prop) == theirs
            assert fontManager._find_fonts_by_props(prop) is fontManager._find_fonts_by_props(prop)
    assert "_find_fonts_by_props" not in vars(fontManager)
    with pytest.raises(KeyError), style.figure_style():
        raise KeyError
    assert "_find_fonts_by_props" not in vars(fontManager)
