from __future__ import annotations

import base64
import hashlib
import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from cemlib import assets
from cemlib.report.artifacts import Outcome
from cemlib.report.pages.policy import policy
from cemlib.report.pages.report import report_page
from cemlib.report.pages.sanitise import Sanitiser
from cemlib.report.pages.study import index
from cemlib.report.plan import workbook
from cemlib.report.plan.study import Study, default_run
from cemlib.report.run import canonical
from tests.report.test_render import LOOKS, code, markdown, report, shown

SCRIPT = "window.parent.alert(1)"
HOSTILE = [
    f"<script>{SCRIPT}</script>",
    f"<SCRIPT\n>{SCRIPT}</SCRIPT >",
    f"<img src=x onerror={SCRIPT}>",
    f"<svg onload={SCRIPT}></svg>",
    f"<svg><script>{SCRIPT}</script></svg>",
    f"<svg><animate onbegin={SCRIPT} attributeName=x dur=1s></svg>",
    f"<svg><set attributeName=href to='javascript:{SCRIPT}'></svg>",
    f"<svg><a xlink:href='javascript:{SCRIPT}'><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg/>#x'/></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>{SCRIPT}</script>'></foreignObject></svg>",
    f"<math><mtext><img src=x onerror={SCRIPT}></mtext></math>",
    f"<math><mi xlink:href='javascript:{SCRIPT}'>x</mi></math>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={SCRIPT}>",
    f"<noscript><p title='</noscript><img src=x onerror={SCRIPT}>'></noscript>",
    f"<a href='javascript:{SCRIPT}'>x</a>",
    f"<a href=' java\tscript:{SCRIPT}'>x</a>",
    f"<a href='&#106;avascript:{SCRIPT}'>x</a>",
    f"<a href='vbscript:{SCRIPT}'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='data:text/csv;base64,AA==,<script>'>x</a>",
    "<a href='//example.org/x'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='blob:x'>x</a>",
    "<a href='ftp://example.org'>x</a>",
    "<a href='../other.html'>x</a>",
    f"<iframe src='javascript:{SCRIPT}'></iframe>",
    f"<iframe srcdoc='<script>{SCRIPT}</script>'></iframe>",
    f"<object data='javascript:{SCRIPT}'></object>",
    "<embed src='https://example.org/x.swf'>",
    f"<form action='javascript:{SCRIPT}'><button>x</button></form>",
    f"<button formaction='javascript:{SCRIPT}'>x</button>",
    "<form action='https://example.org'><input name=a></form>",
    f"<input type=image src=x onerror={SCRIPT}>",
    f"<input autofocus onfocus={SCRIPT}>",
    f"<details open ontoggle={SCRIPT}>x</details>",
    f"<body onload={SCRIPT}>",
    f"<video><source onerror={SCRIPT}></video>",
    "<video poster='https://example.org/x.png'></video>",
    "<audio src='https://example.org/x.mp3'></audio>",
    "<img srcset='https://example.org/x.png 1x'>",
    "<img src='https://example.org/x.png'>",
    f"<img src='data:text/html,<script>{SCRIPT}</script>'>",
    "<link rel=stylesheet href='https://example.org/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<meta http-equiv=Content-Security-Policy content='script-src *'>",
    "<base href='https://example.org/'>",
    "<style>@import 'https://example.org/x.css';</style>",
    "<style>body { background: url(https://example.org/x) }</style>",
    "<style>#T_a { background: url(https://example.org/x) }</style><b id=T_a>x</b>",
    "<p style='background: url(https://example.org/x)'>x</p>",
    "<p style='background: image-set(\"https://example.org/x\" 1x)'>x</p>",
    "<p style='background: u\\72l(https://example.org/x)'>x</p>",
    "<p style='background: url/**/(https://example.org/x)'>x</p>",
    "<p style='position: fixed; inset: 0'>x</p>",
    "<p style='color: red} body { display: none'>x</p>",
    f"<p style='width: expression({SCRIPT})'>x</p>",
    "<rect fill='url(https://example.org/x#y)'></rect>",
    "<svg><rect fill='url(https://example.org/x#y)'/></svg>",
    f"<!--><img src=x onerror={SCRIPT}>-->",
    f"<![CDATA[<img src=x onerror={SCRIPT}>]]>",
    f"<textarea></textarea><img src=x onerror={SCRIPT}>",
    f"<xmp><p title='</xmp><img src=x onerror={SCRIPT}>'>",
    f"<p title='\"><img src=x onerror={SCRIPT}>'>x</p>",
    f'<p style="color: red" title=\'style=""><script>{SCRIPT}</script>\'>x</p>',
    f"<template><img src=x onerror={SCRIPT}></template>",
    f"<div class='\" onclick={SCRIPT} x=\"'>x</div>",
    "<portal src='https://example.org'></portal>",
    "<isindex action=javascript:alert(1) type=image>",
    "<b is=x-foreign shadowrootmode=open>x</b>",
]


def fetched(page):
    """Return what a page would load, run or apply, except its own assets."""
    requests = []
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            value = " ".join(value) if isinstance(value, list) else value
            if name.startswith("on") or name in (
                "style",
                "srcdoc",
                "srcset",
                "action",
                "formaction",
            ):
                requests.append((tag.name, name, value))
            if name in ("src", "href", "xlink:href", "data", "poster") and not re.match(
                r"#|https?://|data:(image/|text/csv|application/vnd|,)", value
            ):
                requests.append((tag.name, name, value))
            if name not in ("title", "alt", "content"):
                # A picture may refer to parts of itself.
                outside = re.findall(r"url\((?!%23)[^)]*", value)
                requests += [(tag.name, name, found) for found in outside]
    return requests


def hashes(page, kind):
    """Return the hashes of a page's scripts or styles, those in its policy, and the policy."""
    [meta] = page.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    rules = dict(rule.split(" ", 1) for rule in meta["content"].split("; "))
    texts = [each.string or "" for each in page.find_all(kind)]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in texts]
    return (
        {f"'sha256-{each.decode()}'" for each in digests},
        set(rules[f"{kind}-src"].split()),
        rules,
    )


@pytest.fixture(scope="module")
def pages():
    run = default_run(workbook.read(LOOKS))
    notebook = canonical.read(LOOKS)
    texts = [nbformat.v4.new_markdown_cell(each, id=f"t{n}") for n, each in enumerate(HOSTILE)]
    outputs = code(*(shown({"text/html": each}) for each in HOSTILE))
    listing = index.page(Study("All", "all", ()), [Outcome(run), Outcome(run)])
    return {
        "looks": BeautifulSoup(report_page(run, notebook), "html.parser"),
        "hostile": report(outputs, *texts),
        "index": BeautifulSoup(listing, "html.parser"),
    }


@pytest.mark.parametrize("name", ["looks", "hostile", "index"])
def test_the_policy_names_what_the_page_holds_and_nothing_else(pages, name):
    for kind in ("script", "style"):
        holds, allows, rules = hashes(pages[name], kind)
        assert holds == allows
    assert "unsafe" not in str(rules)
    for rule in ("default-src", "base-uri", "form-action"):
        assert rules[rule] == "'none'"
    assert rules["img-src"] == "data:"


@pytest.mark.parametrize("name", ["looks", "hostile", "index"])
def test_no_element_of_a_page_has_script_or_style(pages, name):
    page = pages[name]
    assert not [
        each for each in fetched(page) if not str(each[2]).startswith(("findings.", "looks/"))
    ]
    assert not page.find_all(
        ["iframe", "object", "embed", "form", "base", "video", "audio", "portal", "use", "animate"]
    )


@pytest.mark.parametrize("html", HOSTILE)
@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/latex", "cell"])
def test_nothing_hostile_passes(html, kind):
    cell = markdown(html) if kind == "cell" else code(shown({kind: html}))
    page = report(cell)
    ours = {*map(assets.js, assets.NAMES)}
    [study] = page.select(".study")
    assert not [each for each in study.find_all(["script", "style"]) if each.string not in ours]
    assert fetched(study) == []


def test_a_picture_cannot_leave_its_attribute():
    page = report(code(shown({"image/png": 'x"onerror="alert(1)', "text/plain": "p"})))
    assert set(page.select_one(".study img").attrs) == {"alt", "src"}


def test_style_attributes_become_classes():
    gate = Sanitiser()
    first = gate.clean('<td class="a" style="text-align: RIGHT;color:#fff !important">1</td>')
    repeated = gate.clean('<div style="text-align: RIGHT; color: #fff">2</div>')
    assert 'class="style-1"' in repeated
    assert "style=" not in first + repeated
    assert gate.sheet == ".style-1:not(#_) { text-align: RIGHT; color: #fff }"


def test_a_styler_keeps_its_colours():
    html = (
        '<style type="text/css">\n#T_1_row0_col0, #T_1_row1_col0 {\n  background-color: #ff0000;\n'
        '}\nbody { display: none }\n</style><table id="T_1"><tbody><tr>'
        '<td id="T_1_row0_col0" class="data row0 col0">1</td></tr></tbody></table>'
    )
    gate = Sanitiser()
    assert 'class="style-1 data row0 col0"' in gate.clean(html)
    assert gate.sheet == ".style-1:not(#_) { background-color: #ff0000 }"


@pytest.mark.parametrize(
    "html",
    [
        '<a href="#findings">x</a>',
        '<a href="https://doi.org/10.1000/1">x</a>',
        '<a href="data:text/csv;charset=utf-8;base64,YQ==" download="a.csv">x</a>',
        '<img alt="a" src="data:image/svg+xml;base64,PHN2Zy8+">',
        '<math display="block"><mo stretchy="false">(</mo></math>',
        '<svg viewBox="0 0 1 1"><rect fill="url(#g)" stroke-width="2"></rect></svg>',
        '<input type="range" min="0" max="9" aria-valuetext="x" autocomplete="off">',
        '<td colspan="2" data-v="1">x</td>',
    ],
)
def test_what_may_pass_passes(html):
    passed = Sanitiser().clean(f"<table><tr>{html}</tr></table>" if "<td" in html else html)
    assert html in passed.replace(' rel="noopener noreferrer"', "")
    assert passed.count("noopener") == passed.count("<a ")


def test_only_scripts_that_a_page_needs_are_in_it():
    assert len(report(markdown("x")).find_all("script")) == 1
    piece = '<div class="cem-explore" data-order="0"></div>'
    assert len(report(code(shown({"text/html": piece}))).find_all("script")) == 2


def test_an_empty_policy_allows_nothing():
    assert policy([], []).endswith("script-src 'none'; style-src 'none'")


def test_the_same_notebook_gives_the_same_bytes():
    run, notebook = default_run(workbook.read(LOOKS)), canonical.read(LOOKS)
    repeated = nbformat.from_dict(notebook)
    assert report_page(run, notebook) == report_page(run, repeated)
