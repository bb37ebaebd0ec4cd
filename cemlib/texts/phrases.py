"""Phrases of texts without a dictionary: whole words and short phrases, in any language.

Chinese is written without spaces. A segmenter with a dictionary finds its words, but not those of
a company; `find_phrases` finds both from the texts themselves, and English phrases in the same way.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

LENGTH = 1000  # characters of a text that are read
MOST = 4000  # phrases
WRITINGS = ("chinese", "words")  # without and with spaces between words
_PLAIN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"  # scripts without spaces
# 5G and wifi6, but no number of an account.
_LETTERS = rf"(?<!\d)\d{{0,2}}+[^\W\d_{_PLAIN}]++\d{{0,2}}+(?!\d)"
_WORD = rf"{_LETTERS}(?:['’-][^\W\d_{_PLAIN}]+)*"
_RUN = re.compile(rf"[{_PLAIN}]+|{_WORD}(?:[ \t]+{_WORD})*")
_UNSPACED = re.compile(f"[{_PLAIN}]")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+", re.ASCII | re.IGNORECASE)
# Greetings, thanks and times are in texts of every theme.
_ANYWHERE = re.compile(
    r"您好|你好|请问|谢谢|麻烦(?=[您你帮查问])|"
    r"从?(?:周|星期|礼拜)[一二三四五六日天](?:开始)?|从?\d+[号日](?:开始)?|"
    r"(?<!第)[一二两三四五六七八九十几半\d]+(?:个?(?:星期|礼拜|小时|月)|周|天|分钟)[了前后]?|"
    r"\b(?:hello|hi|dear|good (?:morning|afternoon|evening)|thanks?(?: you)?|please|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|yesterday|tomorrow|since|ago|"
    r"(?:minute|hour|day|week|month|year)s?|yuan|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|\d+(?:st|nd|rd|th))\b"
)
_LONGEST, _WHOLE = {True: 6, False: 4}, {True: 12, False: 6}
_DOMINANT, _DOMINANT_PAIR = 0.7, 0.9
_PARTICLES = frozenset(
    "的了是也都就还和着过吗呢啊吧呀嘛把被给让我你他她它您们这那很又再才其个与及或而可要"
)
_ENGLISH = """
    a about after again all also although am an and any are as at be because been before being
    but by can could did do does doing every for from had has have having he her here him his
    how i i'd i'll i'm i've if in into is it it's its just may me might more most must my of on
    once only or other our she should so some still such than that that's the their them then
    there they this those through to too until up us very was we were what when where which
    while who whom whose why will with would you your yours
"""
_FUNCTION_WORDS = frozenset(_ENGLISH.split())
# Adverbs, conjunctions and light verbs: parts of phrases, but none by themselves.
_WEAK = frozenset(
    """
    一直 总是 老是 经常 现在 已经 还是 可是 但是 因为 所以 如果 然后 以后 以前 之后 之前 就是 不是
    没有 怎么 什么 为什么 这个 那个 这样 那样 非常 特别 有点 可以 不能 不会 不要 需要 应该 一个 一下
    一次 自己 我们 你们 他们 大家 别人 时候 到底 居然 竟然 根本 完全 又是 每次 每天 不了 不到 没人
    没有人 有人 多次 问题 反映
    always already ever even now really well much many lot get gets got go goes going make makes
    made take takes took want wants wanted need needs let say says said tell told ask asked asking
    thing things something anything everything problem problems issue issues
    """.split()  # noqa: SIM905
)


def normalise(text: str) -> str:
    """Return the beginning of a text in small letters, without what says nothing of its theme.

    Removed are e-mail and web addresses, greetings and thanks, and times: each is a break.

    Examples
    --------
    >>> normalise("Hello, no signal since Monday"), normalise("您好，从周三开始，卡没送到")
    (', , no signal ,  , ', ', ,, ,卡没送到')
    >>> normalise("ＷｉＦｉ is DOWN, see https://example.org")
    'wifi is down, see  '
    """
    plain = unicodedata.normalize("NFKC", text[:LENGTH]).lower()
    return _ANYWHERE.sub(", ", _ADDRESS.sub(" ", plain))


def writing(text: str) -> str | None:
    """Return how most of a normalised text is written: "chinese", "words", or None without letters.

    A word counts like two Chinese characters. Japanese and Thai, also written without spaces, count
    as "chinese".

    Examples
    --------
    >>> writing("宽带 down 了"), writing("app 登录不了"), writing("the app 闪退"), writing("☎ 10")
    ('chinese', 'chinese', 'words', None)
    """
    plain = spaced = 0
    for run in _RUN.findall(text):
        if _UNSPACED.match(run):
            plain += len(run)
        else:
            spaced += 2 * len(run.split())
    return None if plain + spaced == 0 else WRITINGS[int(spaced > plain)]


def _units(text: str) -> Iterator[tuple[bool, Sequence[str]]]:
    for run in _RUN.findall(text):
        unspaced = _UNSPACED.match(run) is not None
        yield unspaced, run if unspaced else run.split()


def _key(units: Sequence[str], unspaced: bool) -> str:
    return str(units) if unspaced else " ".join(units)


def _spans(count: int, unspaced: bool) -> Iterator[tuple[int, int]]:
    """Yield the ends of what may be a phrase: few units, or a whole short clause."""
    longest = _LONGEST[unspaced]
    for length in range(2 if unspaced else 1, min(longest, count) + 1):
        for start in range(count - length + 1):
            yield start, start + length
    if longest < count <= _WHOLE[unspaced]:
        yield 0, count


def find_phrases(
    texts: Sequence[str], counts: ArrayLike | None = None, minimum: float | None = None
) -> dict[str, float]:
    """Find the phrases of texts, each with the number of texts that hold it.

    A phrase is a run of 2 to 6 Chinese characters or 1 to 4 words, or a whole short clause. It
    must be frequent; it must not begin or end inside a longer one: no single neighbour stands
    before it, or after it, in more than 70% of its texts, and no two do in more than 90%; and it
    neither begins nor ends with a function word.

    Parameters
    ----------
    texts : sequence of str
        Normalised texts, all different.
    counts : array_like, optional
        How often each text was written; once by default.
    minimum : float, optional
        In how many texts a phrase must be; by default 3, or one in a thousand if that is more.

    Returns
    -------
    dict of str to float
        Phrases in alphabetical order, with the number of texts that hold each; the 4,000 most
        frequent, where there are more.

    References
    ----------
    Harris (1955), *Language* 31:190–222 (boundaries where many successors follow); Jin & Tanaka-
    Ishii (2006), *COLING/ACL*, 428–435 (for Chinese).

    Examples
    --------
    >>> texts = ["宽带断了", "家里宽带很慢", "宽带又断了", "broadband is slow", "slow broadband"]
    >>> find_phrases(texts, minimum=2)
    {'broadband': 2.0, 'slow': 2.0, '宽带': 3.0, '断了': 2.0}
    """
    weights = np.ones(len(texts)) if counts is None else np.asarray(counts, dtype=float)
    least = max(3.0, weights.sum() / 1000) if minimum is None else minimum
    totals: Counter[str] = Counter()
    for text, weight in zip(texts, weights.tolist(), strict=True):
        for key in {
            _key(units[start:end], unspaced)
            for unspaced, units in _units(text)
            for start, end in _spans(len(units), unspaced)
            if _whole(units[start], units[end - 1], unspaced)
        } - _WEAK:
            totals[key] += weight
        if len(totals) > 3_000_000:  # bounds the memory; a rare phrase that returns counts anew
            totals = Counter({key: total for key, total in totals.items() if total >= least})
    frequent = _most_frequent(totals, least, 5 * MOST)
    sides: tuple[dict[str, Counter[str]], ...] = ({}, {})
    for text, weight in zip(texts, weights.tolist(), strict=True):
        seen: set[str] = set()
        for unspaced, units in _units(text):
            for start, end in _spans(len(units), unspaced):
                key = _key(units[start:end], unspaced)
                if key not in frequent or key in seen:
                    continue
                seen.add(key)
                for side, at in zip(sides, (start - 1, end), strict=True):
                    if 0 <= at < len(units):
                        side.setdefault(key, Counter())[units[at]] += weight
    inside = {key for side in sides for key, beside in side.items() if _inside(beside, totals[key])}
    found = Counter({key: totals[key] for key in frequent - inside})
    return {key: totals[key] for key in sorted(_most_frequent(found, least, MOST))}


def _most_frequent(totals: Counter[str], least: float, most: int) -> set[str]:
    keys = [key for key, total in totals.items() if total >= least]
    if len(keys) > most:
        keys = sorted(keys, key=lambda key: (-totals[key], key))[:most]
    return set(keys)


def _inside(beside: Counter[str], total: float) -> bool:
    """Return whether one neighbour, or two, that are no function words nearly always stand here."""
    shares = sorted(
        (
            count / total
            for unit, count in beside.items()
            if unit not in _FUNCTION_WORDS | _PARTICLES
        ),
        reverse=True,
    )
    return bool(shares) and (shares[0] > _DOMINANT or sum(shares[:2]) > _DOMINANT_PAIR)


def _whole(first: str, last: str, unspaced: bool) -> bool:
    stops = _PARTICLES if unspaced else _FUNCTION_WORDS
    if not unspaced and (len(first) < 2 or len(last) < 2):
        return False
    # 了 may close a phrase: 断了, 取消了.
    if last in ("不", "没"):
        return False
    return first not in stops and (last not in stops or last == "了")


class Matcher:
    """Finds given phrases in normalised texts.

    Parameters
    ----------
    phrases : iterable of str
        Phrases as `find_phrases` gives them, or longer.

    Examples
    --------
    >>> matcher = Matcher(["plan change", "套餐", "bill"])
    >>> matcher.find("the plan change was late, 套餐变更")
    [0, 1]
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._numbers = {phrase: number for number, phrase in enumerate(phrases)}
        self._lengths: dict[bool, list[int]] = {}
        for unspaced in (True, False):
            kind = (p for p in self._numbers if (_UNSPACED.match(p) is not None) == unspaced)
            self._lengths[unspaced] = sorted({len(p if unspaced else p.split()) for p in kind})

    def find(self, text: str) -> list[int]:
        """Return the numbers of the phrases that a text holds, each once, in order."""
        found = set()
        for unspaced, units in _units(text):
            for length in self._lengths[unspaced]:
                for start in range(len(units) - length + 1):
                    number = self._numbers.get(_key(units[start : start + length], unspaced))
                    if number is not None:
                        found.add(number)
        return sorted(found)


def is_phrase(text: str) -> bool:
    """Return whether a normalised text is one phrase: Chinese characters, or words with spaces.

    Examples
    --------
    >>> is_phrase("光猫"), is_phrase("5g signal"), is_phrase("光猫 red"), is_phrase("12345")
    (True, True, False, False)
    """
    return _RUN.fullmatch(text) is not None


def is_spaced(phrase: str) -> bool:
    """Return whether a phrase is of words with spaces between them.

    Examples
    --------
    >>> is_spaced("bill"), is_spaced("账单")
    (True, False)
    """
    return _UNSPACED.match(phrase) is None
