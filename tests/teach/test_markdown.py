"""Texts from outside are shown literally, in the report and in JupyterLab's Markdown."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cemlib.markup import one_line, plain_text
from cemlib.report.pages.prose import Outline, to_html
from cemlib.teach.frame import frame
from cemlib.teach.markdown import Markdown, bullets, escape_markdown, join_markdown, markdown

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<script>alert(1)</script>",
    "</p></div><iframe srcdoc='<script>alert(1)</script>'>",
    "<!-- comment -->",
    "<!-- not closed",
    "<https://evil.example>",
    "<a@b.example>",
    "[a](javascript:alert(1))",
    "[a](data:text/html,x)",
    "[a](https://evil.example \"title\")",
    "[a]: https://evil.example",
    "[a][b]",
    "![a](https://evil.example/a.png)",
    "![a](attachment:a.png)",
    "https://evil.example/?a=b",
    "HTTP://evil.example",
    "ftp://evil.example",
    "www.evil.example",
    "WWW.evil.example",
    "somebody@evil.example",
    "mailto:somebody@evil.example",
    "*a*", "**a**", "_a_", "__a__", "***", "~~a~~", "==a==", "^a^",
    "`a`", "``a`", "```", "~~~", "```mermaid",
    "# a", "## a ##", "#a", "a\n===", "a\n---", "---", "===", "- - -", "+ + +",
    "- a", "+ a", "* a", "1. a", "1) a", "123456789. a", "1.", "-", "+", ".", ")", "2024",
    "- [ ] a", "- [x] a",
    ": a", "term\n: a",
    "> a", ">a",
    "|a|b|\n|-|-|\n|1|2|", "a | b\n--|--\n1 | 2", "|", "--|--",
    "[^1]", "[^1]: a",
    "&copy; &lt; &amp;lt; &#60; &#x3c;", "&",
    "$a$", "$$a$$", "$5 and $6", "\\$5", r"\(a\)", r"\\(a\\)", r"\[a\]", r"\\[a\\]",
    r"\begin{align}a\end{align}", r"$\href{javascript:alert(1)}{a}$", r"\frac", "{", "}", "{}",
    "a\\", "a  ", "    a", "\ta", "a\r\nb", "a\x00b", "a\x1bb", "a\x85b", "a\u2028b",
    "\u202eabc\u202c", "\u2066a\u2069", "a\u200bb", "\ufeffa", "a\u00adb", "\U000e0041a", "\ud800",
    "java&#115;cript:alert(1)", "javascript:alert(1)", "@@0@@", "~D~T", "{{ a }}", "{% a %}",
    '" onmouseover="alert(1)', "' onmouseover='alert(1)",
    ":smile:", "abbr\n*[abbr]: long",
]  # fmt: skip
ORDINARY = [
    "R&D (2024)",
    "5% off – 10 yuan",
    "mobile_*new*",
    "顾客（新）：满意度，100%。",
    "A\u202f000",
]


def rendered(text, computed=True):
    return str(to_html(text, Outline(), Path(), computed=computed)).strip()


def around(text):
    return escape_markdown(text) or "–"


def words_of(page):
    return html.unescape(re.sub(r"</?(p|li|ul|strong)>", "", page)).strip()


@pytest.mark.parametrize("computed", [True, False])
@pytest.mark.parametrize("text", HOSTILE + ORDINARY)
def test_a_text_is_shown_as_it_stands(text, computed):
    page = rendered(around(text), computed).replace("<span>", "").replace("</span>", "")
    assert page.startswith("<p>")
    assert page.endswith("</p>")
    assert "<" not in page[3:-4]
    assert words_of(page) == (one_line(text) or "–")


@pytest.mark.parametrize("text", HOSTILE + ORDINARY)
def test_an_exploration_shows_a_text_as_it_stands(text):
    page = frame(Markdown(around(text))).html
    assert page == frame(text or "–").html or not one_line(text)
    assert "<" not in page[3:-4]
    assert words_of(page) == (one_line(text) or "–")


signs = st.sampled_from(
    [*"*_~`#<>&|[]()!$\\{}-+=.:@/^ \t\n1aw", "http", "www", "://", "begin", "甲"]
)
texts = st.one_of(st.text(), st.lists(signs).map("".join), st.sampled_from(HOSTILE))


@given(texts)
@example("$a$ $b$")
def test_any_text_is_shown_as_it_stands(text):
    page = rendered(around(text))
    assert "<" not in page.removeprefix("<p>").removesuffix("</p>")
    assert " ".join(words_of(page).split()) == (" ".join(one_line(text).split()) or "–")


@given(texts, texts)
def test_a_text_breaks_nothing_where_it_is_put_in(first, second):
    page = rendered(
        markdown(
            "Of {a}, most say {b}.\n\n- {a}\n- **b{a}b**: {b}\n",
            a=around(first) and Markdown(around(first)),
            b=second or "–",
        )
    )
    tags = re.findall(r"<[^>]*>", page)
    assert set(tags) <= {"<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<strong>", "</strong>"}
    assert page.count("<li>") == 2
    assert "<a" not in page


@given(texts)
def test_plain_text_takes_the_escapes_off(text):
    assert plain_text(escape_markdown(text)) == one_line(text)


def test_only_markdown_goes_in_as_it_stands():
    words = markdown("{a} {b}", a=Markdown("**5**"), b="**6**")
    assert words == r"**5** \*\*6\*\*"
    assert isinstance(words, Markdown)


def test_what_is_put_together_with_a_plain_text_is_plain():
    assert isinstance(Markdown("a") + Markdown("b"), Markdown)
    assert not isinstance(Markdown("a") + "<b>", Markdown)
    assert markdown("{a}", a=Markdown("*a*") + "<b>") == r"\*a\*&lt;b&gt;"


def test_numbers_take_a_form():
    assert markdown("{share:.1f}% of {n:,}", share=12.34, n=1234) == "12.3% of 1,234"


@pytest.mark.parametrize(
    ("template", "values", "says"),
    [
        ("{a}", {}, "{a}"),
        ("{a}", {"a": 1, "b": 2}, "{b}"),
        ("a", {"b": 2}, "{b}"),
        ("{}", {}, "names"),
        ("{a.b}", {"a": 1}, "names"),
        ("{a[0]}", {"a": "b"}, "names"),
        ("{a!r}", {"a": "b"}, "names"),
    ],
)
def test_placeholders_and_values_match(template, values, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        markdown(template, **values)


def test_lists_and_joins_escape_what_is_plain():
    assert bullets(["a_b", Markdown("**c**")]) == "- a\\_b\n- **c**"
    assert join_markdown([Markdown("**c**"), "a_b"]) == r"**c** a\_b"
    assert bullets([]) == ""


def test_a_piece_of_a_sentence_keeps_its_spaces():
    piece = markdown(" Its owner is {owner}.", owner="billing")
    assert (
        join_markdown([markdown("It is rising."), piece], "")
        == "It is rising. Its owner is billing."
    )
    assert (
        markdown("""
        An indented block.
    """)
        == "An indented block."
    )
