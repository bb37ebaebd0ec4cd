"""Phrases are whole words of the texts' own language."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.texts.phrases import LENGTH, MOST, Matcher, find_phrases, is_phrase, normalise, writing


def test_a_word_inside_a_longer_one_is_no_phrase():
    texts = [
        f"{a}增值业务{b}" for a in ("取消", "开通", "退订", "查询") for b in ("费", "吧", "扣钱")
    ]
    found = find_phrases(texts)
    assert "增值业务" in found
    assert not {"值业", "增值业", "值业务"} & set(found)


def test_two_english_words_that_always_stand_together_are_one_phrase():
    texts = [f"the sim card {verb}" for verb in ("failed", "broke", "vanished", "stopped")]
    texts += [f"my {kind} phone broke" for kind in ("old", "new", "red", "blue")]
    found = find_phrases(texts)
    assert "sim card" in found
    assert not {"sim", "card", "the sim card", "the"} & set(found)


def test_a_phrase_is_counted_once_a_text_and_as_often_as_the_text_was_written():
    assert find_phrases(["bill bill bill", "bill"], [2, 5], 3)["bill"] == 7


def test_account_numbers_and_addresses_give_no_phrase():
    texts = [f"C0001932 li@example.com 13800138000 {word}" for word in ("a1b2c3d4", "bill", "line")]
    assert not find_phrases([normalise(text) for text in texts])


@pytest.mark.parametrize("text", ["", "😀😀", "12345", "…！？", "\ud800", "\x00"])
def test_a_text_without_words_has_no_writing(text):
    assert writing(normalise(text)) is None
    assert Matcher(["bill", "账单"]).find(normalise(text)) == []


def test_a_long_text_is_read_in_bounded_time():
    for sign in ("a", "a ", "账", "1", "a1", "周", "@", "一", "\u0301"):
        text = sign * 1_000_000
        short = normalise(text)
        assert len(short) <= 4 * LENGTH
        find_phrases([short, short + "x"], minimum=1)


@given(st.lists(st.text(alphabet="ab 宽带断了，.", max_size=30), max_size=12))
def test_what_is_found_is_in_the_texts_that_are_counted(texts):
    texts = sorted({normalise(text) for text in texts})
    found = find_phrases(texts, minimum=2)
    matcher = Matcher(found)
    held = [matcher.find(text) for text in texts]
    for number, (phrase, count) in enumerate(found.items()):
        assert is_phrase(phrase)
        assert sum(number in row for row in held) >= count


def test_phrases_of_long_texts_without_sense_are_bounded():
    signs = [chr(0x4E00 + number) for number in range(40)]
    rng = np.random.default_rng(1)
    texts = ["".join(rng.choice(signs, LENGTH)) for _ in range(150)]
    found = find_phrases(texts)
    assert len(found) == MOST
    assert list(found) == sorted(found)
