"""Which column of a file is which column of a contract: proposals, each with its reason."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cemlib.data.proposals.values import Column, fits, plain
from cemlib.data.template import DATE, MONTH, TIME, Field

UNKNOWN = "…"  # in place of the name of an item, where nothing says which it is
Names = Mapping[str, Sequence[str]]
SAME, USUAL, SAID, ALIKE, VALUES = 4, 3, 2, 1, 0
_SIMILAR = 0.86
_SHORT = 5


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a question that name a group of items.

    Parameters
    ----------
    clear : sequence of str
        Words that say it by themselves.
    hints : sequence of str
        Words that only suggest it.
    """

    clear: Sequence[str]
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal: a column of the contract, a column of the file, why, and whether it is sure."""

    column: str
    source: str
    reason: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by which columns are recognised.

    Parameters
    ----------
    names : mapping
        Column of the contract → other usual names.
    groups : mapping
        Group of items, such as ``"safety"`` → its words. Items are named ``safety_1``, ….
    importance : sequence of str
        Words that say that a question asks for the importance of a group.
    """

    names: Names = field(default_factory=dict)
    groups: Mapping[str, Words] = field(default_factory=dict)
    importance: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    column: Column
    strength: int
    reason: str
    fit: bool | None


def propose_columns(
    fields: Sequence[Field],
    columns: Sequence[Column],
    vocabulary: Vocabulary,
    keys: Collection[str] = (),
) -> list[Proposal]:
    """Propose which column of a file is which of a contract.

    Parameters
    ----------
    fields : sequence of Field
        Columns of the contract.
    columns : sequence of Column
        Columns of the file.
    vocabulary : Vocabulary
        Usual names, and words of groups of items.
    keys : collection of str
        Columns of the contract that must have another value in every row.

    Returns
    -------
    list of Proposal
        In the order of the contract; at most one that is sure for each column of the contract and
        of the file. Where two columns of the file are as likely, both are proposed as unsure.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> from cemlib.data.template import fields_of
    >>> file = [Column("Offer ID", "", ["a", "b"]), Column("Share %", "", ["60", "40"])]
    >>> words = Vocabulary({"offer": ["offer id"]})
    >>> for each in propose_columns(fields_of(dataset("offers")), file, words):
    ...     print(each.column, each.source, each.sure, each.reason)
    offer Offer ID True a usual name for it
    share Share % True the same name
    """
    once = _named_once(columns)
    found = _Items(once, vocabulary)
    items = found.proposals()
    taken = {each.source for each in items}
    grouped = tuple(f"{group}_" for group in vocabulary.groups)
    wanted = [each for each in fields if not each.name.startswith(grouped)] if grouped else fields
    by_field = {
        each.name: _candidates(each, once, vocabulary.names, each.name in keys) for each in wanted
    }
    best = _best(by_field)
    proposals = []
    for each in wanted:
        likely = _likely(by_field[each.name], best, taken)
        proposals += [_proposal(each, one, likely, best) for one in likely]
    known = {each.source for each in (*proposals, *items)}
    unknown = found.unknown(known) if vocabulary.groups else []
    return _each_once([*proposals, *items, *unknown])


def _named_once(columns: Sequence[Column]) -> list[Column]:
    names = [each.name for each in columns]
    return [each for each in columns if each.name and names.count(each.name) == 1]


def _candidates(
    wanted: Field, columns: Sequence[Column], names: Names, is_key: bool
) -> list[_Candidate]:
    usual = [plain(name) for name in (wanted.name, *names.get(wanted.name, ()))]
    candidates = []
    for column in columns:
        strength, reason = _match(wanted.name, usual, column)
        if strength is None:
            continue
        fit = fits(wanted, column)
        if is_key and strength < SAME:
            fit = column.is_unique
        if fit is False and strength < SAME:
            if strength < USUAL:
                continue
            reason += ", but its values do not fit"
        candidates.append(_Candidate(column, strength, reason, fit))
    tells = wanted.kind in (TIME, DATE, MONTH) or wanted.is_answer
    if candidates or not wanted.required or not tells:
        return candidates
    by_value = [
        column
        for column in columns
        if fits(wanted, column) and (column.is_rating or not wanted.is_answer)
    ]
    if len(by_value) > 3:
        return []
    reason = f"its values are of this kind: {wanted.values}"
    return [_Candidate(column, VALUES, reason, True) for column in by_value]


def _match(name: str, usual: Sequence[str], column: Column) -> tuple[int | None, str]:
    """Return how strongly a column's name or question says what it is, and in which words."""
    bare = [_bare(text) for text in usual]
    heard = (_bare(column.name), _bare(column.question))
    if heard[0] == bare[0]:
        return SAME, "the same name"
    if heard[0] in bare or (heard[1] and heard[1] in bare):
        return USUAL, "a usual name for it"
    for where, text in (("name", column.name), ("question", column.question)):
        for word in sorted(usual, key=len, reverse=True):
            if contains(plain(text).replace("_", " "), word.replace("_", " ")):
                return SAID, f"the {where} says {word.replace('_', ' ')!r}"
    if len(heard[0]) >= _SHORT:
        for word in bare:
            if difflib.SequenceMatcher(None, heard[0], word).ratio() >= _SIMILAR:
                return ALIKE, f"the name is similar to {word!r}"
    return None, name


def contains(text: str, word: str) -> bool:
    """Return whether a text contains a word, as a whole one unless it is Chinese.

    Examples
    --------
    >>> contains("is it safe?", "safe"), contains("unsafe", "safe"), contains("总体满意度", "满意")
    (True, False, True)
    """
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", plain(text))


def _best(by_field: Mapping[str, Sequence[_Candidate]]) -> dict[str, int]:
    """Return for each column of the file how strongly it is claimed."""
    best: dict[str, int] = {}
    for candidates in by_field.values():
        for one in candidates:
            best[one.column.name] = max(best.get(one.column.name, VALUES), one.strength)
    return best


def _likely(
    candidates: Sequence[_Candidate], best: Mapping[str, int], taken: Collection[str]
) -> list[_Candidate]:
    """Return the strongest candidates of a column that no other column claims more strongly."""
    free = [
        one
        for one in candidates
        if one.strength == best[one.column.name]
        and (one.column.name not in taken or one.strength >= SAME)
    ]
    top = max((one.strength for one in free), default=VALUES)
    return [one for one in free if one.strength == top]


def _proposal(
    wanted: Field, one: _Candidate, likely: Sequence[_Candidate], best: Mapping[str, int]
) -> Proposal:
    alone = len(likely) == 1
    enough = one.strength >= USUAL or (one.strength == SAID and one.fit is True)
    sure = alone and enough and (one.fit is not False or one.strength == SAME)
    reason = one.reason
    if not alone:
        others = [each.column.name for each in likely if each is not one]
        reason += f"; {', '.join(map(repr, others[:3]))} may be it as well"
    elif one.fit is None and not enough:
        reason += ", and its values do not tell"
    return Proposal(wanted.name, one.column.name, reason, sure)


def _each_once(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals; a column of the file that two claim surely is unsure for both."""
    sure = [each.source for each in proposals if each.sure]
    return [
        Proposal(each.column, each.source, f"{each.reason}; but it fits two columns", False)
        if each.sure and sure.count(each.source) > 1
        else each
        for each in proposals
    ]


def _range(column: Column) -> str:
    low, high = min(column.numbers), max(column.numbers)
    return f"answers from {low:g} to {high:g}; write which column it is"


class _Items:
    """Items of groups, found by the words of their questions."""

    def __init__(self, columns: Sequence[Column], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.columns = [column for column in columns if column.is_rating]
        self.used: set[str] = set()

    def proposals(self) -> list[Proposal]:
        found = {column.name: self._groups(column) for column in self.columns}
        self._settle_by_neighbours(found)
        return list(self._numbered(found))

    def unknown(self, known: Collection[str]) -> list[Proposal]:
        """Return the ratings of which nothing says what they ask."""
        return [
            Proposal(UNKNOWN, column.name, _range(column), False)
            for column in self.columns
            if column.name not in known
        ]

    def _groups(self, column: Column) -> dict[str, tuple[bool, str]]:
        """Return the groups whose words a column says: whether clearly, and the word."""
        named = re.fullmatch(r"(.+?)[ _-]?(\d{1,2}|importance)", plain(column.name))
        if named and named[1] in self.vocabulary.groups:
            return {named[1]: (True, named[1])}
        said: dict[str, tuple[bool, str]] = {}
        for group, words in self.vocabulary.groups.items():
            for clear, listed in ((False, words.hints), (True, words.clear)):
                for word in listed:
                    if contains(column.said, word):
                        said[group] = (clear, word)
        clear_ones = {group: word for group, word in said.items() if word[0]}
        return clear_ones or said

    def _settle_by_neighbours(self, found: dict[str, dict[str, tuple[bool, str]]]) -> None:
        """Make a hint clear where its block of questions is clearly of the same group."""
        blocks: dict[str, list[str]] = {}
        for name in found:
            block = re.sub(r"[_\[(].*", "", name)
            if block != name:
                blocks.setdefault(block, []).append(name)
        for names in blocks.values():
            clear = {
                group for name in names for group, (is_clear, _) in found[name].items() if is_clear
            }
            if len(clear) == 1:
                (group,) = clear
                for name in names:
                    if group in found[name] and not found[name][group][0]:
                        found[name] = {group: (True, found[name][group][1])}

    def _numbered(self, found: Mapping[str, Mapping[str, tuple[bool, str]]]) -> Iterator[Proposal]:
        """Yield proposals: columns that are named like items keep their names, sure ones first."""
        drawn = [
            (column, group, word, clear and len(found[column.name]) == 1)
            for column in self.columns
            for group, (clear, word) in found[column.name].items()
        ]
        named = {column.name for column, group, word, _ in drawn if self._own_name(column)}
        self.used = {self._own_name(column) for column, *_ in drawn if column.name in named}
        for column, group, word, sure in sorted(drawn, key=lambda each: not each[3]):
            own = self._own_name(column)
            if own:
                yield Proposal(own, column.name, "the same name", True)
                continue
            reason = f"it says {word!r}"
            if len(found[column.name]) > 1:
                others = ", ".join(each for each in found[column.name] if each != group)
                reason += f", but also words of {others}"
            elif not sure:
                reason += ", which may mean something else"
            important = any(contains(column.said, each) for each in self.vocabulary.importance)
            yield Proposal(self._next(group, important), column.name, reason, sure)

    def _own_name(self, column: Column) -> str:
        """Return the name of an item that a column already has; empty if it has none."""
        match = re.fullmatch(r"(.+)_([1-9]\d?|importance)", plain(column.name))
        return match[0] if match and match[1] in self.vocabulary.groups else ""

    def _next(self, group: str, important: bool) -> str:
        if important:
            return f"{group}_importance"
        number = next(at for at in range(1, 100) if f"{group}_{at}" not in self.used)
        self.used.add(f"{group}_{number}")
        return f"{group}_{number}"
