"""Themes agree with the true problems of texts, by language and length, and on harder texts.

The floors are the mean over 40 logs less three standard deviations between logs, rounded down, as
counted when the method was chosen; the test draws other logs. A mean over the logs of a run lies
far above its floor, so that each floor also holds a single log.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, diags_array
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import v_measure_score
from sklearn.preprocessing import normalize

from cemlib.texts import apply_table, find_themes, suggest_merges, theme_agreement
from cemlib.texts import discovery as grouping
from cemlib.texts.phrases import find_phrases, normalise, writing
from tests.recovery.replicates import replicates
from tests.texts.harder import KINDS, harden, is_chinese, log

LOGS, CONTACTS = replicates(12), 4000
LENGTHS = ("under 15", "15 to 29", "30 and more")  # signs


def length(text):
    return LENGTHS[int(np.searchsorted([15, 30], len(text), side="right"))]


@cache
def drawn(number):
    """Return a log, its themes, the same with harder texts, and themes of those."""
    rng = np.random.default_rng([31, number])
    plain = log(rng, CONTACTS)
    hard = harden(plain, rng)
    return plain, find_themes(plain["text"], rng), hard, find_themes(hard["text"], rng)


def mean_agreement(groups_of):
    """Return the mean agreement over logs, by group."""
    tables = []
    for number in range(LOGS):
        plain, themes, _, _ = drawn(number)
        groups = [groups_of(text) for text in plain["text"]]
        tables.append(theme_agreement(themes, plain["true"].tolist(), groups).set_index("group"))
    return pd.concat(tables).groupby(level=0).mean()


def language(text):
    return "Chinese" if is_chinese(text) else "English"


FLOORS = {}


def usual(themes, true):
    """Return the true problem that is usual in each text's theme, and in its second theme."""
    table = pd.crosstab(themes.labels(), np.asarray(true, dtype=object)).idxmax(axis=1)
    names = np.array([*(table.get(theme) for theme in themes.ids), None], dtype=object)
    return names[themes.theme], names[themes.second]


def hard_shares(number):
    """Return shares of texts in a theme of their problem, by kind of text."""
    _, _, hard, themes = drawn(number)
    true, other = hard["true"].to_numpy(object), hard["other"].to_numpy(object)
    first, second = usual(themes, true)
    shares = pd.Series(first == true).groupby(hard["kind"].to_numpy()).mean().to_dict()
    two = (hard["kind"] == "two problems").to_numpy() & (true != other)
    either = (first == true) | (first == other)
    both = either & (((second == true) | (second == other)) & (first != second))
    return shares | {"either of two": either[two].mean(), "both of two": both[two].mean()}
