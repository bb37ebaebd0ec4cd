"""No file runs script in a report: a corpus of strings in every door, and every exit scanned.

Doors are the free texts of every dataset that a workbook takes, names of columns that it does not
use, names of files, constructs of a path model, and the texts of a study file. Exits are pages,
the outputs stored in notebooks, tables to download, and the files that commands write. Each page is
opened in Chromium, and everything on it that can be moved or clicked is.
"""

import base64
import csv
import io
import itertools
import json
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from cemlib import catalogue
from cemlib.cli import main
from cemlib.data.company import read_company
from cemlib.data.load import contract_of
from cemlib.home import operator_file
from cemlib.report.plan import workbook
from cemlib.studies.complaints.datasets.columns import YES_NO
from tests.attack.corpus import ACT, CORPUS, READ

BOOKS = [book for book in workbook.workbooks() if any(p.is_dataset for p in book.parameters)]
DRAWS = {"resamples": "60"}
FORMULA = re.compile(
    r"[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+@|%＝＋－＠]"
)
ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
TALLY = {}
VOCABULARY = {  # words of ours, and yes or no in words of one's own: not texts
    "prompts": {"fact", "comparison", "value", "prompt"},
    "complaints": {*YES_NO},
    "feedback": {"cause"},  # each cause of the feedback has its team in the owners
    "owners": {"cause"},
    "usage": {"tariff"},  # and each tariff in use its prices
    "tariffs": {"tariff"},
}


def tally(door, exit_, count):
    TALLY[door, exit_] = TALLY.get((door, exit_), 0) + count


@pytest.fixture(scope="module", autouse=True)
def table_of_doors(request):
    """Print doors × exits, with the number of strings that went through, once all is done."""
    yield
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    for (door, exit_), count in sorted(TALLY.items()):
        reporter and reporter.write_line(f"{door} × {exit_}: {count} strings")


def free_texts(dataset, frame):
    """Return the columns of a table that may hold any text."""
    columns = contract_of(dataset).columns
    return [
        name
        for name in frame
        if name in columns
        and name not in VOCABULARY.get(dataset.name, ())
        and not columns[name].checks
        and not (columns[name].metadata or {}).get("month")
        and "str" in str(columns[name].dtype)
    ]


def spoiled(dataset, offset, kept=frozenset()):
    """Return a dataset whose texts are those of the corpus, one for one, and these.

    Texts that a parameter of the workbook names by default are `kept`.
    """
    frame = pd.read_csv(dataset.path, dtype=str, keep_default_na=False)
    used = set()
    for number, name in enumerate(free_texts(dataset, frame)):
        levels = [level for level in frame[name].unique() if level and level not in kept]
        texts = itertools.islice(itertools.cycle(READ), offset + 17 * number, None)
        new = {}
        for count, (level, text) in enumerate(zip(levels, texts, strict=False)):
            new[level] = text if count < len(READ) else f"{text} {count}"
            used.add(text)
        frame[name] = frame[name].map(lambda cell, new=new: new.get(cell, cell))
    names = [text for text in READ if text.strip() and "\n" not in text]
    return frame.assign(**dict.fromkeys(names, "1")), used | set(names)


def run(book, folder, *words):
    known = {parameter.name for parameter in book.parameters}
    draws = [w for name, value in DRAWS.items() if name in known for w in ("-p", name, value)]
    words = ["run", book.slug, *draws, *words, "-o", str(folder)]
    return CliRunner().invoke(main, words)


def check_page(html, where):
    """A page holds no script but its own, no handler, no link but http(s), # and its files."""
    page = BeautifulSoup(html, "html.parser")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert "unsafe-inline" not in policy
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), f"{where}: <{tag.name} {name}>"
            if name in ("href", "src", "action", "formaction", "srcset", "poster", "xlink:href"):
                assert re.match(
                    r"https?://(?!127\.)|#|data:(,$|text/csv|image/|application/vnd)|[\w%./-]+$",
                    value,
                ), f"{where}: <{tag.name} {name}={value[:60]}>"
    assert not page.find_all(["iframe", "object", "embed", "base", "form"])
    assert [link["rel"] for link in page.find_all("link")] in ([], [["icon"]])
    for script in page.find_all("script"):
        assert ACT not in script.text
    for link in page.find_all("a", href=re.compile("^data:")):
        kind, _, data = link["href"].partition(",")
        if "csv" in kind:
            check_table(base64.b64decode(data).decode("utf-8-sig"), where)


def check_table(text, where):
    """No cell of a table is taken for a formula, and none speaks to a terminal."""
    assert not ESCAPES.search(text.replace("\r\n", "\n")), where
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            number = re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", cell)
            assert number or not FORMULA.match(cell), f"{where}: {cell!r}"
            assert number or not cell.startswith("-"), f"{where}: {cell!r}"


def check_notebook(path):
    """No output of a notebook holds a handler or a script that came from the data."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            for kind in ("text/markdown", "text/html"):
                text = "".join(output.get("data", {}).get(kind, ""))
                where = f"{path.parent.name}, cell {cell['id']}"
                soup = BeautifulSoup(text, "html.parser")
                handlers = [name for tag in soup(True) for name in tag.attrs if name[:2] == "on"]
                assert not handlers, where
                assert not [each for each in soup("script") if ACT in each.text], where
                assert not soup(["iframe", "object", "embed", "base", "form", "link", "meta"]), (
                    where
                )
                if kind == "text/markdown":
                    assert not soup(True) or {tag.name for tag in soup(True)} == {"span"}, where
                    assert not re.search(r"(?<!\\)\]\((?!https?://)", text), where


def check_live(browser, path):
    """Open a page, move everything, and see that nothing speaks and nothing leaves."""
    context = browser.new_context()
    page = context.new_page()
    spoken, asked = [], []
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for slider in page.locator("input[type=range]").all():
        for end in ("Home", "ArrowRight", "End"):
            slider.press(end)
    for box in page.locator("select, input[type=radio], input[type=checkbox]").all():
        if box.evaluate("each => each.tagName") == "SELECT":
            box.select_option(index=-1 + box.evaluate("each => each.options.length"))
        elif box.is_visible() and box.is_enabled():
            box.check(force=True)
    for button in page.locator("button:visible").all():
        if button.is_enabled():
            button.click(force=True)
    page.mouse.move(200, 200)
    assert page.evaluate("window.hostile") is None, path
    assert spoken == [], path
    outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert outside == [], path
    context.close()


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.slug)
def test_texts_of_every_dataset(book, tmp_path, browser):
    names = frozenset(parameter.name for parameter in book.parameters)
    words, strings = [], set()
    held = read_company(operator_file()).assumptions
    assumed = {each.name: str(held[each.name]) for each in book.parameters if each.name in held}
    texts = [each.default for each in book.parameters if isinstance(each.default, str)]
    kept = {part.strip() for text in [*texts, *assumed.values()] for part in text.split(",")}
    for number, parameter in enumerate(p for p in book.parameters if p.is_dataset):
        dataset = catalogue.of_parameter(parameter.name, names)
        if dataset is None or not dataset.file or dataset.contract is None:
            continue
        frame, used = spoiled(dataset, 11 * number, kept)
        file = tmp_path / f"<img src=x onerror={number}> {dataset.name}.csv"
        frame.to_csv(file, index=False)
        words += ["--data", f"{parameter.name}={file}"]
        strings |= used
    for name, value in assumed.items():
        words += ["-p", name, value]
    result = run(book, tmp_path / "out", *words)
    assert not ESCAPES.search(result.output.replace("\n", ""))
    assert result.exit_code == 0, result.output[-3000:]
    check_page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"), book.slug)
    check_notebook(tmp_path / "out" / "notebook.ipynb")
    check_live(browser, tmp_path / "out" / "report.html")
    tally(f"{book.slug} datasets", "page, notebook, downloads", len(strings))


def test_names_of_states(tmp_path, browser):
    """The states of a panel are texts of the file's own, told once more as a parameter."""
    book = workbook.find("02")
    texts = [text for text in READ if "," not in text and text == " ".join(text.split())][:60]
    panel = pd.read_csv(catalogue.path("panel"), dtype=str, keep_default_na=False)
    states = ["prospect", "customer", "satisfied", "loyal", "advocate", "lapsed"]
    for start in range(0, len(texts), 20):
        names = dict(zip(states, texts[start:], strict=False))
        panel.assign(state=panel["state"].map(names)).to_csv(tmp_path / "panel.csv", index=False)
        words = ["--data", f"panel={tmp_path / 'panel.csv'}", "-p", "entry", names["customer"]]
        words += ["-p", "states", ", ".join(names.values())]
        folder = tmp_path / f"out-{start}"
        result = run(book, folder, *words)
        assert result.exit_code == 0, result.output[-2000:]
        check_page((folder / "report.html").read_text(encoding="utf-8"), book.slug)
        check_live(browser, folder / "report.html")
        tally("02 names of states", "page", len(names))


def test_constructs_of_a_path_model(tmp_path, browser):
    """A model whose names are hostile is refused before it runs, or shown as text."""
    book = workbook.find("03")
    survey = pd.read_csv(catalogue.path("survey")).filter(like="_").iloc[:, :6].dropna()
    survey.columns = [f"q{number}" for number in range(1, 7)]
    survey.to_csv(tmp_path / "survey.csv", index=False)
    shown = 0
    for number, text in enumerate(READ):
        name = " ".join(text.split())
        model = f"{name} =~ q1 + q2\nLoyalty{number} =~ q3 + q4\nLoyalty{number} ~ {name}\n"
        (tmp_path / "model.txt").write_text(model, encoding="utf-8")
        words = ["--data", f"survey={tmp_path / 'survey.csv'}"]
        words += ["--data", f"model={tmp_path / 'model.txt'}", "-p", "survey_scale", "1-7"]
        words += ["-p", "target", f"Loyalty{number}"]
        try:
            from cemlib.studies.expectation.structural.model import parse_model

            parse_model(model)
        except ValueError:
            result = run(book, tmp_path / "refused", *words)
            assert result.exit_code == 2, result.output[-2000:]
            assert not ESCAPES.search(result.output.replace("\n", ""))
            continue
        if shown % 12 == 0:  # one in twelve is run whole: each takes some ten seconds
            folder = tmp_path / f"out-{number}"
            result = run(book, folder, *words)
            assert result.exit_code == 0, result.output[-2000:]
            check_page((folder / "report.html").read_text(encoding="utf-8"), book.slug)
            check_live(browser, folder / "report.html")
            tally("03 constructs of a model", "page", 1)
        shown += 1


def test_texts_of_a_study(tmp_path, browser, monkeypatch):
    """Titles of a study and of its runs are texts, on the page as in its tables."""
    monkeypatch.chdir(tmp_path)
    texts = [text for text in CORPUS if text.strip()]
    runs = [
        {
            "workbook": "00-start-here",
            "title": " ".join(text.split()),
            "parameters": {"class_minutes": 60 + n},
        }
        for n, text in enumerate(texts[:12])
    ]
    for number, title in enumerate(texts[12:24]):
        runs[number]["title"] = f"{runs[number]['title']} {title}"
    study = {"title": " ".join(texts), "runs": runs}
    (tmp_path / "hostile.yaml").write_text(json.dumps(study), encoding="utf-8")
    result = CliRunner().invoke(main, ["build", "hostile.yaml", "-o", "build"])
    assert not ESCAPES.search(result.output.replace("\n", "").replace("\r", ""))
    if result.exit_code == 2:  # refused as a whole: nothing was written
        assert not list(tmp_path.glob("build/**/*.html"))
        study["title"] = " ".join(text for text in texts if text in READ)[:2000]
        for each in study["runs"]:
            each["title"] = "".join(letter for letter in each["title"] if letter.isprintable())
        (tmp_path / "hostile.yaml").write_text(json.dumps(study), encoding="utf-8")
        result = CliRunner().invoke(main, ["build", "hostile.yaml", "-o", "build"])
    assert result.exit_code == 0, result.output[-2000:]
    for page in tmp_path.glob("build/**/*.html"):
        check_page(page.read_text(encoding="utf-8"), page.name)
        check_live(browser, page)
    for table in tmp_path.glob("build/**/*.csv"):
        check_table(table.read_text(encoding="utf-8-sig"), table.name)
    tally("texts of a study", "pages, findings.csv", len(texts))


@pytest.mark.parametrize(("command", "name"), [("cases", "contacts"), ("answers", "complaints")])
def test_files_that_commands_write(command, name, tmp_path):
    frame, used = spoiled(catalogue.dataset(name), 5)
    frame.to_csv(tmp_path / "in.csv", index=False)
    out = tmp_path / "out.csv"
    assumed = ["--company", str(operator_file())] if command == "answers" else []
    words = [command, str(tmp_path / "in.csv"), "-o", str(out), *assumed]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output[-2000:]
    assert not ESCAPES.search(result.output.replace("\n", ""))
    check_table(out.read_text(encoding="utf-8-sig"), command)
    tally(f"cem {command}", "its table, the terminal", len(used))


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_words_of_the_command_line(text, tmp_path):
    """What is refused is quoted, but it cannot speak to the terminal."""
    for words in (
        ["run", text], ["run", "01", "-p", text, "1"], ["run", "01", "-p", "budget_days", text],
        ["run", "01", "--data", f"survey={text}"], ["run", "01", "--data", f"{text}=x.csv"],
        ["data", "check", text, "x.csv"], ["build", text],
    ):  # fmt: skip
        out = ["-o", str(tmp_path / "out")] if words[0] != "data" else []
        result = CliRunner().invoke(main, [*words, *out])
        assert result.exit_code == 2, (words, result.output[-500:])
        assert not ESCAPES.search(result.output.replace("\n", "")), words
