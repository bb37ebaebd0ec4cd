"""Where the data of a run come from: the fictional operator, or somebody's own company.

A workbook asks for its sources once, and each section for the datasets that it needs::

    sources = repair.sources(company, examples, contacts=contacts, repairs=repairs)

    desk = sources.section("repairs")
    if desk:
        log = repair.desk_log(desk.file())
        desk.show(plots.golden_time_figure(...), words.half_lives(...))
        desk.add(words.half_life_findings(...))

Without a file of one's own, every section is answered with the operator's data. As soon as there is
one, the other sections say which dataset they need; with `examples` they are shown as examples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from cemlib import checks, home, teach
from cemlib.data.company import Company, Source, read_company
from cemlib.data.dataset import Dataset, find
from cemlib.findings import Finding
from cemlib.formats import Locale, join_words, use_locale
from cemlib.teach import Markdown, markdown

EXAMPLE = "Example: fictional operator"


@dataclass(frozen=True, slots=True)
class Use:
    """How many rows of a dataset an analysis rests on."""

    dataset: str
    analysis: str
    rows: int | None
    reason: str


class Sources:
    """The files of a run, and the findings that its sections add.

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
    """

    def __init__(
        self,
        datasets: Sequence[Dataset],
        company: Company,
        files: Mapping[str, Source],
        examples: bool = False,
    ) -> None:
        self.datasets, self.company, self.files = tuple(datasets), company, dict(files)
        self.examples = examples
        self._findings: dict[str, Finding] = {}
        self._uses: dict[tuple[str, str], Use] = {}
        self._notes: dict[str, tuple[object, ...]] = {}

    @property
    def own(self) -> bool:
        """Whether the run is on somebody's own data."""
        return bool(self.files)

    @property
    def findings(self) -> list[Finding]:
        """Findings of all sections, in the order in which they were first added."""
        return list(self._findings.values())

    def file(self, name: str) -> Source | str:
        """Return the own file of a dataset; empty for the operator's.

        Raises
        ------
        ValueError
            If the study has no such dataset.
        """
        return self.files.get(find(self.datasets, name).name, "")

    def is_own(self, *names: str) -> bool:
        """Return whether all these datasets are one's own."""
        return all(bool(self.file(name)) for name in names)

    def section(self, *names: str, assume: Mapping[str, Any] | None = None) -> Section:
        """Return a section; where it cannot be answered, say what it needs.

        Parameters
        ----------
        *names : str
            Datasets that it needs. All must be one's own, or none of them.
        assume : mapping, optional
            Workbook parameters that it needs, by name; one that is None takes the value from the
            company's file.

        Returns
        -------
        Section
            True in an ``if`` where it can be answered.
        """
        assumed = self.assumptions(**(assume or {}))
        own = [bool(self.file(name)) for name in names]
        absent = [name for name in names if not self.file(name)]
        open_ = [name for name, value in assumed.items() if value is None]
        example = self.own and not any(own)
        if self.own and (self._is_mixed(own) or (example and not self.examples)):
            self._say_missing(absent)
            return Section(self, names, False, False, assumed)
        if open_ and not example:
            self._say_assumptions(open_)
            return Section(self, names, False, False, assumed)
        if example:
            operator = read_company(operator_file()).assumptions
            assumed = {name: operator.get(name) if value is None else value
                       for name, value in assumed.items()}  # fmt: skip
        return Section(self, names, True, example, assumed)

    def assumptions(self, **values: Any) -> dict[str, Any]:
        """Return parameters; those that are None take the value from the company's file."""
        held = self.company.assumptions
        return {name: held.get(name) if value is None else value for name, value in values.items()}

    def names(self, group: str, default: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the names to print for codes of problems, channels or segments.

        Parameters
        ----------
        group : str
            ``"problems"``, ``"channels"`` or ``"segments"``.
        default : mapping, optional
            Names to use in a run on the operator's data.
        """
        return dict(self.company.names.get(group) or ({} if self.own else default or {}))

    def show_findings(self, caption: str = "What we found") -> None:
        """Show the findings of all sections, or say that there are none."""
        if self._findings:
            teach.show_findings(self.findings, caption)
        else:
            teach.prose("No section could be answered, so there is no finding.")

    def show_data(self) -> None:
        """Show the rows that each analysis rests on, and the notes on how files were read."""
        rows = [
            (
                use.dataset,
                self._shown_file(use.dataset),
                use.analysis,
                use.rows,
                use.reason or teach.tables.MISSING,
            )
            for use in self._uses.values()
        ]
        columns = ["dataset", "file", "used for", "rows", "rows left out, and why"]
        if rows:
            _display(teach.table(pd.DataFrame(rows, columns=columns), "Data behind this report"))
        notes = [join_notes(name, note) for name, listed in self._notes.items() for note in listed]
        if notes:
            teach.prose(teach.bullets(notes))

    def _shown_file(self, name: str) -> str:
        file = self.files.get(name)
        return file.path.name if file else "the fictional operator's"

    def _is_mixed(self, own: list[bool]) -> bool:
        return any(own) and not all(own)

    def _say_missing(self, names: Sequence[str]) -> None:
        teach.prose(
            teach.join_markdown(
                [
                    markdown("**Not answered for your company.** This section needs:"),
                    *[self._need(find(self.datasets, name)) for name in names],
                ]
            )
        )

    def _need(self, dataset: Dataset) -> Markdown:
        if not dataset.own:
            return markdown("{title} (an example for teaching; set `examples`).",
                            title=dataset.title)  # fmt: skip
        columns = [name for name, column in dataset.contract().columns.items() if column.required] \
            if dataset.contract else []  # fmt: skip
        shown = join_words(columns[:8]) + (" …" if len(columns) > 8 else "")
        command = f"cem data template {dataset.name} -o {dataset.name}.xlsx"
        return markdown(
            "the dataset **{name}** ({title}), with the columns {columns}; "
            "`{command}` makes an empty file.",
            name=dataset.name,
            title=dataset.title,
            columns=shown,
            command=Markdown(command),
        )

    def _say_assumptions(self, names: Sequence[str]) -> None:
        teach.prose(
            "**Not answered for your company.** This section rests on an assumption that only you "
            "can make: set the parameter {names}, or enter it in the company's file under "
            "`assumptions`.",
            names=join_words(list(names)),
        )


class Section:
    """A part of a workbook, with the datasets it rests on. Made by `Sources.section`.

    It is true where it can be answered.
    """

    def __init__(
        self,
        sources: Sources,
        names: Sequence[str],
        answered: bool,
        example: bool,
        assumed: Mapping[str, Any],
    ) -> None:
        self.sources, self.names, self.answered = sources, tuple(names), answered
        self.example, self.assumed = example, dict(assumed)

    def __bool__(self) -> bool:
        """Return whether the section can be answered."""
        return self.answered

    @property
    def own(self) -> bool:
        """Whether it is answered with one's own data."""
        return self.answered and self.sources.own and not self.example

    def file(self, name: str = "") -> Source | str:
        """Return the own file of a dataset, the first if not named; empty for the operator's."""
        return self.sources.file(name or self.names[0])

    def show(self, *items: Any) -> None:
        """Show figures, tables, sentences and explorations, marked if they are an example.

        Parameters
        ----------
        *items
            Sentences that follow one another become one paragraph.
        """
        sentences: list[Any] = []
        for item in _flat(items):
            if isinstance(item, str):
                if item:
                    sentences.append(item)
                continue
            self._say(sentences)
            _display(self.mark(item))
        self._say(sentences)

    def explore(self, draw: Callable[..., Any], label: str, **controls: Any) -> Any:
        """Return `teach.explore` whose drawings are marked if they are an example."""
        title = f"{EXAMPLE}. {label}" if self.example else label
        return teach.explore(lambda **values: self.mark(draw(**values)), title, **controls)

    def mark(self, item: Any) -> Any:
        """Return a figure, table, text or list of these, marked if it is an example."""
        if not self.example:
            return item
        if isinstance(item, list | tuple | Iterator):
            return [self.mark(part) for part in item]
        if isinstance(item, str):
            return teach.join_markdown([markdown("**{example}.**", example=EXAMPLE), item])
        if hasattr(item, "caption"):
            item.caption = f"{EXAMPLE}. {item.caption}"
        elif hasattr(item, "alt"):
            item.alt = f"{EXAMPLE}. {item.alt}"
            item.supxlabel(EXAMPLE, x=0.99, ha="right", fontsize=9, style="italic")
        return item

    def add(self, *findings: Finding | Iterable[Finding]) -> None:
        """Add findings, each with the datasets of this section; one that is there is replaced."""
        for finding in _flat(findings):
            sentence = f"{EXAMPLE}. {finding.sentence}" if self.example else finding.sentence
            self.sources._findings[finding.name] = replace(
                finding,
                sentence=sentence,
                datasets=finding.datasets or self.names,
                example=self.example,
            )

    def used(self, analysis: str, rows: int | None, reason: str = "", dataset: str = "") -> None:
        """Record how many rows an analysis rests on, and why not on the others.

        Parameters
        ----------
        analysis : str
            What was analysed: ``"derived importance"``.
        rows : int
            Rows used.
        reason : str
            What was left out, with its number: ``"12 without an overall rating"``.
        dataset : str
            The dataset; the section's first if empty.
        """
        name = dataset or self.names[0]
        self.sources._uses[name, analysis] = Use(name, analysis, rows, reason)

    def read(self, rows: int, notes: Iterable[object] = (), dataset: str = "") -> None:
        """Record the rows read from a file, and the notes on how it was read."""
        name = dataset or self.names[0]
        self.used("rows read", rows, dataset=name)
        self.sources._notes[name] = tuple(notes)

    def _say(self, sentences: list[Any]) -> None:
        if sentences:
            text = teach.join_markdown(sentences)
            teach.prose(self.mark(text))
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
        workbook parameter, and stands before that in the company's file.
    """

    def sources(
        company: str | os.PathLike[str] = "",
        examples: bool = False,
        **files: str | os.PathLike[str],
    ) -> Sources:
        """Return where the data of this run come from.

        Parameters
        ----------
        company : str or path
            The file that describes a company; the fictional operator if empty.
        examples : bool
            Whether to show the operator's sections beside one's own.
        **files
            Own files by workbook parameter; empty where there is none.

        Raises
        ------
        ValueError
            If the company's file is wrong, or a parameter names no dataset.
        """
        by_parameter = {dataset.asked_by: dataset for dataset in datasets}
        for parameter in files:
            checks.one_of("dataset", parameter, list(by_parameter))
        own: dict[str, Source] = {}
        described = None
        if str(company):
            described = read_company(company)
            named = {by_parameter[parameter].name for parameter in files}
            own |= {name: file for name, file in described.sources.items() if name in named}
        for parameter, file in files.items():
            if str(file):
                own[by_parameter[parameter].name] = Source(Path(file))
        if described is None:
            described = Company("", Locale("", "")) if own else read_company(operator_file())
        use_locale(described.locale)
        return Sources(datasets, described, own, examples)

    return sources


def operator_file() -> Path:
    """Return the file that describes the fictional operator.

    Examples
    --------
    >>> operator_file().name
    'company.yaml'
    """
    return home.datasets() / "telecom" / "company.yaml"


def join_notes(name: str, note: object) -> Markdown:
    """Return a note on how a dataset was read, with its name."""
    return teach.join_markdown([markdown("**{name}**:", name=name), note])


def _flat(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, list | tuple | Iterator):
            yield from _flat(item)
        else:
            yield item


def _display(item: Any) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    if InteractiveShell.initialized():
        display(item)
    else:
        print(item)
