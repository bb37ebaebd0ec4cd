"""The Nash answers to 100,000 complaints from a menu of 200: ours against a plain loop.

python benchmarks/bargain.py
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from math import exp, log1p
from time import process_time

import numpy as np
import pandas as pd

from cemlib.stats.logit import Logit
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.gains import Gains, Stakes, recommend
from cemlib.studies.complaints.response import FEATURES, LONGEST_HOURS, OUTCOMES, Response

COMPLAINTS, LOOPED = 100_000, 200
SLOPES = {
    "stayed": (1.0, 0.3, 0.4, 0.5, 0.9, -0.25),
    "spoke_well": (-1.0, 0.6, 0.6, 0.4, 1.2, -0.3),
    "regulator": (-1.5, -0.3, -0.4, -0.5, -0.8, 0.3),
}
WORTH = (0.12, 0.15, 0.25, 1.0, -0.06)


def looped(loss, fee, answers, stakes):
    """Return the best answers by a plain loop in a loop."""
    worth = dict(zip(FEATURES, WORTH, strict=True))
    rows = answers.to_dict("records")

    def company(row, complaint, cost):
        x = [row["apology"], row["explanation"], row["temporary_fix"], row["share"]]
        x = [1.0, *x, log1p(row["hours"])]
        probability = {
            name: 1 / (1 + exp(-sum(a * b for a, b in zip(slopes, x, strict=True))))
            for name, slopes in SLOPES.items()
        }
        return (
            probability["stayed"] * stakes.margin * stakes.multiple * fee[complaint]
            + probability["spoke_well"] * stakes.new_customer * (stakes.won + stakes.lost)
            - probability["regulator"] * stakes.regulator
            - row["share"] * loss[complaint]
            - cost
        )

    silent = dict.fromkeys(("apology", "explanation", "temporary_fix", "share"), 0.0)
    silent["hours"] = LONGEST_HOURS
    chosen = []
    for complaint in range(len(loss)):
        baseline, best, best_answer = company(silent, complaint, 0.0), -1.0, -1
        for number, row in enumerate(rows):
            wait = log1p(row["hours"]) - log1p(LONGEST_HOURS)
            felt = sum(worth[name] * row[name] for name in FEATURES[:4]) + worth["delay"] * wait
            hers = loss[complaint] * (felt - stakes.outside)
            cost = sum(
                getattr(stakes, name) * row[name]
                for name in ("apology", "explanation", "temporary_fix")
            ) + stakes.hurry / (1 + row["hours"] / 4)
            ours = company(row, complaint, cost) - baseline
            if hers >= 0 and ours >= 0 and hers * ours > best:
                best, best_answer = hers * ours, number
        chosen.append(best_answer)
    return np.array(chosen)


def main():
    """Print seconds and the ratio."""
    rng = np.random.default_rng(1)
    loss, fee = rng.lognormal(5, 0.8, COMPLAINTS), rng.lognormal(4.6, 0.4, COMPLAINTS)
    log = pd.DataFrame({"loss": loss, "fee": fee})
    names = ("intercept", *FEATURES)
    logits = {
        name: Logit(names, np.array(SLOPES[name]), np.array([SLOPES[name]])) for name in OUTCOMES
    }
    response = Response(logits, np.array(WORTH), np.array([WORTH]))
    answers, stakes = menu(), Stakes()

    start = process_time()
    ours = recommend(Gains(response, stakes, log), answers)
    seconds = process_time() - start

    start = process_time()
    theirs = looped(loss[:LOOPED], fee[:LOOPED], answers, stakes)
    loop = (process_time() - start) / LOOPED * COMPLAINTS
    np.testing.assert_array_equal(ours[:LOOPED], theirs)

    print(
        f"{COMPLAINTS:,} complaints × {len(answers)} answers, gains and Nash, CPU time of one core"
    )
    print(f"  cemlib                       {seconds:10.2f} s")
    print(f"  loop, from {LOOPED} complaints    {loop:10.0f} s")
    print(f"  ratio                        {loop / seconds:10.0f}")


if __name__ == "__main__":
    main()
