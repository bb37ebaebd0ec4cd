"""Sentences and tables on a path model: they format results and compute nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Estimates, significant
from cemlib.studies.expectation import words
from cemlib.studies.expectation.structural.bootstrap import PathBootstrap
from cemlib.studies.expectation.structural.consistent import consistent_paths
from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.groups import GroupComparison
from cemlib.studies.expectation.structural.quality import htmt, largest_htmt, reliability
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import join_words, number, percent, plural
from cemlib.teach.tables import Table, table

SCHEMES = {
    "path": "path weighting",
    "factor": "factor weighting",
    "centroid": "centroid weighting",
}
_DIGITS, _LEVEL = 2, 0.05


def sample(fit: PathFit, refits: PathBootstrap | None) -> Markdown:
    """Return how many respondents the model rests on, and how it was estimated."""
    parts = [
        markdown(
            "The path model rests on **{respondents}**, with {scheme} and {items}.",
            respondents=plural(fit.moments.n, "respondent"),
            scheme=SCHEMES[fit.scheme],
            items="standardised items" if fit.standardised else "items in their own units",
        )
    ]
    if missing := missing_cells(fit):
        parts.append(missing)
    if refits is None:
        parts.append(
            Markdown(
                "There are no intervals, no prediction and no comparison of groups, because these "
                "need the answers of each respondent."
            )
        )
    elif not refits.converged.all():
        parts.append(
            markdown(
                "In {failed} of {count} the weights did not converge; these are left out of the "
                "intervals.",
                failed=number(int((~refits.converged).sum()), 0),
                count=plural(len(refits.converged), "resample"),
            )
        )
    return join_markdown(parts)


def missing_cells(fit: PathFit) -> Markdown:
    """Return how many answers were missing, and what was done about them; empty if none was."""
    answers = fit.answers
    if answers is None or not answers.gaps:
        return Markdown("")
    rows = len(answers.kept)
    dropped = int((~answers.kept).sum())
    rule = {
        "construct": markdown(
            "{filled} replaced by the mean of the respondent's other answers on the same "
            "construct, an uncertainty that the intervals do not contain; {dropped} without any "
            "answer on a construct were left out.",
            filled=plural(answers.filled, "answer was", "answers were"),
            dropped=plural(dropped, "row"),
        ),
        "listwise": markdown("{dropped} with a gap were left out.", dropped=plural(dropped, "row")),
        "pairwise": markdown(
            "Each correlation rests on the rows that have both answers; {dropped} without any "
            "answer were left out.",
            dropped=plural(dropped, "row"),
        ),
    }[answers.missing]
    return join_markdown(
        [
            markdown(
                "{gaps} of {cells} {verb} missing, in {incomplete} of {rows}.",
                gaps=number(answers.gaps, 0),
                cells=plural(rows * len(answers.items), "answer"),
                verb="is" if answers.gaps == 1 else "are",
                incomplete=number(answers.incomplete_rows, 0),
                rows=plural(rows, "row"),
            ),
            rule,
        ]
    )


def summary(fit: PathFit, target: str) -> Markdown:
    """Return the strongest path to a construct, and the constructs that are least distinct."""
    return join_markdown(
        [
            words.paths(fit.strongest(target), fit.r_squared(target)),
            words.discriminant(largest_htmt(fit)),
            attenuation(),
        ]
    )


def left_out(fit: PathFit) -> str:
    """Return the rows that the model does not rest on, and why, in a phrase."""
    answers = fit.answers
    dropped = 0 if answers is None else int((~answers.kept).sum())
    if not dropped or answers is None:
        return ""
    why = {
        "construct": "without any answer on a construct",
        "listwise": "with a missing answer",
        "pairwise": "without any answer",
    }[answers.missing]
    return f"{plural(dropped, 'row')} {why}"


def prediction(predicted: pd.DataFrame, target: str) -> Markdown:
    """Return how well the model predicts respondents that it was not fitted to."""
    better = int((significant(predicted["q2_against_linear"]) > 0).sum())
    useless = predicted.loc[predicted["q2_predict"] <= 0, "item"]
    verdict = (
        markdown("For {items} it predicts no better than the mean.", items=join_words(useless))
        if len(useless)
        else Markdown("It predicts every item better than the mean.")
    )
    return join_markdown(
        [
            markdown(
                "Does the model predict {respondents} that it was not fitted to? In ten parts, "
                "each left out in turn, its errors on the items of {target} are on average "
                "**{share}** smaller in square than those of the mean (Q²), and smaller than those "
                "of a linear model on the same items for {better} of {items}.",
                respondents=plural(int(predicted["n"].iloc[0]), "respondent"),
                target=target,
                share=percent(predicted["q2_predict"].mean()),
                better=number(better, 0),
                items=plural(len(predicted), "item"),
            ),
            verdict,
        ]
    )


def prediction_table(predicted: pd.DataFrame, target: str) -> Table:
    """Return Q² of each item, of the path model and of a linear model."""
    names = {
        "item": "item",
        "q2_predict": "Q² of the path model",
        "q2_linear": "Q² of a linear model",
        "rmse": "error (RMSE) of the path model",
        "rmse_linear": "of a linear model",
    }
    shown = predicted[list(names)].rename(columns=names)
    caption = markdown("Prediction of respondents left out: items of {target}", target=target)
    return table(shown, caption, _formats(shown))


def groups(compared: GroupComparison) -> Markdown:
    """Return which paths differ between two groups."""
    (one, other), (n_one, n_other) = compared.names, compared.sizes
    differing = compared.table[compared.table["p_holm"] < _LEVEL]
    return markdown(
        "Between {one} ({n_one}) and {other} ({n_other}){largest}, {differ}. The test exchanges "
        "members of the groups at random and corrects for the number of paths (Holm); it assumes "
        "that answers scatter alike in both, and groups were not randomised.",
        one=one,
        other=other,
        n_one=plural(n_one, "respondent"),
        n_other=number(n_other, 0),
        largest=", the two largest groups" if compared.others else "",
        differ=markdown(
            "these paths differ: {paths}",
            paths=join_words(
                [f"{a} → {b}" for a, b in zip(differing["from"], differing["to"], strict=True)]
            ),
        )
        if len(differing)
        else "no path differs detectably, which does not show that they are equal",
    )


def groups_table(compared: GroupComparison) -> Table:
    """Return the paths of two groups and the p-values of their differences."""
    one, other = (f"coefficient, {name}" for name in compared.names)
    shown = compared.table.set_axis(
        ["path from", "path to", one, other, "difference", "p-value", "p-value (Holm)"], axis=1
    )
    formats = _formats(shown) | {"p-value": 3, "p-value (Holm)": 3}
    return table(shown, "Paths of two groups: standardised coefficients", formats)


def tables(fit: PathFit, refits: PathBootstrap | None) -> list[Table]:
    """Return the tables of paths, constructs, items and pairs of constructs."""
    return [
        paths_table(fit, refits),
        constructs_table(fit),
        items_table(fit, refits),
        pairs_table(fit, refits),
    ]


def paths_table(fit: PathFit, refits: PathBootstrap | None) -> Table:
    """Return the coefficients of all paths, with intervals where there are refits."""
    shown = fit.paths.rename(columns={"from": "path from", "to": "path to", "path": "coefficient"})
    shown = _with_interval(shown, None if refits is None else refits.paths)
    corrected = consistent_paths(fit)
    shown = shown.assign(**{"corrected (PLSc)": corrected["consistent"], "VIF": corrected["vif"]})
    caption = (
        "Paths: standardised coefficients, the same corrected for measurement error, and variance "
        "inflation"
    )
    return table(shown, caption, _formats(shown))


def attenuation() -> Markdown:
    """Warn that the coefficients are attenuated."""
    return Markdown(
        "Weighted sums of a few answers contain measurement error, so that coefficients and R² are "
        "on the whole too small, and their intervals do not allow for it. The corrected "
        "coefficients do, if each construct is one common cause of its questions. A variance "
        "inflation above 5 means that sources overlap too much to tell their paths apart."
    )


def constructs_table(fit: PathFit) -> Table:
    """Return the reliability of each construct, and the variance that its sources explain."""
    quality = reliability(fit).assign(r_squared=fit.constructs["r_squared"].to_numpy())
    names = {
        "block": "construct",
        "items": "items",
        "alpha": "Cronbach’s α",
        "rho_a": "ρA",
        "rho_c": "ρC",
        "ave": "AVE",
        "r_squared": "R²",
    }
    shown = quality[list(names)].rename(columns=names)
    return table(shown, "Constructs: reliability and explained variance", _formats(shown))


def items_table(fit: PathFit, refits: PathBootstrap | None) -> Table:
    """Return weight and loading of each item, the loading with its interval."""
    shown = fit.outer[["block", "item", "weight", "loading"]].rename(columns={"block": "construct"})
    shown = _with_interval(shown, None if refits is None else refits.loadings)
    return table(shown, "Items: weights and loadings", _formats(shown))


def pairs_table(fit: PathFit, refits: PathBootstrap | None) -> Table:
    """Return the heterotrait–monotrait ratio of each pair of constructs that has one."""
    ratios = htmt(fit)
    names = list(ratios.index)
    rows = [
        (names[one], names[other], ratios.iloc[other, one])
        for one in range(len(names))
        for other in range(one + 1, len(names))
        if np.isfinite(ratios.iloc[other, one])
    ]
    shown = pd.DataFrame(rows, columns=["construct", "and construct", "HTMT"])
    if refits is not None and len(shown) == len(refits.htmt.names):
        shown = _with_interval(shown, refits.htmt)
    caption = "Pairs of constructs: heterotrait–monotrait ratio"
    return table(shown, caption, _formats(shown))


def _with_interval(shown: pd.DataFrame, estimates: Estimates | None) -> pd.DataFrame:
    if estimates is None:
        return shown
    low, high = estimates.interval()
    return shown.assign(**{"95% interval from": low, "to": high})


def _formats(shown: pd.DataFrame) -> dict[str, int]:
    return {
        name: 0 if pd.api.types.is_integer_dtype(shown[name]) else _DIGITS
        for name in shown
        if pd.api.types.is_numeric_dtype(shown[name])
    }
