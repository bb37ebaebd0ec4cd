"""Labels of answers in order: agreement, satisfaction, frequency and the like, and numbered ones.

Labels are proposed, never applied by themselves: a scale of three agreeing words may have had five.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Levels = tuple[frozenset[str], ...]

NO_ANSWERS = frozenset(
    ("don't know", "dont know", "do not know", "not applicable", "n/a", "na", "no answer",
     "no opinion", "not sure", "prefer not to say", "rather not say", "refused", "(跳过)", "(空)",
     "不知道", "不清楚", "不适用", "拒答", "说不清")
)  # fmt: skip
_MOST = 11
_CODE = re.compile(r"ao?0*(\d{1,2})")
_AHEAD = re.compile(r"\(?(\d{1,2})(?:\s*(?:[-–—:.=)、，,]|分)\s*|\s+\(?)(?!\d)(\D.*?)?\)?")
_BEHIND = re.compile(r"(.*?\D)\s*[(（\[]\s*(\d{1,2})\s*(?:分|points?|pts?|stars?|星)?\s*[)）\]]")
_UNITS = re.compile(r"(\d{1,2})\s*(?:分|points?|pts?|stars?|星|/\s*\d{1,2})")
_OTHER_UNITS = re.compile(
    r"(?:times?|days?|weeks?|months?|years?|hours?|minutes?|persons?|people|calls?|%|percent|次|天|"
    r"周|月|年|小时|分钟|人|元|or more|to|and|及|到|至|以上|以下)(?![a-z]).*"
)


def label_order(texts: Iterable[str]) -> dict[str, float] | None:
    """Return the values of labels in order, or None where they are not surely known.

    Parameters
    ----------
    texts : iterable of str
        Texts of a column. Empty ones, plain numbers and words for no answer do not count.

    Returns
    -------
    dict of str to float, or None
        Each label, as it is written, with its value: 1 for the lowest of the shortest scale of
        five or seven points that has them all, or the number in the label.

    Examples
    --------
    >>> label_order(["Agree", "Strongly agree", "Neutral", "Disagree"])
    {'Disagree': 2.0, 'Neutral': 3.0, 'Agree': 4.0, 'Strongly agree': 5.0}
    >>> label_order(["非常不满意", "满意", "一般"])
    {'非常不满意': 1.0, '一般': 3.0, '满意': 4.0}
    >>> label_order(["0 - Not at all likely", "7", "10 - Extremely likely"])
    {'0 - Not at all likely': 0.0, '10 - Extremely likely': 10.0}
    >>> label_order(["red", "green"]) is None
    True
    """
    labels = {text: _normal(text) for text in texts}
    labels = {
        text: word
        for text, word in labels.items()
        if word and word not in NO_ANSWERS and not _is_number(word)
    }
    if not labels or len(labels) > 40:
        return None
    values = _numbered(labels) or _coded(labels) or _worded(labels)
    if values is None:
        return None
    return dict(sorted(values.items(), key=lambda item: item[1]))


def _normal(text: str) -> str:
    """Return a label in lower case, half width, with single spaces and plain apostrophes."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return re.sub(r"\s+", " ", plain).strip(" .。!！;；")


def _is_number(word: str) -> bool:
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True


def _numbered(labels: dict[str, str]) -> dict[str, float] | None:
    """Return the numbers that labels hold: "10 - Extremely likely", "5分", "很好(5)"."""
    values: dict[str, float] = {}
    words: dict[float, set[str]] = {}
    for text, label in labels.items():
        match = _UNITS.fullmatch(label)
        number, word = (match[1], "") if match else ("", "")
        if not match and (ahead := _AHEAD.fullmatch(label)):
            number, word = ahead[1], (ahead[2] or "").strip()
            if _OTHER_UNITS.fullmatch(word):
                return None
        elif not match and (behind := _BEHIND.fullmatch(label)):
            number, word = behind[2], behind[1].strip()
        if not number or int(number) > _MOST - 1:
            return None
        values[text] = float(number)
        words.setdefault(values[text], set()).add(word)
    if any(len(same) > 1 for same in words.values()):
        return None
    return values


def _coded(labels: dict[str, str]) -> dict[str, float] | None:
    """Return the numbers of LimeSurvey's answer codes: A1, A2 or AO01, AO02."""
    matches = {text: _CODE.fullmatch(label) for text, label in labels.items()}
    values = {text: float(match[1]) for text, match in matches.items() if match}
    whole = len(values) == len(labels) > 1
    return values if whole and all(1 <= value <= _MOST for value in values.values()) else None


def _worded(labels: dict[str, str]) -> dict[str, float] | None:
    """Return the places of labels on the shortest scale of words that has them all."""
    words = set(labels.values())
    if len(words) < 2:
        return None
    for points in (5, 7):
        fits = [fit for scale in _SCALES if len(scale) == points and (fit := _fit(words, scale))]
        if fits:
            same = all(fit == fits[0] for fit in fits)
            return {text: fits[0][word] for text, word in labels.items()} if same else None
    return None


def _fit(words: set[str], scale: Levels) -> dict[str, float] | None:
    """Return the place of each word; None unless all are on the scale, each at another place."""
    places: dict[str, float] = {}
    for word in words:
        for place, level in enumerate(scale, 1):
            if word in level:
                places[word] = float(place)
    return places if len(set(places.values())) == len(words) else None


def _levels(*levels: str) -> Levels:
    return tuple(frozenset(level.split("|")) for level in levels)


_STRONG = ("very", "strongly", "extremely", "completely", "totally", "highly", "fully", "entirely")
_MEDIUM = ("moderately", "mostly", "quite", "generally")
_MILD = ("somewhat", "slightly", "rather", "fairly", "a little", "partly", "mildly", "tend to")
_NEUTRAL = (
    "neutral|neither|neither nor|undecided|average|indifferent|in between|mixed|"
    "neither one nor the other|no difference"
)


def _poles(low: str, high: str) -> list[Levels]:
    """Return the scales of five and seven points between two English words."""
    neutral = f"{_NEUTRAL}|neither {low} nor {high}|neither {high} nor {low}"

    def graded(words: Iterable[str], pole: str) -> str:
        return "|".join(f"{word} {pole}" for word in words)

    def plain(pole: str, *groups: Iterable[str]) -> str:
        return "|".join([pole, *(graded(words, pole) for words in groups)])

    strong_low, strong_high = graded(_STRONG, low), graded(_STRONG, high)
    mild_low, mild_high = graded(_MILD, low), graded(_MILD, high)
    return [
        _levels(
            strong_low, plain(low, _MILD, _MEDIUM), neutral, plain(high, _MILD, _MEDIUM),
            strong_high,
        ),
        _levels(
            strong_low, plain(low, _MEDIUM), mild_low, neutral, mild_high, plain(high, _MEDIUM),
            strong_high,
        ),
        _levels(
            graded(_STRONG[2:], low), f"very {low}", mild_low, neutral, mild_high, f"very {high}",
            graded(_STRONG[2:], high),
        ),
    ]  # fmt: skip


def _chinese(low: str, high: str) -> list[Levels]:
    """Return the scales of five and seven points between two Chinese words."""
    neutral = "|".join(
        ("一般", "中立", "不确定", "普通", "无所谓", "说不准", "一般般", "尚可", "中等")
    )
    neutral += f"|既不{high}也不{low}|既非{high}也非{low}|既不{high}也{low}"
    strong = ("非常", "很", "十分", "极其", "极", "完全", "强烈", "特别")
    mild = ("比较", "较", "有点", "有些", "稍微", "略")

    def graded(words: Iterable[str], pole: str) -> str:
        return "|".join(f"{word}{pole}" for word in words)

    hardly = "|".join((f"不太{high}", f"不怎么{high}", graded(mild, low)))
    mild_high = f"{graded(mild, high)}|基本{high}"
    return [
        _levels(
            graded(strong, low),
            f"{low}|{hardly}",
            neutral,
            f"{high}|{mild_high}",
            graded(strong, high),
        ),
        _levels(
            graded(strong, low), low, hardly, neutral, mild_high, high, graded(strong, high)
        ),
    ]  # fmt: skip


_SCALES: tuple[Levels, ...] = (
    *_poles("dissatisfied", "satisfied"),
    *_poles("unsatisfied", "satisfied"),
    *_poles("disagree", "agree"),
    *_poles("unlikely", "likely"),
    *_poles("unimportant", "important"),
    *_poles("difficult", "easy"),
    *_poles("hard", "easy"),
    *_poles("unhappy", "happy"),
    *_poles("negative", "positive"),
    *_poles("bad", "good"),
    *_poles("poor", "good"),
    _levels(
        "very poor|terrible|awful|very bad",
        "poor|bad|below average",
        "fair|average|acceptable|ok|okay|adequate|neutral",
        "good|above average",
        "very good|excellent|outstanding",
    ),
    _levels("poor", "fair", "good", "very good", "excellent|outstanding"),
    _levels(
        "not at all satisfied|not satisfied",
        "slightly satisfied|not very satisfied|a little satisfied",
        "moderately satisfied|somewhat satisfied",
        "very satisfied|satisfied",
        "extremely satisfied|completely satisfied",
    ),
    _levels(
        "not at all important|not important|unimportant",
        "slightly important|not very important|of little importance|a little important",
        "moderately important|somewhat important|fairly important",
        "very important|important",
        "extremely important|absolutely essential|essential|critical",
    ),
    _levels(
        "not at all likely|not likely",
        "slightly likely|not very likely|not so likely",
        "moderately likely|somewhat likely",
        "very likely|likely",
        "extremely likely",
    ),
    _levels(
        "never",
        "rarely|seldom|almost never|hardly ever",
        "sometimes|occasionally",
        "often|frequently|usually|very often|most of the time",
        "always|almost always|all the time|every time",
    ),
    _levels(
        "never",
        "rarely|seldom|almost never|hardly ever",
        "occasionally",
        "sometimes",
        "often|frequently",
        "usually|very often|almost always|most of the time",
        "always|every time|all the time",
    ),
    _levels(
        "much worse|much worse than expected",
        "worse|somewhat worse|a little worse|slightly worse|worse than expected",
        "about the same|the same|same|as expected|about as expected|no change",
        "better|somewhat better|a little better|slightly better|better than expected",
        "much better|much better than expected",
    ),
    *_chinese("不满意", "满意"),
    *_chinese("不同意", "同意"),
    *_chinese("不赞同", "赞同"),
    *_chinese("不符合", "符合"),
    *_chinese("不重要", "重要"),
    *_chinese("不可能", "可能"),
    *_chinese("不愿意", "愿意"),
    *_chinese("困难", "容易"),
    *_chinese("差", "好"),
    _levels(
        "很差|非常差|极差",
        "差|较差|比较差",
        "一般|中等|中|尚可",
        "良好|好|较好|良",
        "优秀|优|很好|非常好",
    ),
    _levels(
        "从不|从来不|从未|从没有",
        "很少|极少|偶尔",
        "有时|有时候|一般",
        "经常|常常|时常",
        "总是|一直|每次",
    ),
    _levels(
        "从不|从来不|从未",
        "极少|很少",
        "偶尔",
        "有时|有时候",
        "经常",
        "通常|频繁",
        "总是|一直|每次",
    ),
)
