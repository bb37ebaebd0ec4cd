"""Themes of texts: sensible in odd cases, the same in every run, and kept by their table."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from cemlib.texts import apply_table, find_themes, propose_themes, theme_table
from tests.texts.harder import log


@pytest.fixture(scope="module")
def texts():
    return log(np.random.default_rng(7), 1500)["text"]


@pytest.fixture(scope="module")
def themes(texts):
    return find_themes(texts, np.random.default_rng(1))


def same(first, second):
    pd.testing.assert_frame_equal(first.table, second.table)
    for name in ("theme", "second", "weight", "second_weight"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_the_same_texts_and_seed_give_the_same_themes(texts, themes):
    with threadpool_limits(2):
        same(themes, find_themes(texts, np.random.default_rng(1)))


def test_the_order_of_texts_does_not_matter(texts, themes):
    order = np.random.default_rng(3).permutation(len(texts))
    other = find_themes(texts.iloc[order], np.random.default_rng(1))
    pd.testing.assert_frame_equal(other.table, themes.table)
    np.testing.assert_array_equal(other.theme, themes.theme[order])


def test_the_table_gives_the_same_themes_again(texts, themes):
    same(themes, apply_table(texts, theme_table(themes)))


def test_shares_and_counts_are_of_all_texts(texts, themes):
    table = themes.table
    assert table["texts"].sum() == (themes.theme >= 0).sum()
    np.testing.assert_allclose(table["share"], table["texts"] / len(texts))
    assert table["texts"].is_monotonic_decreasing
    assert table["texts"].min() > 0
    assert table["name"].is_unique


def test_typical_texts_are_of_their_theme(texts, themes):
    typical = apply_table(themes.table["typical"], themes.table)
    assert typical.labels().tolist() == themes.table["theme"].tolist()


def test_identical_texts_are_one_theme():
    found = find_themes(["The bill is wrong, charged twice"] * 4000, np.random.default_rng(1))
    assert found.table["texts"].tolist() == [4000]


def test_one_word_texts_are_themes_of_their_words():
    words = ["bill"] * 30 + ["signal"] * 20 + ["账单"] * 40 + ["👍"] * 10 + [None, ""]
    found = find_themes(words, np.random.default_rng(1))
    assert sorted(found.table["name"]) == ["bill", "signal", "账单"]
    assert (found.theme[-12:] == -1).all()


def test_texts_that_fit_nowhere_stay_apart(texts):
    strange = ["zebra crossing quickly", "😀", "123456789", "", "Ωμέγα", "乌龟晒太阳"]
    found = find_themes([*texts, *strange], np.random.default_rng(1))
    assert (found.theme[-len(strange) :] == -1).all()


@pytest.mark.parametrize("texts", [[], ["a", "b", "c"], ["😀"] * 500, [None] * 50, ["123"] * 99])
def test_too_few_texts_with_words_are_refused(texts):
    with pytest.raises(ValueError, match="at least 20 are needed"):
        find_themes(texts, np.random.default_rng(1))


def test_huge_texts_are_read_at_their_beginning():
    huge = ["bill is wrong " * 70_000, "signal is weak " * 70_000]
    small = ["the bill is wrong", "my bill was wrong", "signal weak", "a weak signal"] * 8
    found = find_themes([*small, *huge], np.random.default_rng(1), 2)
    assert found.theme[-2] == found.theme[0]
    assert found.theme[-1] == found.theme[2]
    assert found.table["typical"].str.len().max() <= 200


def test_hostile_texts_neither_fail_nor_show_numbers():
    hostile = [
        "=HYPERLINK(1) bill 13800138000",
        "<script>bill</script>",
        "bill\x1b[2J",
        "\ud800 bill",
    ]
    found = find_themes(hostile * 10, np.random.default_rng(1))
    assert not found.table.astype(str).apply(lambda c: c.str.contains("13800138000")).any().any()


def test_progress_ends_with_all_texts(texts):
    calls = []
    find_themes(texts, np.random.default_rng(1), 5, progress=lambda *args: calls.append(args))
    assert calls[-1] == (texts.nunique(), texts.nunique())


def test_new_themes_are_proposed_among_texts_that_fit_nowhere(texts, themes):
    places, words = ("shop", "mall", "station"), ("fix the chairs", "chairs wobble", "bad chairs")
    new = [f"chairs at the {place} are broken, {word}" for place in places for word in words] * 5
    everything = [*texts, *new]
    before = apply_table(everything, themes.table)
    table = propose_themes(everything, before, np.random.default_rng(1))
    added = table.iloc[len(themes.table) :]
    assert len(added)
    assert set(added["status"]) == {"proposed"}
    assert added["name"].str.contains("chairs").any()
    assert not set(added["theme"]) & set(themes.table["theme"])
    after = apply_table(everything, table)
    assert (after.theme[-len(new) :] >= 0).mean() > 0.9
    kept = before.theme >= 0
    assert (after.theme[kept] == before.theme[kept]).mean() > 0.98


def test_nothing_is_proposed_among_few(texts, themes):
    pd.testing.assert_frame_equal(
        propose_themes(texts, themes, np.random.default_rng(1)), themes.table
    )


def test_the_number_of_themes_can_be_set(texts):
    assert len(find_themes(texts, np.random.default_rng(1), 4).ids) <= 8
    with pytest.raises(ValueError, match="number is 0"):
        find_themes(texts, np.random.default_rng(1), 0)
