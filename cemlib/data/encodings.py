"""The encoding of a text file, told from its bytes: UTF-8, UTF-16, GB18030 or Windows-1252."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path

from cemlib.data.layout import FORMATS, UnreadableError

BLOCK = 1 << 20
_SAMPLE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"gb18030": "GB18030", "cp1252": "cp1252 (Western European)"}
_RUN = re.compile(rb"[\x80-\xff]+")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_LETTERS = frozenset([*range(0xC0, 0x100), 0x8A, 0x8C, 0x8E, 0x9A, 0x9C, 0x9E]) - {0xD7, 0xF7}
_WITHIN_WORDS = _LETTERS | {0x92, 0xB4, 0xB7, 0xAD, 0x96}  # apostrophes, dots, hyphens
_ELSEWHERE = frozenset([0xD0, 0xDE, 0xDD, 0xF0, 0xFE, 0xFD])  # Icelandic; Turkish letters in cp1254
_NOT_AFTER = frozenset(b"\xbf\xb9\xa1\x84")  # signs before a word: letters elsewhere
_CAPITALS = frozenset([*range(0xC0, 0xDF), 0x8A, 0x8C, 0x8E, 0x9F])


def encoding_of(path: Path, start: bytes) -> tuple[str, list[str]]:
    """Return the encoding of a text file, and a note unless it is UTF-8.

    Parameters
    ----------
    path : Path
        The file.
    start : bytes
        Its beginning.

    Raises
    ------
    UnreadableError
        If it is not text, or no encoding gives a plausible text.
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return _whole(path, encoding)
    if b"\0" in start and (encoding := _without_mark(start)):
        return _whole(path, encoding)
    if any(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in start):
        raise UnreadableError(0, "is not a text file", FORMATS)
    line = _undecodable(path, "utf-8")
    if not line:
        return "utf-8", []
    sample = _sample(path)
    for encoding, plausible in (("gb18030", is_chinese(sample)), ("cp1252", is_western(sample))):
        if plausible and not _undecodable(path, encoding):
            return encoding, [f"The file was read as {_NAMES[encoding]}."]
    raise UnreadableError(
        line, "has characters that are neither UTF-8 nor GB18030 nor cp1252", "save it as CSV UTF-8"
    )


def is_chinese(sample: bytes) -> bool:
    """Tell whether bytes look like Chinese text in GB18030.

    Nearly all of its characters are of GB 2312, most of them frequent ones, and some of these
    lie beyond the syllables of Korean and few among the kana of Japanese.

    Examples
    --------
    >>> is_chinese("满意度,5分".encode("gb18030")), is_chinese("für Gerät".encode("cp1252"))
    (True, False)
    """
    pairs = Counter(pair for run in _LINE.findall(sample) for pair in _PAIR.findall(run))
    high = {pair: n for pair, n in pairs.items() if pair[0] >= 0x80}
    common = {pair: n for pair, n in high.items() if len(pair) == 2 and min(pair) >= 0xA1}
    frequent = sum(n for pair, n in common.items() if 0xB0 <= pair[0] <= 0xD7)
    marks = sum(n for pair, n in common.items() if pair[0] in (0xA1, 0xA3))
    kana = sum(n for pair, n in common.items() if pair[0] in (0xA4, 0xA5))
    syllables = [pair for pair in common if pair[0] >= 0xB0]
    korean = len(syllables) >= 20 and all(pair[0] <= 0xC8 for pair in syllables)
    total = sum(high.values())
    return (
        total > 0
        and sum(common.values()) >= 0.8 * total
        and frequent + marks >= 0.6 * total
        and frequent > 0
        and kana <= 0.1 * total
        and not korean
    )


def is_western(sample: bytes) -> bool:
    """Tell whether bytes look like Western European text in Windows-1252.

    Its letters beyond ASCII stand alone or two beside others; what stands within a word is a letter
    of the right case, and few are letters that another encoding has in that position.

    Examples
    --------
    >>> is_western("für Gerät".encode("cp1252")), is_western("満足".encode("shift-jis"))
    (True, False)
    """
    runs = alone = wrong = elsewhere = 0
    for line in _LINE.findall(sample):
        for match in _RUN.finditer(line):
            runs += 1
            before = line[match.start() - 1 : match.start()]
            after = line[match.end() : match.end() + 1]
            run, beside = match[0], before.isalpha() or after.isalpha()
            alone += len(run) == 1 or (len(run) == 2 and beside)
            for byte in run[:2]:
                if before.isalpha() and after.isalpha():
                    wrong += byte not in _WITHIN_WORDS
                wrong += byte in _CAPITALS and before.islower()
                wrong += byte in _NOT_AFTER and before.isalpha()
                wrong += byte == 0xFF and not before.isalpha()
                elsewhere += byte in _ELSEWHERE
    return runs > 0 and alone >= 0.8 * runs and wrong <= 0.05 * runs and elsewhere <= 0.2 * runs


def _whole(path: Path, encoding: str) -> tuple[str, list[str]]:
    line = _undecodable(path, encoding)
    name = encoding.removesuffix("-sig").upper()
    if line:
        raise UnreadableError(line, f"has characters that are not {name}", "save it as CSV UTF-8")
    return encoding, [] if encoding == "utf-8-sig" else [f"The file was read as {name}."]


def _without_mark(start: bytes) -> str:
    """Return which UTF-16 bytes without a byte order mark are; empty if they are none."""
    start = start[: len(start) // 2 * 2]
    even, odd = start[::2].count(0), start[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if others or zeros < 2:
            continue
        text = codecs.getincrementaldecoder(encoding)("replace").decode(start)
        printable = sum(letter.isprintable() or letter in "\t\r\n" for letter in text)
        narrow = sum(letter < "\u0100" for letter in text)
        if printable == len(text) and "\ufffd" not in text and narrow == zeros:
            return encoding
    return ""


def _sample(path: Path) -> bytes:
    """Return the first lines that are not ASCII."""
    kept: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < _SAMPLE and (block := file.read(BLOCK)):
            if not block.isascii():
                kept.append(b"\n".join(_LINE.findall(block)))
                size += len(kept[-1])
    return b"\n".join(kept)


def _undecodable(path: Path, encoding: str) -> int:
    """Return the line at which decoding fails; 0 if it succeeds."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + block[: max(error.start, 0)].count(b"\n")
            if not block:
                return 0
            line += block.count(b"\n")
