"""Every workbook with each single own dataset: every number and every word is the company's.

The operator's committed file, copied under another name, is the own file: what it shows is known
to be answerable, and every other file of the operator that a run opens gives it away.
"""

from __future__ import annotations

import json
import re
import shutil
from importlib import util
from pathlib import Path

import pytest

from cemlib import catalogue, home
from cemlib.data.company import read_company
from cemlib.data.dataset import example_mark
from cemlib.data_check import check_data, dataset_of
from cemlib.findings import FINDINGS_MIME
from cemlib.home import operator_file
from cemlib.report.plan import workbook
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import default_run, run_from_arguments
from cemlib.report.run import execute, harvest
from cemlib.report.run.pool import ForkPool

ROOT = Path(__file__).parents[2]
TRIALS = ROOT.parent / "shared" / "trials" / "10-path-model"
QUICK = {"resamples": "60", "branches": "3", "looks": "2"}
# The operator has no file of these; a survey for a path model comes with its model.
FROM_TRIALS = {"path-survey": {"path-survey": "a.csv", "path-model": "single.txt"}}
SETTINGS = {"path-survey": {"survey_scale": "1-5", "target": "Satisfaction"}}
NOBODYS = {
    "telecom/company.yaml",
    "cases/rights.csv",
    "cases/roles.csv",
}  # how it is described; what rights are called; who bids for a budget in a class
WORDS = re.compile(
    r"\b(operator\w*|fictional\w*|yuan|CNY|simulated|(?<!for )(?<!For )examples?)\b", re.IGNORECASE
)
STATIC_WORDS = re.compile(
    r"\b(operator\w*|fictional\w*|yuan|CNY|hotline\w*|broadband|telecom\w*|generated|planted)\b|"
    r"\b(were|was|are|is|been) (?:both )?simulated\b|(?<!where )both factors are randomised",
    re.IGNORECASE,
)
NOT_ANSWERED = re.compile(r"\*\*Not answered[^\n]*|<strong>Not answered.*?</p>", re.DOTALL)
MARKUP = re.compile(
    r"<(script|style)\b.*?</\1>|<(?!img)[^>]*>|data:[\w/+.;=-]+base64,[\w+/=]+|url\([^)]*\)",
    re.DOTALL,
)


def asked(book):
    """Return the datasets that a workbook asks for and a company may have, by parameter."""
    names = frozenset(parameter.name for parameter in book.parameters)
    of_parameters = {
        parameter.name: catalogue.of_parameter(parameter.name, names)
        for parameter in book.parameters
        if parameter.is_dataset
    }
    return {name: entry for name, entry in of_parameters.items() if entry and entry.own}


BOOKS = [book for book in workbook.workbooks() if asked(book)]
READY = [book for book in BOOKS if book.company_parameter]
# One budget divided among one's own levers and somebody else's would be nobody's: no examples.
WHOLE = [book for book in READY if book.slug == "07-one-company"]
SINGLE = [
    pytest.param(book, entry, id=f"{book.slug[:2]}-{entry.name}")
    for book in READY
    for entry in asked(book).values()
    if entry.name in FROM_TRIALS or entry.file
]


@pytest.fixture(scope="module")
def pool():
    preload = Fingerprints().modules([default_run(book) for book in READY])
    with ForkPool(1, preload) as opened:
        yield opened


def make_company(folder, entry):
    """Write a company with one own dataset and every assumption; return its file and names."""
    folder.mkdir(exist_ok=True)
    files = {}
    if entry.name in FROM_TRIALS:
        if not TRIALS.is_dir():
            pytest.skip("the trial files are not on this machine")
        for name, file in FROM_TRIALS[entry.name].items():
            files[name] = shutil.copy(TRIALS / file, folder)
    else:
        files[entry.name] = shutil.copy(entry.path, folder / f"mine-{entry.path.name}")
    described = {
        "name": "Acme",
        "currency": "EUR",
        "assumptions": dict(read_company(operator_file()).assumptions),
        "datasets": {name: {"file": Path(file).name} for name, file in files.items()},
    }
    (folder / "company.yaml").write_text(json.dumps(described))  # JSON is YAML
    return folder / "company.yaml", set(files)


@pytest.fixture(scope="module")
def alone(pool, tmp_path_factory):
    """Return a function that runs a workbook with one own dataset, once; and the own names."""
    done = {}

    def executed(book, entry):
        key = (book.slug, entry.name)
        if key not in done:
            file, own = make_company(tmp_path_factory.mktemp("own"), entry)
            done[key] = run(pool, book, file, **SETTINGS.get(entry.name, {})), own
        return done[key]

    return executed


def run(pool, book, file, **more):
    known = {parameter.name for parameter in book.parameters}
    quick = {name: value for name, value in QUICK.items() if name in known}
    arguments = {book.company_parameter: str(file)} | quick | more
    planned = run_from_arguments(str(book.path), arguments, dataset_of)
    check_data([planned])
    executed = pool.submit(execute.execute, planned, 600).result()
    assert executed.failure is None, str(executed.failure)
    return executed


def shown(notebook):
    """Yield every text that a notebook shows, cell by cell: of tables, sentences and figures."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            yield cell.id, output.get("text", "")
            data = output.get("data", {})
            for mime, content in data.items():
                if mime == FINDINGS_MIME:
                    yield cell.id, " ".join(map(str, _values(content)))
                elif mime.startswith("text/") or mime.endswith("+json"):
                    text = content if isinstance(content, str) else json.dumps(content)
                    yield cell.id, text
            for details in output.get("metadata", {}).values():
                if isinstance(details, dict):
                    yield cell.id, details.get("alt", "")


def _values(findings):
    for finding in findings["findings"]:
        yield from (finding[key] for key in ("name", "value", "unit", "sentence"))


def foreign_words(notebook):
    """Return the words about somebody else, each with its cell and what stands around it."""
    found = []
    for cell, text in shown(notebook):
        readable = MARKUP.sub(" ", NOT_ANSWERED.sub(" ", text))
        found += [
            f"{cell}: {readable[max(0, match.start() - 60) : match.end() + 40]!r}"
            for match in WORDS.finditer(readable)
        ]
    return found


def foreign_files(reads):
    """Return the committed files that a run opened, except those that are nobody's data."""
    folder = home.datasets().resolve()
    names = {Path(path).resolve().relative_to(folder).as_posix() for path in reads}
    return sorted(names - NOBODYS)


def check_own(executed, own):
    """Hold a run to its sources: nothing in it is anybody's but the company's."""
    findings = harvest.findings(executed.notebook)
    assert [each for each in findings if not set(each.datasets) <= own or each.example] == []
    assert all(each.datasets for each in findings)
    assert foreign_words(executed.notebook) == []
    return findings


def check_examples(executed, own):
    """Hold a run with examples to its marks: all that is not the company's is an example."""
    findings = harvest.findings(executed.notebook)
    for each in findings:
        assert each.datasets, each.name
        assert each.example == (not set(each.datasets) <= own), each.name
        mark = example_mark(map(catalogue.dataset, each.datasets))
        assert each.sentence.startswith(mark) == each.example, each.name
    return findings


@pytest.mark.parametrize("book", READY, ids=lambda book: book.slug)
def test_static_text_fits_every_company(book):
    """What a report shows whatever its data are: all Markdown but the exercises."""
    cells = json.loads(book.path.read_text(encoding="utf-8"))["cells"]
    texts = {
        cell["id"]: "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "markdown" and not cell["id"].startswith("exercise")
    }
    assert {
        cell: found[0] for cell, text in texts.items() if (found := STATIC_WORDS.search(text))
    } == {}


# Any number will do for these: effects of a simulation may have either sign.
UNBOUNDED = {"effort_effect", "cost_to_expectation", "information_to_expectation"}


@pytest.mark.parametrize("book", READY, ids=lambda book: book.slug)
def test_every_number_states_what_it_may_be(book):
    """A run with a number out of range is refused before it, as the parameter's help says."""
    free = {
        each.name
        for each in book.parameters
        if each.type in ("int", "float") and each.minimum is None and each.between is None
    }
    assert free <= UNBOUNDED


def test_every_workbook_with_data_takes_a_company_and_examples():
    lacking = [
        book.slug
        for book in BOOKS
        if not book.company_parameter
        or ("examples" not in {each.name for each in book.parameters} and book not in WHOLE)
    ]
    assert lacking == []


@pytest.mark.parametrize(("book", "entry"), SINGLE)
def test_one_own_dataset_answers_its_sections_and_no_other(alone, book, entry):
    executed, own = alone(book, entry)
    check_own(executed, own)
    assert foreign_files(executed.reads) == []


@pytest.mark.parametrize("book", READY, ids=lambda book: book.slug)
def test_one_own_dataset_answers_something(alone, book):
    """A workbook is worth running for at least one of its datasets alone."""
    runs = (alone(book, entry)[0] for entry in asked(book).values() if entry.file)
    assert any(harvest.findings(executed.notebook) for executed in runs)


@pytest.mark.parametrize(
    "book", [each for each in READY if each not in WHOLE], ids=lambda book: book.slug
)
def test_examples_beside_own_data_are_all_marked(pool, tmp_path, book):
    *_, entry = (each for each in asked(book).values() if each.file)
    file, own = make_company(tmp_path, entry)
    executed = run(pool, book, file, examples="true")
    assert any(each.example for each in check_examples(executed, own))


@pytest.mark.parametrize("book", READY, ids=lambda book: book.slug)
def test_the_second_company_is_answered_with_its_own_data_alone(pool, book):
    file = home.datasets() / "airport" / "company.yaml"
    own = set(read_company(file).sources)
    executed = run(pool, book, file)
    assert check_own(executed, own)
    assert foreign_files(executed.reads) == []


# --- the machinery itself, on a workbook of its own


_spec = util.spec_from_file_location("company", ROOT / "tests" / "company.py")
maker = util.module_from_spec(_spec)
_spec.loader.exec_module(maker)
CONTACTS = catalogue.dataset("contacts")


def private(folder, *cells):
    """Return a workbook on contacts and repairs, with further cells."""
    at = len(maker.CELLS) - 2
    cells = (*maker.CELLS[:at], *cells, *maker.CELLS[at:])
    return workbook.read(maker.write_workbook(folder / "04-private.ipynb", cells=cells))


@pytest.fixture
def contacts(tmp_path):
    """Return the file of a company with forty contacts, and the names of its datasets."""
    file, own = make_company(tmp_path, CONTACTS)
    maker.table("contacts", 40).to_csv(tmp_path / "mine-contacts.csv", index=False)
    return file, own


def test_the_machinery_passes_a_workbook_that_keeps_to_own_data(pool, tmp_path, contacts):
    book = private(tmp_path)
    file, own = contacts
    executed = run(pool, book, file)
    [finding] = check_own(executed, own)
    assert finding.datasets == ("contacts",)
    assert foreign_files(executed.reads) == []
    executed = run(pool, book, file, examples="true", call_cost="3")
    assert [each.example for each in check_examples(executed, own)] == [False, True]


@pytest.mark.parametrize(
    "cell",
    [
        "sources.section('contacts').add(Finding('x', 1, '', 'X.', datasets=('repairs',)))",
        "sources._findings['x'] = Finding('x', 1, '', 'X.')",
    ],
)
def test_the_machinery_finds_a_finding_of_another_source(pool, tmp_path, contacts, cell):
    file, own = contacts
    executed = run(pool, private(tmp_path, cell), file)
    assert foreign_words(executed.notebook) == []
    with pytest.raises(AssertionError):
        check_own(executed, own)


@pytest.mark.parametrize(
    "cell",
    [
        "print('The operator loses 3 yuan.')",
        "teach.prose('These customers are simulated.')",
        "import pandas as pd; teach.table(pd.DataFrame({'fictional': [1]}), 'A table')",
        "from cemlib.plot.style import canvas\n"
        "with canvas(alt='The operator leads.') as (figure, axes):\n    axes.plot([1, 2])\nfigure",
        "teach.explore(lambda n: teach.markdown('{n} yuan', n=n), 'Cost', n=[1, 2])",
        "teach.prose('This is an example.')",
    ],
)
def test_the_machinery_finds_a_foreign_word_in_every_kind_of_output(pool, tmp_path, contacts, cell):
    executed = run(pool, private(tmp_path, cell), contacts[0])
    at = len(maker.CELLS) - 2
    assert {found.split(":")[0] for found in foreign_words(executed.notebook)} == {f"cell-{at}"}


def test_the_machinery_finds_a_file_of_the_operators(pool, tmp_path, contacts):
    executed = run(pool, private(tmp_path, "frame = load('repairs')"), contacts[0])
    assert foreign_files(executed.reads) == ["telecom/repairs.csv"]


def test_the_machinery_finds_an_example_without_a_mark(pool, tmp_path, contacts):
    file, own = contacts
    cell = "sources.section('contacts').add(Finding('x', 1, '', 'X.', datasets=('repairs',)))"
    executed = run(pool, private(tmp_path, cell), file, examples="true")
    with pytest.raises(AssertionError):
        check_examples(executed, own)


def test_for_example_and_what_is_not_answered_are_no_foreign_words():
    from nbformat import v4

    cell = v4.new_code_cell(id="a")
    text = "**Not answered for your company.** This needs yuan, simulated.\nFor example, 3."
    cell.outputs = [v4.new_output("display_data", {"text/markdown": text})]
    notebook = v4.new_notebook(cells=[cell])
    assert foreign_words(notebook) == []
    cell.outputs[0].data["text/markdown"] = "The operators' examples"
    assert len(foreign_words(notebook)) == 2
