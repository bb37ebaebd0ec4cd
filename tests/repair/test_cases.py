"""Merging: held to its definition by brute force, to laws, and to reference libraries."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.cluster import pair_confusion_matrix

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.repair import similarity
from cemlib.studies.repair.agreement import (
    MEASURES,
    agreement_estimates,
    agreement_table,
    sensitivity,
)
from cemlib.studies.repair.cases import (
    Merger,
    case_table,
    example_week,
    merge_contacts,
    merge_methods,
)
from cemlib.studies.repair.similarity import in_order, pairs_near, text_links

DAY = pd.Timedelta(days=1)
TEXTS = (
    "the bill is wrong again",
    "my bill is wrong",
    "宽带断了，上不了网",
    "家里宽带又断网了",
    "",
    None,
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.integers(0, 40),
        st.sampled_from(["bill", "net", None]),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=14,
)
partitions = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30).map(
    lambda pairs: tuple(map(list, zip(*pairs, strict=True)))
)


def frame_of(content):
    frame = pd.DataFrame(content, columns=["customer", "quarter", "problem", "text"]).astype(
        {"customer": "str", "problem": "str", "text": "str"}
    )
    frame["time"] = pd.Timestamp("2026-03-01", tz="Asia/Shanghai") + frame["quarter"] * DAY / 4
    frame["contact"] = [f"K{number}" for number in range(len(frame))]
    return frame


def cosines(frame):
    """All similarities, by the definition in the docstring, from another implementation."""
    has_text = frame["text"].fillna("").str.strip() != ""
    similarities = np.zeros((len(frame), len(frame)))
    if has_text.any():
        vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True)
        grams = vectors.fit_transform(frame["text"][has_text])
        similarities[np.ix_(has_text, has_text)] = (grams @ grams.T).toarray()
    return similarities


def by_brute_force(frame, window, minimum, by):
    """Merge by looking at every pair, the most similar first."""
    equal = cosines(frame)
    label = list(range(len(frame)))
    code = [None if pd.isna(each) else each for each in frame["problem"]]

    def near(i, j):
        same = frame["customer"][i] == frame["customer"][j] and pd.notna(frame["customer"][i])
        return same and abs(frame["time"][i] - frame["time"][j]) <= window * DAY

    def join(i, j):
        old, new = label[j], label[i]
        label[:] = [new if each == old else each for each in label]

    pairs = [pair for pair in combinations(range(len(frame)), 2) if near(*pair)]
    if by != "text":
        for i, j in pairs:
            if code[i] is not None and code[i] == code[j]:
                join(i, j)
    if by != "code":
        links = [p for p in pairs if equal[p] >= minimum]
        if by == "both":
            links = [(i, j) for i, j in links if code[i] is None or code[j] is None]
        order = {row: index for index, row in enumerate(in_order(frame)[2])}
        by_time = {pair: sorted(pair, key=order.get) for pair in links}
        links.sort(key=lambda p: (-equal[p], order[by_time[p][1]], order[by_time[p][0]]))
        for i, j in links:
            codes = {code[k] for k in range(len(frame)) if label[k] in (label[i], label[j])}
            if by == "text" or len(codes - {None}) < 2:
                join(i, j)
    return label


def same_partition(one, other):
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from([0.0, 1.0, 3.0]), st.sampled_from(["code", "text", "both"]))
def test_merging_is_what_looking_at_every_pair_gives(content, window, by):
    frame = frame_of(content)
    merged = merge_contacts(frame, window_days=window, by=by, similarity=0.2)
    assert same_partition(merged.case.tolist(), by_brute_force(frame, window, 0.2, by))


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(content, random):
    frame = frame_of(content)
    shuffled = frame.sample(frac=1, random_state=random.randrange(1000))
    case = merge_contacts(shuffled).case
    pd.testing.assert_series_equal(case.loc[frame.index], merge_contacts(frame).case)


@settings(max_examples=60, deadline=None)
@given(rows, st.data())
def test_recall_never_falls_as_the_window_or_the_likeness_is_widened(content, data):
    frame = frame_of(content)
    truth = data.draw(st.lists(st.integers(0, 3), min_size=len(frame), max_size=len(frame)))
    for by in ("code", "text"):
        table = sensitivity(frame, truth, [0.5, 1, 2, 5], [0.3, 0.2, 0.1], by=by)
        recall = table["pair_recall"].to_numpy().reshape(4, 3)
        assert (np.diff(recall, axis=0) >= 0).all()
        assert (np.diff(recall, axis=1) >= 0).all()


def test_contacts_without_a_customer_are_counted_and_never_merged():
    frame = frame_of([(None, 0, "bill", TEXTS[0])] * 5 + [("a", 0, "bill", TEXTS[0])] * 2)
    merged = merge_contacts(frame)
    assert merged.without_customer == 5
    assert merged.cases == 6
    assert merged.calls_saved == 1


def test_a_contact_that_stands_there_twice_is_one():
    frame = frame_of([("a", 0, "bill", None), ("a", 9, "net", None), (None, 0, None, None)])
    doubled = pd.concat([frame, frame], ignore_index=True)
    merged = merge_contacts(doubled)
    assert (merged.contacts, merged.repeated, merged.without_customer) == (3, 3, 1)
    assert merged.case.tolist() == merge_contacts(frame).case.tolist() * 2
    assert case_table(doubled, merged.case)["contacts"].tolist() == [1, 1, 1]


def test_a_gap_of_just_the_window_is_within_it():
    frame = frame_of([("a", 0, "bill", None), ("a", 12, "bill", None)])
    assert merge_contacts(frame, window_days=3).cases == 1
    frame.loc[1, "time"] += pd.Timedelta(microseconds=1)
    assert merge_contacts(frame, window_days=3).cases == 2


def test_a_contact_between_two_codes_goes_to_the_more_similar_one():
    content = [
        ("a", 0, "bill", "the bill is wrong and too high"),
        ("a", 1, None, "again the bill is wrong and too high, and the network is down"),
        ("a", 2, "net", "the network is down"),
    ]
    merged = merge_contacts(frame_of(content), similarity=0.1)
    assert merged.case.tolist() == ["a-01", "a-01", "a-02"]
    apart = merge_contacts(frame_of(content), by="text", similarity=0.1)
    assert apart.cases == 1  # codes are not looked at


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"problem": ["x"], "text": ["y"]}, ("code", "text", "both")),
        ({"problem": ["x"]}, ("code",)),
        ({"problem": [None], "text": ["y"]}, ("text",)),
        ({"customer": ["a"]}, ("time",)),
    ],
)
def test_contacts_are_merged_by_what_they_contain(columns, expected):
    assert merge_methods(pd.DataFrame(columns)) == expected


def test_cases_are_named_by_customer_and_order_of_first_contact():
    frame = frame_of([("b", 30, "net", None), ("b", 0, "bill", None), ("a", 5, "net", None)])
    assert merge_contacts(frame, by="code").case.tolist() == ["b-02", "b-01", "a-01"]


def test_similarity_is_that_of_another_implementation(rng):
    words = ["宽带", "断了", "bill", "wrong", "上不了网", "slow", "again", "账单"]
    texts = [" ".join(rng.choice(words, rng.integers(1, 6))) for _ in range(60)]
    frame = frame_of([("a", 0, None, text) for text in texts])
    links = text_links(frame, lowest=1e-9)
    first, second = pairs_near(*in_order(frame), 3.0)
    expected = cosines(frame)[first, second]
    positive = expected > 1e-9
    np.testing.assert_allclose(links.similarity, expected[positive], atol=1e-6)
    assert (links.first == first[positive]).all()


def test_pairs_grow_with_contacts_and_not_with_their_square():
    for count in (500, 5000):
        same = np.zeros(count, dtype=np.int64)
        first, second = pairs_near(same, np.arange(count), np.arange(count), 3.0)
        assert len(first) <= similarity.COMPARED * count
        assert (second - first).max() == similarity.COMPARED


def test_chunks_give_what_one_piece_gives_and_progress_reaches_the_end(monkeypatch):
    frame = frame_of(
        [(customer, day, None, TEXTS[day % 4]) for customer in "ab" for day in range(12)]
    )
    whole = text_links(frame)
    monkeypatch.setattr(similarity, "_CHUNK", 5)
    calls = []
    parts = text_links(frame, progress=lambda done, total: calls.append((done, total)))
    np.testing.assert_allclose(parts.similarity, whole.similarity)
    assert (parts.second == whole.second).all()
    assert calls[-1] == (24, 24)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_the_table_of_cases():
    frame = frame_of(
        [
            ("a", 4, "net", None),
            ("a", 0, "bill", None),
            ("a", 1, "bill", None),
            ("b", 0, None, None),
        ]
    ).assign(channel=["shop", "wechat", "shop", "hotline"], score=[2, np.nan, 4, np.nan])
    table = case_table(frame, pd.Series(["a-01", "a-01", "a-01", "b-01"]))
    assert table["problem"].tolist()[0] == "bill"
    assert table["channels"].tolist() == ["wechat > shop", "hotline"]
    assert table["contacts"].tolist() == [3, 1]
    assert table["score"].tolist()[0] == 2
    assert table["first"][0] == frame["time"][1]
    assert table["last"][0] == frame["time"][0]
    assert pd.isna(table["problem"][1])


def test_the_example_week_is_of_one_customer_and_within_its_days():
    frame = frame_of(
        [("a", 0, "bill", None), ("a", 1, "bill", None), ("a", 2, "net", None),
         ("a", 40, "x", None),
         ("b", 0, "net", None), ("b", 1, "net", None), (None, 0, "net", None)]
    ).assign(channel=["shop", "wechat", "shop", "shop", "shop", "shop", "shop"])  # fmt: skip
    week = example_week(frame, merge_contacts(frame).case)
    assert week["contact"].tolist() == ["K0", "K1", "K2"]


@given(partitions)
def test_agreement_is_what_counting_pairs_gives(parts):
    truth, merged_as = parts
    values = dict(zip(MEASURES, agreement_estimates(truth, merged_as).values, strict=True))
    (_, false), (missed, good) = pair_confusion_matrix(truth, merged_as)
    assert values["pair_precision"] == pytest.approx(good / (good + false) if good + false else 1)
    assert values["pair_recall"] == pytest.approx(good / (good + missed) if good + missed else 1)
    truth, merged_as = np.array(truth), np.array(merged_as)
    both = [((truth == truth[i]) & (merged_as == merged_as[i])).sum() for i in range(len(truth))]
    precise = np.mean([n / (merged_as == merged_as[i]).sum() for i, n in enumerate(both)])
    recalled = np.mean([n / (truth == truth[i]).sum() for i, n in enumerate(both)])
    assert values["b3_precision"] == pytest.approx(precise)
    assert values["b3_recall"] == pytest.approx(recalled)


@given(partitions)
def test_perfect_merging_is_one_and_exchanging_truth_exchanges_the_measures(parts):
    truth, merged_as = parts
    assert agreement_estimates(truth, truth).values.tolist() == [1, 1, 1, 1]
    one, other = (
        agreement_estimates(truth, merged_as).values,
        agreement_estimates(merged_as, truth).values,
    )
    np.testing.assert_allclose(one, other[[1, 0, 3, 2]])


def test_resampled_agreement_is_that_of_the_resampled_customers(rng):
    customer = np.repeat(np.arange(30), 4)
    truth = [f"{c}-{k}" for c, k in zip(customer, rng.integers(0, 2, 120), strict=True)]
    merged_as = [f"{c}-{k}" for c, k in zip(customer, rng.integers(0, 2, 120), strict=True)]
    weights = bootstrap_weights(30, 5, rng)
    draws = agreement_estimates(truth, merged_as, clusters=customer, weights=weights).draws
    for row, counts in enumerate(weights.astype(int)):
        copies = [(i, k) for i in range(120) for k in range(counts[customer[i]])]
        again = [[f"{k}:{part[i]}" for i, k in copies] for part in (truth, merged_as)]
        np.testing.assert_allclose(draws[row], agreement_estimates(*again).values)


def test_sensitivity_is_merging_again_and_again():
    content = [(c, q, p, TEXTS[q % 4]) for c in "ab" for q in range(9) for p in ("x", None)]
    frame, truth = frame_of(content), [f"{c}{q // 3}" for c, q, _, _ in content]
    table = sensitivity(frame, truth, [1, 3], [0.1, 0.4])
    for row in table.itertuples():
        merged = merge_contacts(frame, window_days=row.window_days, similarity=row.similarity)
        again = agreement_table(truth, {"": merged}).iloc[0]
        assert (row.cases, row.calls_saved) == (again["cases"], again["calls_saved"])
        assert row.pair_f1 == pytest.approx(again["pair_f1"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"window_days": -1}, "window_days is -1"),
        ({"similarity": 0}, "similarity is 0"),
        ({"by": "codes"}, "did you mean 'code'"),
    ],
)
def test_refuses_parameters(change, message):
    with pytest.raises(ValueError, match=message):
        merge_contacts(frame_of([("a", 0, "x", "y")]), **change)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop(columns="customer"), "column is 'customer'"),
        (lambda f: f.drop(columns="time"), "column is 'time'"),
        (lambda f: f.drop(columns="problem"), "column is 'problem'"),
        (lambda f: f.drop(columns="text"), "column is 'text'"),
        (lambda f: f.assign(time="yesterday"), "a column of dates with times"),
        (lambda f: f.assign(time=pd.NaT).astype({"time": "datetime64[us]"}), "missing at row 0"),
    ],
)
def test_refuses_frames(spoil, message):
    with pytest.raises(ValueError, match=message):
        merge_contacts(spoil(frame_of([("a", 0, "x", "y"), ("a", 1, None, "z")])))


def test_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="both must have one per"):
        agreement_estimates([1, 2], [1])
    with pytest.raises(ValueError, match="merged is missing at row 1"):
        agreement_estimates([1, 2], [1, None])
    with pytest.raises(ValueError, match="clusters must name"):
        agreement_estimates([1, 2], [1, 2], weights=np.ones((3, 2)))
    with pytest.raises(ValueError, match="but there are 2 customers"):
        agreement_estimates([1, 2], [1, 2], clusters=["a", "b"], weights=np.ones((3, 5)))
    with pytest.raises(ValueError, match="at least one value"):
        sensitivity(frame_of([("a", 0, "x", "y")]), ["t"], [], [0.2])
    with pytest.raises(ValueError, match="by is"):
        Merger(frame_of([("a", 0, "x", "y")]), "nothing")
    frame = frame_of([(None, 0, "x", "y")]).assign(channel="shop")
    with pytest.raises(ValueError, match="no contact has a customer"):
        example_week(frame, pd.Series(["?-1"]))
