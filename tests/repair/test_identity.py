"""Contacts without a customer, linked by name, phone and e-mail: against the people behind them."""

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cemlib.studies.repair import identity
from cemlib.studies.repair.agreement import agreement_estimates
from cemlib.studies.repair.identity import link_identities

pytest.importorskip("splink")

SURNAMES, FIRST_NAMES = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"
FREQUENT = np.r_[0.22, 0.18, 0.15, np.full(7, 0.45 / 7)]


def people(count, rng):
    """Draw people: names are frequent or rare, and every fifth shares a phone with the next."""
    surnames = rng.choice(list(SURNAMES), count, p=FREQUENT)
    names = [one + "".join(rng.choice(list(FIRST_NAMES), rng.integers(1, 3))) for one in surnames]
    phones = [f"199{number:08d}" for number in rng.integers(0, 10**8, count)]
    for at in range(0, count - 1, 10):
        phones[at + 1] = phones[at]
    emails = [f"user{number}@example.com" for number in rng.permutation(10 * count)[:count]]
    person = [f"C{at:05d}" for at in range(count)]
    return pd.DataFrame({"person": person, "name": names, "phone": phones, "email": emails})


def slip(text, rng):
    at = int(rng.integers(len(text) - 1))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def contacts(count, rng, known=0.5):
    """Draw three contacts a person: a fifth of all fields missing, four in a hundred mistyped."""
    drawn = people(count, rng).iloc[rng.integers(0, count, 3 * count)].reset_index(drop=True)
    for field in identity.FIELDS:
        noise = rng.random(len(drawn))
        drawn[field] = [
            None if draw < 0.2 else slip(text, rng) if draw < 0.24 else text
            for text, draw in zip(drawn[field], noise, strict=True)
        ]
    drawn["customer"] = drawn["person"].where(rng.random(len(drawn)) < known, None)
    return drawn


def parted(customer):
    """Return cases in which a contact without a customer stands by itself."""
    return customer.where(customer.notna(), [f"alone {at}" for at in range(len(customer))])


def wrong_links(drawn, linked):
    person = drawn["person"]
    return int((person[linked.links["left"]].array != person[linked.links["right"]].array).sum())


@pytest.mark.parametrize("known", [0.5, 0.0], ids=["half known", "none known"])
def test_links_recover_who_called(known):
    drawn = contacts(2_000, np.random.default_rng(5), known)
    linked = link_identities(drawn, rng=np.random.default_rng(1))
    before = agreement_estimates(drawn["person"], parted(drawn["customer"])).values
    pair_precision, pair_recall, b3_precision, b3_recall = agreement_estimates(
        drawn["person"], parted(linked.customer)
    ).values
    assert pair_precision > 0.99
    assert b3_precision > 0.995
    assert pair_recall > 0.7 > 2 * before[1]
    assert b3_recall > 0.8 > before[3]
    wrong = wrong_links(drawn, linked)
    assert wrong <= linked.expected_wrong + 3 * np.sqrt(linked.expected_wrong)


def test_two_people_behind_one_phone_stay_two():
    drawn = contacts(2_000, np.random.default_rng(6), known=0.0)
    linked = link_identities(drawn, ["name", "phone"], rng=np.random.default_rng(1))
    by_phone = parted(drawn["phone"])
    precision = agreement_estimates(drawn["person"], parted(linked.customer)).values[0]
    assert precision > 0.98 > agreement_estimates(drawn["person"], by_phone).values[0]


def test_more_certainty_gives_fewer_links_and_known_keys_stay():
    drawn = contacts(500, np.random.default_rng(7))
    some = link_identities(drawn, certainty=0.8, rng=np.random.default_rng(1))
    few = link_identities(drawn, certainty=0.999, rng=np.random.default_rng(1))
    assert few.links["probability"].min() >= 0.999
    assert few.assigned + few.grouped < some.assigned + some.grouped
    was_known = drawn["customer"].notna()
    for linked in (some, few):
        assert linked.customer[was_known].tolist() == drawn["customer"][was_known].tolist()
        counted = linked.known + linked.assigned + linked.grouped + linked.alone
        assert counted == len(drawn)
        assert linked.alone == linked.customer.isna().sum()
        assert linked.grouped == linked.customer.str.startswith("linked-").sum()


def test_the_same_every_time_and_quiet(caplog, capsys):
    drawn = contacts(300, np.random.default_rng(8)).set_index(pd.Index(range(7, 907)))
    with caplog.at_level(logging.DEBUG):
        first, second = (link_identities(drawn, rng=np.random.default_rng(2)) for _ in range(2))
    pd.testing.assert_series_equal(first.customer, second.customer)
    pd.testing.assert_frame_equal(first.links, second.links)
    assert first.links["left"].min() >= 7
    assert capsys.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_a_switchboard_brings_nobody_together():
    drawn = contacts(400, np.random.default_rng(9), known=0.0)
    drawn["phone"] = "4008001234"
    shared = identity._checked(drawn, identity.FIELDS, 0.9)
    assert shared["phone_shared"].isna().all()
    assert shared["email_shared"].notna().any()


def test_who_shares_nothing_is_linked_to_nobody(rng):
    drawn = people(6, rng).assign(customer=[None, "C1", None, None, None, None])
    drawn["phone"] = [f"1990000{at}{at}{at}{at}" for at in range(6)]
    linked = link_identities(drawn, ["phone", "email"], rng=rng)
    assert linked.links.empty
    assert (linked.known, linked.assigned, linked.grouped, linked.alone) == (1, 0, 0, 5)


@pytest.mark.parametrize(
    ("field", "text", "clean"),
    [
        ("phone", "+86 199-0000-1111", "19900001111"),
        ("phone", "0086１９９００００１１１１", "19900001111"),
        ("phone", "010 8888 7777", "01088887777"),
        ("phone", "none", None),
        ("name", "  LI   Wei ", "li wei"),
        ("email", "Li.Wei@Example.com ", "li.wei@example.com"),
    ],
)
def test_fields_are_compared_without_their_clothes(field, text, clean):
    assert identity._CLEAN[field](text) == clean


groups = st.lists(st.sampled_from([None, None, "A", "B", "C"]), min_size=2, max_size=12)


@given(groups, st.data())
def test_links_never_join_two_known_customers(customer, data):
    rows = st.integers(0, len(customer) - 1)
    pairs = data.draw(st.lists(st.tuples(rows, rows).filter(lambda pair: pair[0] != pair[1])))
    frame = pd.DataFrame(pairs, columns=["left", "right"], dtype="int64")
    group, followed = identity._follow(np.array(customer, dtype=object), frame)
    assert len(followed) == len(pairs)
    keys = {}
    for at, key in zip(group, customer, strict=True):
        if key is not None:
            assert keys.setdefault(at, key) == key
            assert keys[at] == key
    for (left, right), joined in zip(pairs, followed, strict=True):
        assert not joined or group[left] == group[right]
    if not any(customer):
        ones, (left, right) = np.ones(len(pairs)), frame.to_numpy().T
        graph = coo_array((ones, (left, right)), shape=(len(customer),) * 2)
        labels = connected_components(graph, directed=False)[1]
        assert (pd.factorize(pd.Series(group))[0] == pd.factorize(labels)[0]).all()


@pytest.mark.parametrize(
    ("by", "certainty", "message"),
    [
        (["phone"], 0.9, "at least two different fields of name, phone, email"),
        (["phone", "phone"], 0.9, "at least two different fields"),
        (["phone", "address"], 0.9, "by is 'address'"),
        (["phone", "email"], 1.0, "certainty is 1.0"),
        (["phone", "email"], 0.5, "above 0.5"),
    ],
)
def test_refuses_what_cannot_be(by, certainty, message, rng):
    with pytest.raises(ValueError, match=message):
        link_identities(contacts(10, rng), by, certainty=certainty, rng=rng)


def test_refuses_frames(rng):
    drawn = contacts(10, rng)
    with pytest.raises(ValueError, match="with 'email'"):
        link_identities(drawn.drop(columns="email"), rng=rng)
    with pytest.raises(ValueError, match="each label once"):
        link_identities(drawn.set_index(drawn["person"].to_numpy()), rng=rng)
    with pytest.raises(ValueError, match="at least two contacts"):
        link_identities(drawn.assign(phone=None), rng=rng)
