"""The conditional logit of 100,000 choices: ours against statsmodels' ConditionalLogit.

Then the mixed logit of 8,000 choices. No package of the lock estimates one, so that there is no
ratio: seconds only, and how near 1,000 points come to 100.

python benchmarks/choices.py
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from time import process_time

import numpy as np
import pandas as pd
from statsmodels.discrete.conditional_models import ConditionalLogit

from cemlib.studies.value.discrete_choice import choice_model
from cemlib.studies.value.mixed_logit import mixed_choice_model

CHOICES, TASKS, ALTERNATIVES, THEIRS, MIXED = 100_000, 10, 3, 2_000, 8_000


def drawn(rng):
    """Return a choice experiment on price and days."""
    rows = CHOICES * ALTERNATIVES
    index = np.arange(rows)
    frame = pd.DataFrame(
        {
            "respondent": index // (ALTERNATIVES * TASKS),
            "task": index // ALTERNATIVES % TASKS,
            "price": rng.choice([0.0, 4, 8, 12, 18], rows),
            "days": rng.choice([1.0, 2, 3, 5], rows),
        }
    )
    utility = frame[["price", "days"]].to_numpy() @ np.array([-0.25, -0.9])
    best = (utility + rng.gumbel(size=rows)).reshape(-1, ALTERNATIVES).argmax(axis=1)
    frame["chosen"] = (np.arange(ALTERNATIVES) == best[:, None]).ravel().astype(float)
    return frame


def main():
    """Print seconds and the ratio."""
    frame = drawn(np.random.default_rng(1))

    start = process_time()
    ours = choice_model(frame)
    seconds = process_time() - start

    part = frame.head(THEIRS * ALTERNATIVES)
    start = process_time()
    theirs = ConditionalLogit(
        part["chosen"], part[["price", "days"]], groups=part["respondent"] * TASKS + part["task"]
    ).fit(disp=False)
    looped = (process_time() - start) / THEIRS * CHOICES
    np.testing.assert_allclose(theirs.params, choice_model(part).values, atol=1e-4)

    print(f"{CHOICES:,} choices of {ALTERNATIVES}, CPU time of one core")
    print(f"  cemlib, robust errors included      {seconds:10.2f} s")
    print(f"  statsmodels, from {THEIRS:,} choices    {looped:10.0f} s")
    print(f"  ratio                               {looped / seconds:10.0f}")
    print(f"  yuan per day faster: {ours.values[1] / ours.values[0]:.3f} (true value 3.600)")

    part = frame.head(MIXED * ALTERNATIVES)
    simple, fits = choice_model(part), {}
    for points in (100, 1000):
        start = process_time()
        model = mixed_choice_model(part, simple, np.random.default_rng(2), points=points)
        fits[points] = process_time() - start, model
    print(f"mixed logit of {MIXED:,} choices by {MIXED // TASKS} respondents")
    for points, (seconds, model) in fits.items():
        print(
            f"  {points:5} points {seconds:25.2f} s, log-likelihood {model.log_likelihood:.2f}, "
            f"median {np.exp(model.centre[1] - model.centre[0]):.3f}"
        )


if __name__ == "__main__":
    main()
