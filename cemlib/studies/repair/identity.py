"""Identity of contacts without a customer key: probabilistic record linkage with Splink."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib import checks

FIELDS = ("name", "phone", "email")
NEARLY = {"name": 0.8, "phone": 0.92, "email": 0.95}  # Jaro–Winkler: a typing error
MAX_SHARED = 200  # contacts with one value, above which it is not used: a switchboard's number
_PAIRS = 1_000_000  # random pairs from which it is estimated how often strangers agree
_ENOUGH = 100  # pairs of one known customer needed to estimate how often one person agrees
_PREFIX = "linked-"
_TYPES = {"left": "int64", "right": "int64", "probability": "float64"}


@dataclass(frozen=True)
class Identities:
    """Contacts with the customers they were linked to.

    Parameters
    ----------
    customer : Series
        One per contact, with its index: the known key; the key of the customer it was linked to;
        ``"linked-0001"`` … for contacts linked to one another only; missing if linked to none.
    links : DataFrame
        The links used, most probable first: ``left`` and ``right``, labels of the index, and
        ``probability``.
    known, assigned, grouped, alone : int
        Contacts with a known key; linked to a known customer; linked to one another only; not
        linked.
    expected_wrong : float
        Expected number of wrong links, if the probabilities are correct.
    """

    customer: pd.Series
    links: pd.DataFrame
    known: int
    assigned: int
    grouped: int
    alone: int
    expected_wrong: float


def link_identities(
    contacts: pd.DataFrame,
    by: Sequence[str] = FIELDS,
    *,
    certainty: float = 0.95,
    rng: np.random.Generator,
) -> Identities:
    r"""Link contacts without a customer to those of the same person, by name, phone and e-mail.

    Two contacts are compared field by field: the same, nearly the same, different, unknown. A
    level of agreement that has probability m between contacts of one person and u between
    strangers multiplies the odds of a match by m/u, and rare names count for more (Fellegi &
    Sunter, A theory for record linkage, Journal of the American Statistical Association 64
    (1969)). Splink estimates u from random pairs, and m from contacts whose customer is known, or
    by the EM algorithm where those are few. Links are used in descending probability, and never
    join two known customers: a person with two keys keeps both.

    Parameters
    ----------
    contacts : DataFrame
        One row per contact: ``customer``, a key or missing, and the columns of `by`, text or
        missing. Case, spaces and the country code do not matter.
    by : sequence of str
        At least two of ``"name"``, ``"phone"`` and ``"email"``.
    certainty : float
        Minimum probability of a link, above 0.5 and below 1.
    rng : Generator
        Source of randomness: which pairs of strangers are compared, where there are many.

    Returns
    -------
    Identities
        The customer of each contact.

    Raises
    ------
    ValueError
        If a column is missing or the index is not unique, fewer than two fields are named or known,
        or `certainty` is out of range.
    ImportError
        If Splink is not installed: ``pip install "cemlib[identity]"``.

    Notes
    -----
    A pair is compared if it shares a field exactly, so that a contact with an error in every field
    is never linked. A value that more than `MAX_SHARED` contacts share is not used for this, so
    that the cost grows with the number of contacts and not with its square.

    Examples
    --------
    Forty people call twice; their customer key is recorded only the first time.

    >>> people = range(40)
    >>> first = pd.DataFrame(
    ...     {
    ...         "customer": [f"C{at:02d}" for at in people],
    ...         "name": [f"Person {at * 7919 % 101}" for at in people],
    ...         "phone": [f"1990{at * 104729 % 10**7:07d}" for at in people],
    ...     }
    ... )
    >>> second = first.assign(customer=None)
    >>> contacts = pd.concat([first, second], ignore_index=True)
    >>> linked = link_identities(contacts, ["name", "phone"], rng=np.random.default_rng(1))
    >>> linked.known, linked.assigned, linked.alone
    (40, 40, 0)
    >>> linked.customer.iloc[40:42].tolist()
    ['C00', 'C01']
    """
    frame = _checked(contacts, by, certainty)
    pairs = _match(frame, tuple(by), certainty, int(rng.integers(1, 2**31)))
    group, followed = _follow(frame["customer"].to_numpy(), pairs)
    customer = _named(frame["customer"].to_numpy(), group)
    links = pairs[np.array(followed, dtype=bool)].reset_index(drop=True)
    labels = contacts.index.to_numpy()
    known = frame["customer"].notna().to_numpy()
    new = pd.Series(customer, dtype="object").str.startswith(_PREFIX).fillna(False).to_numpy(bool)
    linked = ~known & pd.notna(customer)
    return Identities(
        customer=pd.Series(customer, index=contacts.index, name="customer", dtype="str"),
        links=links.assign(left=labels[links["left"]], right=labels[links["right"]]),
        known=int(known.sum()),
        assigned=int((linked & ~new).sum()),
        grouped=int((linked & new).sum()),
        alone=int((~known & ~linked).sum()),
        expected_wrong=float((1 - links["probability"]).sum()),
    )


def _checked(contacts: pd.DataFrame, by: Sequence[str], certainty: float) -> pd.DataFrame:
    for field in by:
        checks.one_of("by", field, FIELDS)
    if len(set(by)) < 2 or len(set(by)) < len(by):
        raise checks.invalid_argument(
            "by", list(by), f"at least two different fields of {', '.join(FIELDS)}"
        )
    for column in ("customer", *by):
        if column not in contacts:
            raise checks.invalid_argument(
                "contacts", list(contacts.columns), f"a frame with {column!r}"
            )
    if not contacts.index.is_unique:
        raise checks.invalid_argument(
            "contacts.index", "repeated labels", "each label once: reset_index()"
        )
    if not 0.5 < certainty < 1:
        raise checks.invalid_argument("certainty", certainty, "a probability above 0.5 and below 1")
    frame = pd.DataFrame({"row": np.arange(len(contacts))})
    frame["customer"] = (
        contacts["customer"].astype("object").where(contacts["customer"].notna()).to_numpy()
    )
    for field in by:
        texts = contacts[field].astype("object").where(contacts[field].notna(), None)
        frame[field] = [_CLEAN[field](str(text)) if text is not None else None for text in texts]
        if frame[field].notna().sum() < 2:
            raise checks.invalid_argument(
                "by", field, "a field that is known of at least two contacts"
            )
        shared = frame.groupby(field)[field].transform("size")
        frame[f"{field}_shared"] = frame[field].where(shared <= MAX_SHARED, None)
    return frame


def _name(text: str) -> str | None:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()) or None


def _phone(text: str) -> str | None:
    digits = "".join(each for each in unicodedata.normalize("NFKC", text) if each.isdigit())
    national = digits.removeprefix("00").removeprefix("86")
    return (national if len(national) == 11 else digits) or None


def _email(text: str) -> str | None:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()) or None


_CLEAN: dict[str, Callable[[str], str | None]] = {"name": _name, "phone": _phone, "email": _email}


def _match(frame: pd.DataFrame, by: tuple[str, ...], certainty: float, seed: int) -> pd.DataFrame:
    """Return the pairs of rows that are one person with at least this probability."""
    import duckdb
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    blocking = [f"{field}_shared" for field in by]
    repeated = [name for name in blocking if frame[name].dropna().duplicated().any()]
    if not repeated:
        return pd.DataFrame({"left": [], "right": [], "probability": []}).astype(_TYPES)
    rules: list[Any] = [block_on(name) for name in repeated]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=[
            compare.JaroWinklerAtThresholds(field, NEARLY[field]).configure(
                term_frequency_adjustments=True
            )
            for field in by
        ],
        blocking_rules_to_generate_predictions=rules,
        additional_columns_to_retain=["customer"],
    )
    with (
        _quiet(),
        duckdb.connect(config={"threads": 1}) as connection,
    ):  # with more, the sample differs from run to run
        api = DuckDBAPI(connection)
        linker = Linker(api.register(frame), settings, log_level=logging.ERROR)
        training = linker.training
        agreeing: list[Any] = [
            block_on(one, other) for at, one in enumerate(blocking) for other in blocking[at + 1 :]
        ]
        training.estimate_probability_two_random_records_match(agreeing, recall=0.7)
        training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=seed)
        sizes = frame["customer"].value_counts()
        if (sizes * (sizes - 1) / 2).sum() >= _ENOUGH:
            training.estimate_m_from_label_column("customer")
        else:
            for rule in rules:
                training.estimate_parameters_using_expectation_maximisation(rule)
        predictions = linker.inference.predict(threshold_match_probability=certainty)
        pairs: pd.DataFrame = predictions.as_duckdbpyrelation().df()
    pairs = pairs.rename(
        columns={"row_l": "left", "row_r": "right", "match_probability": "probability"}
    )
    pairs = pairs[["left", "right", "probability"]]
    return pairs.sort_values(
        ["probability", "left", "right"], ascending=[False, True, True], kind="stable"
    )


def _follow(customer: Any, pairs: pd.DataFrame) -> tuple[list[int], list[bool]]:
    """Return the group of each row, and whether each link was used, the most probable first.

    Kruskal's algorithm, except that links between groups of two known customers are skipped.
    """
    keys: dict[object, int] = {}
    parent = [at if pd.isna(key) else keys.setdefault(key, at) for at, key in enumerate(customer)]
    known = {at: at for at in keys.values()}  # the known customer of a group, by its root

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    followed = []
    for left, right in zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True):
        one, other = root(left), root(right)
        joins = one != other and not (one in known and other in known)
        followed.append(joins)
        if joins:
            first, second = (other, one) if other in known else (one, other)
            parent[second] = first
    return [root(at) for at in range(len(parent))], followed


def _named(customer: Any, group: list[int]) -> list[object]:
    """Return the customer of each row: known, linked, new, or missing if not linked."""
    sizes = pd.Series(group).value_counts()
    names: dict[int, object] = {
        at: key for at, key in zip(group, customer, strict=True) if not pd.isna(key)
    }
    new = (at for at in dict.fromkeys(group) if at not in names and sizes[at] > 1)
    names |= {at: f"{_PREFIX}{number:04d}" for number, at in enumerate(list(new), start=1)}
    return [names.get(at) for at in group]


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Splink's advice on training."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
