from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cemlib import formats

numbers = some.floats(-1e7, 1e7)
decimals = some.integers(0, 6)


@given(numbers, decimals)
def test_a_number_read_back_is_the_number_rounded(value, digits):
    text = formats.number(value, digits)
    read = float(text.replace(",", "").replace("−", "-"))
    assert read == pytest.approx(value, abs=0.501 * 10**-digits)
    assert "-" not in text
    assert not (read == 0 and "−" in text)


@given(numbers, decimals)
def test_minus_only_changes_the_sign(value, digits):
    assert formats.number(-value, digits).lstrip("−") == formats.number(value, digits).lstrip("−")


@given(numbers, decimals)
def test_a_signed_number_says_its_direction(value, digits):
    text = formats.signed(value, digits)
    assert text.lstrip("+") == formats.number(value, digits)
    assert text.startswith("+") == (round(value, digits) > 0)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234567.5, 1, "1,234,567.5"),
        (999, None, "999"),
        (1000, None, "1,000"),
        (-1483.2, 0, "−1,483"),
        (numpy.int64(12000), None, "12,000"),
        (numpy.float64(2), None, "2.0"),
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (math.nan, 1, "not known"),
        (None, 1, "not known"),
        (math.inf, 1, "no limit"),
        (-math.inf, 1, "no lower limit"),
    ],
)
def test_numbers_in_print(value, digits, text):
    assert formats.number(value, digits) == text


def test_decimals_must_make_sense():
    with pytest.raises(ValueError, match="digits is -1"):
        formats.number(1.0, -1)


@given(some.floats(0, 1))
def test_a_share_in_per_cent_lies_from_0_to_100(share):
    text = formats.percent(share, 1)
    assert text.endswith("%")
    assert 0 <= float(text[:-1]) <= 100


def test_what_is_not_known_has_no_unit():
    assert formats.percent(math.nan) == formats.points(None) == formats.number(None) == "not known"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1, None, "1 point"), (1.0, 1, "1.0 points"), (-1, None, "−1 point"), (0.04, 0, "0 points")],
)
def test_points(value, digits, text):
    assert formats.points(value, digits) == text


@given(numbers, numbers, decimals)
def test_an_interval_names_both_ends_in_order(one, other, digits):
    low, high = min(one, other), max(one, other)
    assert formats.interval(low, high, digits).split(" to ") == [
        formats.number(low, digits),
        formats.number(high, digits),
    ]
    if low < high:
        with pytest.raises(ValueError, match=r"low is .* at most high"):
            formats.interval(high, low)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, 3, "at most 3"),
        (2.5, math.inf, "at least 2.5"),
        (math.nan, None, "not known"),
        (-math.inf, math.inf, "not known"),
    ],
)
def test_open_intervals(low, high, text):
    assert formats.interval(low, high) == text


@given(some.floats(0, 1))
def test_p_values_have_three_decimals_and_no_leading_zero(p):
    text = formats.p_value(p)
    assert text[:3] in ("p =", "p <", "p >")
    assert len(text) == len("p = .123")
    if text[2] == "=":
        assert float(text[4:]) == pytest.approx(p, abs=0.0005001)


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_a_p_value_is_a_probability(p):
    with pytest.raises(ValueError, match="p is"):
        formats.p_value(p)
    assert formats.p_value(math.nan) == "p not known"


@given(some.lists(some.text("abc", min_size=1), min_size=1))
def test_a_list_in_words_names_everything_once_and_in_order(words):
    assert formats.join_words(words).replace(" and ", ", ").split(", ") == words
    assert formats.join_words(words).count(" and ") == (len(words) > 1)


@given(some.integers(0, 10**9))
def test_plural_is_singular_for_one_only(count):
    text = formats.plural(count, "customer")
    assert text.endswith("customers") == (count != 1)
    assert text.startswith("no ") == (count == 0)


def test_half_a_customer_is_refused():
    with pytest.raises(ValueError, match=r"count is 1\.5"):
        formats.plural(1.5, "customer")
