"""Where the data of a run come from: the fictional operator, or somebody's own company.

A workbook asks for its sources once, each section for the datasets that it needs::

    sources = repair.sources(company, examples, contacts=contacts, repairs=repairs)
    if desk := sources.section("repairs"):
        log = repair.desk_log(desk.file())
        desk.add(words.half_life_findings(...))

Without own files, the operator's data answer every section. With one, the others say what they
need, or are shown as examples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import display

from cemlib import checks, home, teach
from cemlib.data.company import Company, Source, read_company
from cemlib.data.dataset import Dataset, example_mark, find
from cemlib.findings import ADDED_MIME, Finding
from cemlib.formats import Locale, join_words, number, plural, use_locale
from cemlib.teach import Markdown, markdown
from cemlib.teach.summary import NO_SUMMARY, Summary
from cemlib.teach.tables import MISSING

SHOWN = 8  # columns named in a line that says what a section needs


@dataclass(frozen=True, slots=True)
class Use:
    """How many rows of a dataset an analysis rests on."""

    dataset: str
    analysis: str
    rows: int | None
    reason: str


class Sources:
    """The files of a run, and the findings that its sections add. Made by `opener`.

    Parameters
    ----------
    datasets : sequence of Dataset
        Datasets of the study.
    company : Company
        The company whose data these are.
    files : mapping
        Own files by name of dataset; empty for the operator's.
    examples : bool
        Whether to show the operator's sections beside one's own.
    own : bool
        Whether the run is on somebody's own data, also if none of the files is of this study.
    """

    def __init__(
        self,
        datasets: Sequence[Dataset],
        company: Company,
        files: Mapping[str, Source],
        examples: bool = False,
        own: bool = False,
    ) -> None:
        self.datasets, self.company, self.files = tuple(datasets), company, dict(files)
        self.examples, self.own = examples, own or bool(files)
        self._findings: dict[str, Finding] = {}
        self._uses: dict[tuple[str, str], Use] = {}
        self._notes: dict[str, tuple[object, ...]] = {}

    @property
    def findings(self) -> list[Finding]:
        """Findings of all sections, in the order in which they were first added."""
        return list(self._findings.values())

    def file(self, name: str) -> Source | str:
        """Return the own file of a dataset of the study; empty for the operator's."""
        return self.files.get(find(self.datasets, name).name, "")

    def is_own(self, *names: str) -> bool:
        """Return whether all these datasets are one's own."""
        return all(map(self.file, names))

    def may_use(self, *names: str) -> bool:
        """Return whether these datasets are of the company that the run is about."""
        return not self.own or self.is_own(*names)

    def section(
        self, *names: str, assume: Mapping[str, Any] | None = None, lacks: Sequence[str] = ()
    ) -> Section:
        """Return a section; where it cannot be answered, say what it needs.

        Parameters
        ----------
        *names : str
            Datasets that it needs. All must be one's own, or none of them.
        assume : mapping, optional
            Workbook parameters that it needs, by name; one that is None takes the value from the
            company's file.
        lacks : sequence of str, optional
            What it needs and the data given do not have; each completes "This section needs …".

        Returns
        -------
        Section
            True in an ``if`` where it can be answered.
        """
        assumed = self.assumptions(**(assume or {}))
        absent = [name for name in names if not self.file(name)]
        example = self.own and 0 < len(names) == len(absent)
        if self.own and absent and not (example and self.examples):
            lines = [_need(find(self.datasets, name)) for name in absent]
            verb = "needs" if any(find(self.datasets, name).own for name in absent) else "rests on"
            self._say("for your company", teach.join_markdown(lines, "; and "), verb)
            return Section(self, names)
        if lacks and not example:
            self._say("with these data", join_words(lacks))
            return Section(self, names)
        if example:
            assumed = _filled(assumed, read_company(home.operator_file()))
        if missing := [name for name, value in assumed.items() if value is None]:
            needs = markdown(
                "assumptions that only you can make: {names}. Set the parameters, or enter them in "
                "the company's file under `assumptions`",
                names=join_words(missing),
            )
            self._say("for your company", needs)
        return Section(self, names, not missing, example, assumed)

    def lever(self, *names: str, assume: Iterable[str]) -> Section:
        """Return a section; without a word where its data are not of this company."""
        allowed = self.may_use(*names)
        needed = dict.fromkeys(assume)
        return self.section(*names, assume=needed) if allowed else Section(self, names)

    def assumptions(self, **values: Any) -> dict[str, Any]:
        """Return parameters; those that are None take the value from the company's file."""
        return _filled(values, self.company)

    def assume(self, **values: Any) -> None:
        """Take parameters that are given in place of the company's assumptions, in all sections."""
        given = {name: value for name, value in values.items() if value is not None}
        self.company = replace(self.company, assumptions={**self.company.assumptions, **given})

    def names(self, group: str, default: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the names to print for codes of ``"problems"``, ``"channels"`` or ``"segments"``.

        `default` holds those of a run on the operator's data.
        """
        return dict(self.company.names.get(group) or ({} if self.own else default or {}))

    def show_findings(self, summary: Summary = NO_SUMMARY) -> None:
        """Show the answer and the findings of all sections, or say that there are none."""
        if not self._findings:
            teach.prose("No section could be answered, so there is no finding.")
            return
        findings, answer = summary.of(self.findings)
        if answer:
            teach.prose("{answer}", answer=answer)
        teach.show_findings(findings, answer=answer)

    def show_data(self) -> None:
        """Show the rows that each analysis rests on, and how files were read."""
        rows = [
            {
                "dataset": use.dataset,
                "file": self._shown_file(use.dataset),
                "used for": use.analysis,
                "rows": MISSING if use.rows is None else number(use.rows, 0),
                "rows left out, and why": use.reason or MISSING,
            }
            for use in self._uses.values()
        ]
        if not rows:
            teach.prose("No analysis rests on data.")
            return
        display(teach.table(pd.DataFrame(rows), "Data behind this report"))
        notes = [
            teach.join_markdown([markdown("**{name}**:", name=name), note])
            for name, listed in self._notes.items()
            for note in listed
        ]
        if notes:
            teach.prose(teach.bullets(notes))

    def _shown_file(self, name: str) -> str:
        if file := self.files.get(name):
            return file.path.name
        held = find(self.datasets, name)
        return example_mark([held]) if self.own else held.path.name

    def _say(self, where: str, needs: str, verb: str = "needs") -> None:
        needs = markdown("{verb} {needs}", verb=verb, needs=needs)
        teach.prose("**Not answered {where}.** This section {needs}.", where=where, needs=needs)


class Section:
    """A part of a workbook, with the datasets it rests on. Made by `Sources.section`.

    It is true where it can be answered.
    """

    def __init__(
        self,
        sources: Sources,
        names: Sequence[str],
        answered: bool = False,
        example: bool = False,
        assumed: Mapping[str, Any] | None = None,
    ) -> None:
        self.sources, self.names, self.answered = sources, tuple(names), answered
        self.example, self.assumed = example, dict(assumed or {})
        self._mark = example_mark(find(sources.datasets, name) for name in names)

    def __bool__(self) -> bool:
        """Return whether the section can be answered."""
        return self.answered

    @property
    def own(self) -> bool:
        """Whether it is answered with one's own data."""
        return self.answered and self.sources.own and not self.example

    def file(self, name: str = "") -> Source | str:
        """Return the own file of a dataset, by default the first; empty for the operator's."""
        return self.sources.file(name or self.names[0])

    def show(self, *items: Any) -> None:
        """Show figures, tables, sentences and explorations, marked if they are an example.

        Parameters
        ----------
        *items
            Sentences in a row become a paragraph.
        """
        sentences: list[str] = []
        for item in _flat(items):
            if isinstance(item, str):
                sentences += [item] if item else []
            elif item is not None:
                self._say(sentences)
                if self.example and not _can_be_marked(item):
                    teach.prose("**{example}.**", example=self._mark)
                display(self.mark(item))
        self._say(sentences)

    def explore(self, draw: Callable[..., Any], label: str, **controls: Any) -> Any:
        """Return `teach.explore` whose drawings are marked if they are an example."""
        title = f"{self._mark}. {label}" if self.example else label
        return teach.explore(lambda **values: self.mark(draw(**values)), title, **controls)

    def mark(self, item: Any) -> Any:
        """Return a figure, table, text or list of these, marked if it is an example."""
        if not self.example:
            return item
        if isinstance(item, list | tuple | Iterator):
            return [self.mark(part) for part in item]
        if isinstance(item, str):
            return teach.join_markdown([markdown("**{example}.**", example=self._mark), item])
        name, mark = _can_be_marked(item), self._mark
        if name and not (words := getattr(item, name)).startswith(mark):
            setattr(item, name, f"{mark}. {words}")
            if name == "alt":
                item.supxlabel(mark, x=0.99, ha="right", fontsize=9, style="italic")
        return item

    def add(self, *findings: Finding | Iterable[Finding]) -> None:
        """Add findings, each with the datasets of this section; one that is there is replaced."""
        added = list(_flat(findings))
        if added and get_ipython():  # nothing to see: a report learns where a finding belongs
            display({ADDED_MIME: {"findings": [each.name for each in added]}}, raw=True)
        for finding in added:
            sentence = f"{self._mark}. {finding.sentence}" if self.example else finding.sentence
            held = finding.datasets or self.names
            self.sources._findings[finding.name] = replace(
                finding, sentence=sentence, datasets=held, example=self.example
            )

    def used(self, analysis: str, rows: int | None, reason: str = "", dataset: str = "") -> None:
        """Record how many rows an analysis rests on, and why not on the others.

        Parameters
        ----------
        analysis, reason : str
            ``"derived importance"``, and what was left out: ``"12 without an overall rating"``.
        rows : int
            Rows used.
        dataset : str
            The section's first if empty.
        """
        name = dataset or self.names[0]
        self.sources._uses[name, analysis] = Use(name, analysis, rows, reason)

    def read(self, rows: int, notes: Iterable[object] = (), dataset: str = "") -> None:
        """Record the rows read from a file, and the notes on how it was read."""
        self.used("rows read", rows, dataset=dataset)
        self.sources._notes[dataset or self.names[0]] = tuple(notes)

    def _say(self, sentences: list[str]) -> None:
        if sentences:
            teach.prose("{text}", text=self.mark(teach.join_markdown(sentences)))
            sentences.clear()


def opener(datasets: Sequence[Dataset]) -> Callable[..., Sources]:
    """Return a function that opens the sources of a study's workbook.

    Parameters
    ----------
    datasets : sequence of Dataset
        Datasets of the study.

    Returns
    -------
    callable
        ``sources(company="", examples=False, **files)``; a file is given by the name of its
        workbook parameter, and stands before that in the company's file. It raises ValueError if
        the company's file is wrong, or a parameter names no dataset of the study.

    Examples
    --------
    >>> from cemlib.data.common import DATASETS
    >>> sources = opener(DATASETS)
    >>> sources(customers="").section("customers").own
    False
    >>> sources(customers="mine.csv").section("customers").own
    True
    """

    def sources(
        company: str | os.PathLike[str] = "",
        examples: bool = False,
        **files: str | os.PathLike[str],
    ) -> Sources:
        """Return where the data of this run come from; refuse a company's file that is wrong."""
        by_parameter = {dataset.asked_by: dataset for dataset in datasets}
        described = read_company(company) if str(company) else None
        own: dict[str, Source] = {}
        for parameter, file in files.items():
            checks.one_of("dataset", parameter, list(by_parameter))
            name = by_parameter[parameter].name
            if str(file):
                own[name] = Source(Path(file))
            elif described and name in described.sources:
                own[name] = described.sources[name]
        is_own = described is not None or bool(own)
        if described is None:
            described = Company("", Locale("", "")) if own else read_company(home.operator_file())
        use_locale(described.locale)
        return Sources(datasets, described, own, examples, is_own)

    return sources


def _filled(values: Mapping[str, Any], company: Company) -> dict[str, Any]:
    """Return values with a company's assumptions in place of None."""
    held = company.assumptions
    return {name: held.get(name) if value is None else value for name, value in values.items()}


def _need(dataset: Dataset) -> Markdown:
    """Return what a section needs: a dataset, its required columns, and the command to begin."""
    if not dataset.own:
        return markdown("{title}: a case for teaching; set `examples`", title=dataset.title)
    held = dataset.contract().columns.items() if dataset.contract else ()
    columns = [name for name, column in held if column.required]
    if not columns:
        return markdown(
            "the dataset **{name}** (`cem data show {name}` lists its columns)", name=dataset.name
        )
    rest = len(columns) - SHOWN
    listed = [*columns[:SHOWN], plural(rest, "more column")] if rest > 0 else columns
    return markdown(
        "the dataset **{name}** with at least {columns} "
        "(`cem data template {name} -o {name}.xlsx` makes an empty file)",
        name=dataset.name,
        columns=join_words(listed),
    )


def _can_be_marked(item: Any) -> str:
    """Return the attribute that says what a figure or table shows; empty if it has none."""
    return next((name for name in ("caption", "alt") if hasattr(item, name)), "")


def _flat(items: Iterable[Any]) -> Iterator[Any]:
    """Yield the items of nested lists, tuples and generators."""
    for item in items:
        if isinstance(item, list | tuple | Iterator):
            yield from _flat(item)
        else:
            yield item
