"""Names of lines beside their ends: apart from one another, inside the axes, in order."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.plot.marks import name_lines
from cemlib.plot.style import canvas

GAP = 0.07


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=8), st.booleans())
def test_names_of_lines_are_apart_and_inside(ends, logarithmic):
    with canvas(4, 3, alt="Lines.") as (_, axes):
        for at, end in enumerate(ends):
            axes.plot([1, 2], [50, end + 1], label=f"line {at}")
        axes.plot([1, 2], [1, 2], label="_without a name")
        if logarithmic:
            axes.set_yscale("log")
        axes.set_ylim(1, 101)
        name_lines(axes, GAP)
    heights = [next(t.xy[1] for t in axes.texts if t.get_text() == f"line {at}")
               for at in range(len(ends))]  # fmt: skip
    assert len(axes.texts) == len(ends)
    ordered = sorted(heights)
    assert ordered[0] >= 0
    assert ordered[-1] <= 1
    assert all(high - low >= GAP - 1e-9 for low, high in pairwise(ordered))
    pairs = sorted(zip(ends, heights, strict=True))
    assert all(b[0] == a[0] or b[1] > a[1] for a, b in pairwise(pairs))
