"""What could identify a person is masked in texts that are shown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib import catalogue
from cemlib.data.problems import DataError
from cemlib.masking import MASK, mask


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


def identity(rng):
    """Return a Chinese identity number with its check digit (GB 11643)."""
    body = f"{rng.choice(['110105', '440306', '510104'])}19{rng.integers(50, 99)}"
    body += f"{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}{rng.integers(0, 1000):03d}"
    weights = [2 ** (17 - at) % 11 for at in range(17)]
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + "10X98765432"[rest]


def card(rng):
    """Return a bank-card number with its check digit (Luhn)."""
    body = "6222" + "".join(map(str, rng.integers(0, 10, 14)))
    doubled = [int(digit) * (1 + (at % 2 == 0)) for at, digit in enumerate(reversed(body))]
    number = body + str(-sum(each - 9 * (each > 9) for each in doubled) % 10)
    return " ".join(number[at : at + 4] for at in range(0, 19, 4)) if rng.random() < 0.5 else number


def mobile(rng):
    """Return a mobile number, as people write it."""
    digits = "13" + "".join(map(str, rng.integers(0, 10, 9)))
    forms = ["{}{}{}", "{}-{}-{}", "{} {} {}", "+86 {} {} {}", "(+86){}{}{}"]
    return str(rng.choice(forms)).format(digits[:3], digits[3:7], digits[7:])


def landline(rng):
    """Return a number of a fixed line, at home or abroad."""
    tail = "".join(map(str, rng.integers(1, 10, 8)))
    forms = ["010-{}", "(0755) {}", "+44 20 {}", "021 {}"]
    return str(rng.choice(forms)).format(tail)


def email(rng):
    """Return an e-mail address."""
    names = ["li.lei", "wang_fang88", "j.o'neil", "ann+bills"]
    return f"{rng.choice(names)}@{rng.choice(['example.com', 'mail.example.cn'])}"


def plate(rng):
    """Return a Chinese number plate, also a green one."""
    body = "".join(rng.choice(list("ABCDEFGHJKLMNP0123456789"), rng.choice([5, 6])))
    return f"{rng.choice(list('京粤沪川'))}{rng.choice(list('ABCE'))}{rng.choice(['', '·'])}{body}"


PERSONAL = (identity, card, mobile, landline, email, plate)
HARMLESS = (
    "38元", "1,200 CNY", "99.5%", "19:05", "2026", "5G", "wifi6", "3.5 hours", "第12次", "10GB",
    "€45.90", "3天", "room 1204", "10086", "第3期", "90000",
)  # fmt: skip
AROUND = ("我的{}，请回复", "call me: {} please", "({})", "是{}吗？", "it is {}.", "号码 {}")


def test_recall_and_precision_on_generated_texts():
    """Of 3,000 personal items none is left; of as many harmless ones none is masked."""
    rng = np.random.default_rng(20)
    missed, lost = [], []
    for _ in range(500):
        for make in PERSONAL:
            text = str(rng.choice(AROUND)).format(make(rng))
            shown = mask(text)
            missed += [text] if MASK not in shown or _long(shown) else []
        for _ in PERSONAL:
            text = str(rng.choice(AROUND)).format(rng.choice(HARMLESS))
            lost += [text] if MASK in mask(text) else []
    assert missed == []
    assert lost == []


def _long(text):
    """Return whether four digits in a row are left."""
    return any(len(run) >= 4 for run in _digit_runs(text))


@pytest.mark.parametrize("make", PERSONAL, ids=lambda make: make.__name__)
def test_a_refusal_quotes_a_masked_value(make, tmp_path):
    """Whatever stands in a cell by mistake, the message tells where it is, not what it is."""
    rng = np.random.default_rng(21)
    secret = make(rng)
    file = tmp_path / "contacts.csv"
    frame = pd.read_csv(catalogue.path("contacts"), nrows=20, dtype=str)
    frame.loc[7, "score"] = secret
    frame.to_csv(file, index=False)
    with pytest.raises(DataError) as refused:
        catalogue.load("contacts", file)
    assert "row 9, score" in str(refused.value)
    assert MASK in str(refused.value)
    assert secret not in str(refused.value)
