import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib import checks


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6), st.floats(0, 1e6))
def test_between_accepts_exactly_the_interval(value, below, above):
    low, high = value - below, value + above
    assert checks.between("x", value, low, high) == value
    outside = np.nextafter(high, np.inf)
    with pytest.raises(ValueError, match="x is"):
        checks.between("x", float(outside), low, high)


@pytest.mark.parametrize("value", [True, "3", None, float("nan"), np.bool_(True), 1 + 2j])
def test_between_refuses_what_is_no_number(value):
    with pytest.raises(ValueError, match=r"budget is .* must be a number"):
        checks.between("budget", value)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, np.inf, "a number of at least 0"),
        (-np.inf, 1, "a number of at most 1"),
        (0, 1, "a number from 0 to 1"),
        (-np.inf, np.inf, "a number"),
    ],
)
def test_between_says_what_would_do(low, high, words):
    with pytest.raises(ValueError, match=f"must be {words}$"):
        checks.between("share", "x", low, high)


def test_one_of_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'median'"):
        checks.one_of("cut", "medain", ("mean", "median"))


def test_long_values_are_cut_in_messages():
    with pytest.raises(ValueError, match="…") as caught:
        checks.one_of("cut", "x" * 10_000, ("mean",))
    assert len(str(caught.value)) < 200


def test_matrix_and_vector_name_the_place_of_a_hole():
    with pytest.raises(ValueError, match="row 1, column 0"):
        checks.matrix("items", [[1, 2], [np.nan, 3]])
    with pytest.raises(ValueError, match="row 2"):
        checks.vector("overall", [1, 2, np.inf])


def test_matrix_refuses_text_and_shape():
    with pytest.raises(ValueError, match="table of numbers"):
        checks.matrix("items", [["a"]])
    with pytest.raises(ValueError, match="at least 3 rows and 2 columns"):
        checks.matrix("items", [[1, 2]], rows=3, columns=2)
    with pytest.raises(ValueError, match="sequence of numbers"):
        checks.vector("overall", ["a"])
