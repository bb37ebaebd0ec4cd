from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cemlib.teach import sentences as say

numbers = some.floats(-1e7, 1e7)
decimals = some.integers(0, 6)


@given(numbers, decimals)
def test_a_number_read_back_is_the_number_rounded(value, digits):
    text = say.number(value, digits)
    read = float(text.replace("\u202f", "").replace("−", "-"))
    assert read == pytest.approx(value, abs=0.501 * 10**-digits)
    assert "-" not in text
    assert not (read == 0 and "−" in text)


@given(numbers, decimals)
def test_minus_only_changes_the_sign(value, digits):
    assert say.number(-value, digits).lstrip("−") == say.number(value, digits).lstrip("−")


@given(numbers, decimals)
def test_a_signed_number_says_its_direction(value, digits):
    text = say.signed(value, digits)
    assert text.lstrip("+") == say.number(value, digits)
    assert text.startswith("+") == (round(value, digits) > 0)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234567.5, 1, "1\u202f234\u202f567.5"),
        (2026, None, "2026"),
        (numpy.int64(12000), None, "12\u202f000"),
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
    assert say.number(value, digits) == text


def test_decimals_must_make_sense():
    with pytest.raises(ValueError, match="digits is -1"):
        say.number(1.0, -1)


@given(some.floats(0, 1))
def test_a_share_in_per_cent_lies_from_0_to_100(share):
    text = say.percent(share, 1)
    assert text.endswith("%")
    assert 0 <= float(text[:-1]) <= 100


def test_what_is_not_known_has_no_unit():
    assert say.percent(math.nan) == say.points(None) == say.number(None) == "not known"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1, None, "1 point"), (1.0, 1, "1.0 points"), (-1, None, "−1 point"), (0.04, 0, "0 points")],
)
def test_points(value, digits, text):
    assert say.points(value, digits) == text


@given(numbers, numbers, decimals)
def test_an_interval_names_both_ends_in_order(one, other, digits):
    low, high = min(one, other), max(one, other)
    assert say.interval(low, high, digits).split(" to ") == [
        say.number(low, digits),
        say.number(high, digits),
    ]
    if low < high:
        with pytest.raises(ValueError, match=r"low is .* at most high"):
            say.interval(high, low)


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
    assert say.interval(low, high) == text


@given(some.floats(0, 1))
def test_p_values_have_three_decimals_and_no_leading_zero(p):
    text = say.p_value(p)
    assert text[:3] in ("p =", "p <", "p >")
    assert len(text) == len("p = .123")
    if text[2] == "=":
        assert float(text[4:]) == pytest.approx(p, abs=0.0005001)


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_a_p_value_is_a_probability(p):
    with pytest.raises(ValueError, match="p is"):
        say.p_value(p)
    assert say.p_value(math.nan) == "p not known"


@given(some.lists(some.text("abc", min_size=1), min_size=1))
def test_a_listing_names_everything_once_and_in_order(words):
    assert say.join_words(words).replace(" and ", ", ").split(", ") == words
    assert say.join_words(words).count(" and ") == (len(words) > 1)


@given(some.integers(0, 10**9))
def test_plural_is_singular_for_one_only(count):
    text = say.plural(count, "customer")
    assert text.endswith("customers") == (count != 1)
    assert text.startswith("no ") == (count == 0)


def test_half_a_customer_is_refused():
    with pytest.raises(ValueError, match=r"count is 1\.5"):
        say.plural(1.5, "customer")


def test_prose_is_one_output_in_markdown(outputs_of):
    [output] = outputs_of(
        'prose(f"""\n    **Respect** is felt least.\n\n    - gap: {gap}\n""")',
        prose=say.prose,
        gap="3",
    )
    text = "**Respect** is felt least.\n\n- gap: 3"
    assert output.data == {"text/markdown": text, "text/plain": text}


def test_prose_says_something():
    with pytest.raises(ValueError, match=r"text is .* at least one word"):
        say.prose("  \n ")
