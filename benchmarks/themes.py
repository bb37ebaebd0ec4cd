"""Themes of 10,000, 100,000 and 1,000,000 texts: seconds and peak memory, each in its own process.

python benchmarks/themes.py [--texts 10000 100000 1000000]

No two texts are alike: each problem's wordings are varied with details and words at random. On two
cores: 5, 10 and 41 seconds, 0.6, 0.7 and 1.1 GB (the million texts alone take 0.3 GB).
"""

import argparse
import json
import os
import subprocess
import sys
from time import perf_counter

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import psutil

from cemlib.studies.repair.operator.contact_words import AGAIN, CLOSINGS, DETAILS, OPENINGS
from cemlib.studies.repair.operator.problem_words import PROBLEMS

SIGNS = np.array(list("abcdefghijklmnopqrstuvwxyz"))


def draw(count, rng):
    """Return texts of all problems, four in five Chinese, all different, and their problems."""
    problem = rng.integers(0, len(PROBLEMS), count).tolist()
    language = (rng.random(count) < 0.8).astype(int).tolist()
    pick = rng.integers(0, 30, (count, 5)).tolist()
    tail = SIGNS[rng.integers(0, 26, (count, 6))]
    texts = []
    for number, which, (a, b, c, d, e), extra in zip(problem, language, pick, tail, strict=True):
        words = (PROBLEMS[number].english, PROBLEMS[number].chinese)[which]
        detail = DETAILS[PROBLEMS[number].detail][which]
        parts = [
            OPENINGS[which][a % 5] if a < 15 else "",
            detail[b % 10],
            AGAIN[which][e % 5] if e < 10 else "",
            words[c % 6],
            CLOSINGS[which][d % 5] if d < 15 else "",
            "".join(extra),
        ]
        texts.append(("， " if which else ". ").join(part for part in parts if part))
    return texts, problem


def measure(count):
    """Print seconds, peak memory and agreement as JSON."""
    from cemlib.texts import apply_table, find_themes, theme_agreement

    texts, problem = draw(count, np.random.default_rng(1))
    process = psutil.Process()
    before = process.memory_info().rss
    start = perf_counter()
    themes = find_themes(texts, np.random.default_rng(1))
    found = perf_counter() - start
    start = perf_counter()
    apply_table(texts, themes.table)
    applied = perf_counter() - start
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    agreement = theme_agreement(themes, problem).iloc[0]
    print(
        json.dumps(
            {
                "found": found,
                "applied": applied,
                "texts": before / 1e6,
                "peak": peak / 1e6,
                "v": agreement["v_measure"],
                "themes": len(themes.ids),
            }
        )
    )


def main():
    """Print a row for each number of texts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--one", type=int)
    options = parser.parse_args()
    if options.one:
        measure(options.one)
        return
    print("    texts   find s  apply s  before MB  peak MB  themes  V-measure")
    for count in options.texts:
        command = [sys.executable, __file__, "--one", str(count)]
        result = subprocess.run(command, check=True, capture_output=True, text=True)
        row = json.loads(result.stdout)
        print(
            f"{count:>9,} {row['found']:8.1f} {row['applied']:8.1f} {row['texts']:10.0f} "
            f"{row['peak']:8.0f} {row['themes']:7} {row['v']:10.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
