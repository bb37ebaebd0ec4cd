"""Texts whose problem is known: as the operator draws them, and harder ones."""

import numpy as np

from cemlib.stats.customers import customers
from cemlib.studies.repair.operator.contacts import contacts
from cemlib.studies.repair.operator.problem_words import PROBLEMS

KINDS = ("plain", "misspelt", "mixed", "two problems")
SOUNDS = {"宽": "款", "带": "代", "账": "帐", "单": "但", "流": "留", "量": "亮", "信": "心",
          "号": "好", "套": "讨", "餐": "参", "网": "往", "装": "庄", "费": "废", "登": "灯",
          "录": "路", "漫": "慢", "游": "由", "卡": "咖", "更": "耕", "新": "心"}  # fmt: skip


def log(rng, size):
    """Return a log of contacts with the true problem of each, in column ``true``."""
    drawn = contacts(customers(max(size // 2, 200), rng), rng)
    frame = drawn["contacts"].assign(true=drawn["contact-truth"]["problem"])
    return frame.head(size).reset_index(drop=True)


def is_chinese(text):
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def misspelt(text, rng):
    """Mistype one sign in ten: dropped, doubled, swapped, or one that sounds alike."""
    signs = list(text)
    letters = [at for at, sign in enumerate(signs) if sign.isalpha()]
    if not letters:
        return text
    for at in rng.choice(letters, max(1, len(letters) // 10), replace=False).tolist():
        sign = signs[at]
        if sign in SOUNDS and rng.random() < 0.6:
            signs[at] = SOUNDS[sign]
        elif rng.random() < 0.4:
            signs[at] = ""
        elif rng.random() < 0.5 or at + 1 >= len(signs):
            signs[at] = sign * 2
        else:
            signs[at], signs[at + 1] = signs[at + 1], signs[at]
    return "".join(signs)


def mixed(problem, rng):
    """Tell a problem half in Chinese and half in English."""
    english, chinese = (str(rng.choice(words)) for words in (problem.english, problem.chinese))
    parts = [english, chinese]
    rng.shuffle(parts)
    return f"{parts[0]}，{parts[1]}"


def harden(frame, rng, share=0.4):
    """Make a share of texts harder; say how in ``kind``, and the second problem in ``other``."""
    frame = frame.copy()
    kinds = rng.choice(4, len(frame), p=[1 - share, share / 3, share / 3, share / 3])
    by_code = {problem.code: problem for problem in PROBLEMS}
    texts, others = [], []
    for text, true, kind in zip(frame["text"], frame["true"], kinds.tolist(), strict=True):
        other = None
        if kind == 1:
            text = misspelt(text, rng)
        elif kind == 2:
            text = mixed(by_code[true], rng)
        elif kind == 3:
            chinese = is_chinese(text)
            second = PROBLEMS[int(rng.integers(len(PROBLEMS)))]
            other = second.code
            words = str(rng.choice(second.chinese if chinese else second.english))
            text = f"{text}，还有{words}" if chinese else f"{text}. Also, {words}"
        texts.append(text)
        others.append(other)
    kind = np.array(KINDS, dtype=object)[kinds]
    return frame.assign(text=texts, kind=kind, other=others)
