"""What could identify a person is masked in texts that are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.texts import mask
from cemlib.texts.masking import MASK


@pytest.mark.parametrize(
    "secret",
    [
        "13800138000",
        "138-0013-8000",
        "138 0013 8000",
        "+86 (10) 6552 9988",
        "１３８００１３８０００",
        "11010519491231002X",
        "6222 0200 1111 2222 333",
        "li.lei+x@mail.example.com",
        "wang_fang@example.cn",
        "C0001932",
        "AB12CD34",
        "幺三八零零幺三八零零零",
        "13\u200b800138000",
    ],
)
@pytest.mark.parametrize("around", ["{}", "打{}，谢谢", "call {} please", "({})", "号码{}没人接"])
def test_numbers_and_addresses_are_masked(secret, around):
    shown = mask(around.format(secret))
    assert MASK in shown
    assert not any(sign.isdigit() for sign in shown)
    assert "@" not in shown
    assert "零" not in shown


@pytest.mark.parametrize(
    "text", ["38元没有退", "二十五元", "5G and wifi6 since 2025", "floor 12, line 3", "一二三线"]
)
def test_amounts_and_short_numbers_stay(text):
    assert mask(text) == text


@given(st.text())
def test_a_masked_text_has_one_line_and_no_long_number(text):
    shown = mask(text)
    assert "\n" not in shown
    assert not any(len(run) >= 6 for run in _digit_runs(shown))
    assert mask(shown) == shown


def _digit_runs(text):
    run = ""
    for sign in text + " ":
        if sign.isdecimal():
            run += sign
        elif run:
            yield run
            run = ""
