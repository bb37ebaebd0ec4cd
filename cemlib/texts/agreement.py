"""Themes beside codes that people have set: agreement, codes to review, merges to consider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.texts.table import Themes, shown

ALL = "all"
_MAJORITY, _LEAST = 0.6, 10


def theme_agreement(
    themes: Themes, codes: Sequence[object], groups: Sequence[object] | None = None
) -> pd.DataFrame:
    """Return how far themes and codes agree, over all texts with a code, and by group.

    Texts that fit no theme count as one more theme: leaving them apart is not rewarded.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    codes : sequence
        Code of each text; missing where there is none.
    groups : sequence, optional
        A group of each text, such as its language.

    Returns
    -------
    DataFrame
        ``group`` (first ``all``), ``texts``, ``assigned`` (share that fits a theme), ``rand``
        (adjusted Rand index: 1 the same groups, 0 as by chance), ``homogeneity`` (1 if each theme
        holds one code), ``completeness`` (1 if each code is in one theme), ``v_measure`` (their
        harmonic mean).

    References
    ----------
    Hubert & Arabie (1985), *J. Classification* 2:193–218; Rosenberg & Hirschberg (2007), *EMNLP-
    CoNLL*, 410–420.

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = [("T1", "Bill", "bill"), ("T2", "Signal", "signal")]
    >>> table = pd.DataFrame(rows, columns=["theme", "name", "phrases"])
    >>> themes = apply_table(["bill", "bill", "signal", "signal"], table)
    >>> theme_agreement(themes, ["b", "b", "s", None])[["texts", "rand"]].values.tolist()
    [[3.0, 1.0]]
    """
    from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure

    code = _codes(themes, codes)
    parts = [(ALL, np.ones(len(code), dtype=bool))]
    if groups is not None:
        number, names = pd.factorize(np.asarray(groups, dtype=object), sort=True)
        parts += [(str(name), number == at) for at, name in enumerate(names)]
    rows = []
    for name, part in parts:
        mine = part & (code >= 0)
        if not mine.any():
            continue
        own, true = themes.theme[mine], code[mine]
        measures = homogeneity_completeness_v_measure(true, own)
        rows.append((name, int(mine.sum()), (own >= 0).mean(), adjusted_rand_score(true, own),
                     *measures))  # fmt: skip
    columns = ["group", "texts", "assigned", "rand", "homogeneity", "completeness", "v_measure"]
    return pd.DataFrame(rows, columns=columns)


def doubtful_codes(
    themes: Themes, codes: Sequence[object], texts: Iterable[object], *, most: int = 100
) -> pd.DataFrame:
    """Return texts whose code looks wrong, for people to review.

    A code is in doubt where the text's theme is plain (at least 60% of its coded texts, and at
    least 10, have one other code) and the code is set for fewer than 10% of them. The weight says
    how plainly the text speaks for its theme, less what speaks for the next one.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    codes : sequence
        Code of each text; missing where there is none.
    texts : iterable
        The texts, which are shown masked.
    most : int
        Number of rows at most.

    Returns
    -------
    DataFrame
        The plainest first: ``row`` (position), ``text``, ``code``, ``usual`` (code of most texts of
        the theme), ``usual_share``, ``theme``, ``name``, ``weight``.

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> table = pd.DataFrame({"theme": ["T1"], "name": ["Bill"], "phrases": ["bill"]})
    >>> texts = ["bill"] * 12
    >>> review = doubtful_codes(apply_table(texts, table), ["b"] * 11 + ["s"], texts)
    >>> review[["row", "code", "usual"]].to_numpy().tolist()
    [[11, 's', 'b']]
    """
    checks.between("most", most, 1, whole=True)
    code = _codes(themes, codes)
    names = pd.factorize(np.asarray(codes, dtype=object), sort=True)[1]
    counts, usual, share = _majority(themes, code, len(names))
    theme = themes.theme
    known = (code >= 0) & (theme >= 0)
    total = counts.sum(axis=1)
    own_share = np.zeros(len(theme))
    own_share[known] = counts[theme[known], code[known]] / total[theme[known]]
    doubt = known & (own_share < 0.1)
    doubt[known] &= (share[theme[known]] >= _MAJORITY) & (usual[theme[known]] != code[known])
    rows = np.flatnonzero(doubt)
    weight = themes.weight[rows] - themes.second_weight[rows]
    order = np.argsort(-weight, kind="stable")[:most]
    rows, weight = rows[order], weight[order]
    words = pd.Series(texts, dtype=object)
    chosen = theme[rows]
    return pd.DataFrame(
        {
            "row": rows,
            "text": [shown(str(words.iloc[row])) for row in rows.tolist()],
            "code": names[code[rows]] if len(rows) else [],
            "usual": names[usual[chosen]] if len(rows) else [],
            "usual_share": share[chosen],
            "theme": [themes.ids[number] for number in chosen.tolist()],
            "name": [themes.names[themes.ids[number]] for number in chosen.tolist()],
            "weight": weight,
        }
    )


def usual_codes(themes: Themes, codes: Sequence[object], least: float = 0.8) -> NDArray[np.object_]:
    """Return the usual code of each text's theme, where the theme is plain enough to stand for it.

    Parameters
    ----------
    themes : Themes
        Texts in themes.
    codes : sequence
        Code of each text; missing where there is none.
    least : float
        Share of a theme's coded texts, of at least 10, that must have the code.

    Returns
    -------
    ndarray of object, shape (n,)
        Codes; None where the theme has none that is usual enough.

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> table = pd.DataFrame({"theme": ["T1"], "name": ["Bill"], "phrases": ["bill"]})
    >>> usual_codes(apply_table(["bill"] * 12, table), ["b"] * 10 + [None, None])[-1]
    'b'
    """
    code = _codes(themes, codes)
    names = pd.factorize(np.asarray(codes, dtype=object), sort=True)[1]
    _, usual, share = _majority(themes, code, len(names))
    plain = (themes.theme >= 0) & (share[themes.theme] >= least)
    found = np.full(len(code), None, dtype=object)
    found[plain] = names[usual[themes.theme[plain]]]
    return found


def suggest_merges(themes: Themes, codes: Sequence[object]) -> pd.DataFrame:
    """Return the table of themes with merges filled in where most texts have the same code.

    A theme is merged into the largest one of the same code, if at least 60% of its coded texts,
    and at least 10, have it: so the same problem in two languages becomes one theme. Rows that
    people have merged, split or given an owner stay as they are.

    Examples
    --------
    >>> from cemlib.texts import apply_table
    >>> rows = [("T1", "Bill", "bill"), ("T2", "账单", "账单")]
    >>> table = pd.DataFrame(rows, columns=["theme", "name", "phrases"])
    >>> themes = apply_table(["bill"] * 12 + ["账单"] * 10, table)
    >>> suggest_merges(themes, ["b"] * 22)["merge_into"].tolist()
    ['', 'T1']
    """
    code = _codes(themes, codes)
    _, usual, share = _majority(themes, code, int(code.max(initial=-1)) + 1)
    table = themes.table.copy()
    size = np.bincount(themes.theme[themes.theme >= 0], minlength=len(themes.ids))
    first: dict[int, str] = {}
    parts = set(table.loc[table["split_from"] != "", "theme"])
    owned = set(table.loc[table["owner"] != "", "theme"])
    for number in np.argsort(-size, kind="stable").tolist():
        theme = themes.ids[number]
        if share[number] < _MAJORITY or theme in parts:
            continue
        into = first.setdefault(int(usual[number]), theme)
        if into != theme and theme not in owned:
            table.loc[table["theme"] == theme, "merge_into"] = into
    return table


def _codes(themes: Themes, codes: Sequence[object]) -> np.ndarray:
    if len(codes) != len(themes):
        raise checks.invalid_argument("codes", len(codes), f"{len(themes)}, one for each text")
    return pd.factorize(np.asarray(codes, dtype=object), sort=True)[0]


def _majority(
    themes: Themes, code: np.ndarray, kinds: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return counts by theme and code, each theme's usual code, and its share (0 where few)."""
    counts = np.zeros((len(themes.ids), max(kinds, 1)))
    known = (code >= 0) & (themes.theme >= 0)
    np.add.at(counts, (themes.theme[known], code[known]), 1)
    total = counts.sum(axis=1)
    usual = np.argmax(counts, axis=1)
    share = np.where(total >= _LEAST, counts.max(axis=1) / np.maximum(total, 1), 0.0)
    return counts, usual, share
