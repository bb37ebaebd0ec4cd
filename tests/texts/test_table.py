"""The table that people edit: merged, split, renamed, and refused where it contradicts itself."""

import io

import numpy as np
import pandas as pd
import pytest

from cemlib.texts import apply_table, find_themes, read_table, theme_csv, theme_table
from tests.texts.harder import log

TEXTS = ["no signal", "weak signal at home", "bill wrong", "账单不对", "refund the bill", "hello"]


def table(**columns):
    base = {
        "theme": ["T1", "T2", "T3"],
        "name": ["Signal", "Bill", "账单"],
        "phrases": ["signal=3", "bill=2.5; wrong", "账单"],
    }
    return pd.DataFrame(base | columns)


def labels(frame, texts=TEXTS):
    return apply_table(texts, frame).labels().tolist()


def test_texts_go_where_their_phrases_say():
    assert labels(table()) == ["T1", "T1", "T2", "T3", "T2", None]


def test_a_merged_row_counts_for_the_other():
    merged = apply_table(TEXTS, table(merge_into=[None, None, "T2"]))
    assert merged.ids == ("T1", "T2")
    assert merged.labels().tolist() == ["T1", "T1", "T2", "T2", "T2", None]
    assert merged.table["texts"].tolist() == [2, 3, 0]


def test_merging_along_a_chain_ends_at_its_end():
    assert labels(table(merge_into=["T2", "T3", ""]))[:3] == ["T3"] * 3


def test_a_text_in_two_languages_speaks_for_the_merged_theme_with_both():
    rows = table(phrases=["signal=2", "bill=1.2", "账单=1.2"])
    assert labels(rows, ["bill 账单 signal"]) == ["T1"]
    assert labels(rows.assign(merge_into=["", "", "T2"]), ["bill 账单 signal"]) == ["T2"]


def test_a_row_is_split_off_by_its_phrases():
    part = {"theme": "T9", "name": "Refund", "phrases": "refund", "split_from": "T2"}
    rows = pd.concat([table(), pd.DataFrame([part])], ignore_index=True)
    assert labels(rows) == ["T1", "T1", "T2", "T3", "T9", None]
    assert labels(rows, ["refund"]) == ["T9"]  # what speaks for a part speaks for its whole
    assert labels(rows, ["refund, no signal"]) == ["T9"]


def test_names_and_owners_are_those_of_the_table():
    themes = apply_table(TEXTS, table(owner=["Network", None, "Billing"]))
    assert themes.names["T1"] == "Signal"
    assert themes.owners == {"T1": "Network", "T2": "", "T3": "Billing"}


def test_the_second_theme_of_a_text_is_told():
    themes = apply_table(["signal and bill"], table())
    assert (themes.ids[themes.theme[0]], themes.ids[themes.second[0]]) == ("T1", "T2")


@pytest.mark.parametrize(
    ("columns", "row", "column", "cure"),
    [
        ({"theme": ["T1", "", "T3"]}, 3, "theme", "give the row an id"),
        ({"theme": ["T1", "T2", "T1"]}, 4, "theme", "also row 2"),
        ({"name": ["Signal", None, "x"]}, 3, "name", "write what the theme is about"),
        ({"name": ["Signal", "Bill", "Bill"]}, 4, "name", "rename one, or merge"),
        ({"merge_into": ["T7", "", ""]}, 2, "merge_into", "no theme of the table"),
        ({"merge_into": ["T1", "", ""]}, 2, "merge_into", "the row itself"),
        ({"merge_into": ["T2", "T1", ""]}, 2, "merge_into", "break the chain"),
        ({"merge_into": ["T2", "", ""], "split_from": ["T3", "", ""]}, 2, "merge_into", "at once"),
        ({"split_from": ["", "T1", "T2"]}, 4, "split_from", "itself a part"),
        ({"split_from": ["", "T1", ""], "merge_into": ["", "", "T2"]}, 4, "merge_into", "part"),
        ({"split_from": ["", "T1", "T1"], "phrases": ["signal", "weak", "weak"]}, 4, "phrases",
         "leave it in one"),
        ({"merge_into": ["T2", "", ""], "owner": ["a", "b", ""]}, 2, "owner", "one owner"),
        ({"phrases": ["signal", " ; ", "账单"]}, 3, "phrases", "at least one phrase"),
        ({"phrases": ["signal=x", "bill", "账单"]}, 2, "phrases", "no weight"),
        ({"phrases": ["signal=nan", "bill", "账单"]}, 2, "phrases", "no weight"),
        ({"phrases": ["signal=-1", "bill", "账单"]}, 2, "phrases", "no weight"),
        ({"phrases": ["signal; Signal", "bill", "账单"]}, 2, "phrases", "twice"),
        ({"phrases": ["no. 5!", "bill", "账单"]}, 2, "phrases", "is no phrase"),
    ],
)  # fmt: skip
def test_a_contradiction_names_row_column_and_cure(columns, row, column, cure):
    with pytest.raises(ValueError, match=f"row {row}, column {column}: .*{cure}"):
        read_table(table(**columns))


def test_all_contradictions_are_told_at_once():
    with pytest.raises(ValueError, match=r"row 2, column name(.|\n)*row 4, column phrases"):
        read_table(table(name=["", "b", "c"], phrases=["signal", "bill", ""]))


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="'phrases'"):
        read_table(table().drop(columns="phrases"))


def test_a_table_survives_a_spreadsheet():
    rows = table(name=["=cmd|x", "-1", "@a"], owner=["+1", "", ""])
    themes = apply_table(TEXTS, rows)
    text = theme_csv(theme_table(themes))
    assert not [line for line in text.splitlines() if line[0] in "=+-@" or ",=" in line]
    back = apply_table(TEXTS, pd.read_csv(io.StringIO(text)))
    assert back.table["name"].tolist() == ["=cmd|x", "-1", "@a"]
    np.testing.assert_array_equal(back.theme, themes.theme)


def test_next_month_has_the_same_themes_as_this_one():
    rng = np.random.default_rng(2)
    first, later = log(rng, 1500), log(rng, 1500)
    themes = find_themes(first["text"], rng)
    file = theme_csv(theme_table(themes))
    after = apply_table(later["text"], pd.read_csv(io.StringIO(file)))
    assert after.ids == themes.ids
    assert after.names == themes.names
    known = dict(zip(first["text"], themes.theme, strict=True))
    both = [
        (known[t], now) for t, now in zip(later["text"], after.theme, strict=True) if t in known
    ]
    assert len(both) > 100
    assert all(before == now for before, now in both)
