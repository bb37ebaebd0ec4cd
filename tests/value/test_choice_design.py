"""Designs: the information is the model's, and no single exchange improves a design."""

from itertools import combinations, combinations_with_replacement, product

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.value import choice_design as cd
from cemlib.studies.value.discrete_choice import conditional_logit, willingness_to_pay


def d_error(tasks, beta):
    determinant = np.linalg.det(cd.information(tasks, beta))
    return determinant ** (-1 / len(beta)) if determinant > 1e-14 else np.inf


LEVELS = {"price": [0.0, 5, 10, 15], "days": [1.0, 2, 3, 5]}
PRIOR = {"price": -0.2, "days": -0.8}


def test_information_is_the_inverse_covariance_of_the_model(rng):
    design = cd.efficient_design(LEVELS, PRIOR, tasks=8, alternatives=2, rng=rng)
    tensor = cd.design_tensor(design, list(PRIOR))
    beta = np.array(list(PRIOR.values()))
    respondents = 4000
    utility = np.tile(tensor @ beta, (respondents, 1)) + rng.gumbel(size=(respondents * 8, 2))
    chosen = (np.arange(2) == utility.argmax(axis=1)[:, None]).ravel().astype(float)
    frame = pd.DataFrame(np.tile(tensor, (respondents, 1, 1)).reshape(-1, 2), columns=list(PRIOR))
    model = conditional_logit(frame, chosen, np.repeat(np.arange(respondents * 8), 2))
    expected = np.linalg.inv(cd.information(tensor, beta)) / respondents
    assert model.covariance == pytest.approx(expected, rel=0.05, abs=1e-8)
    # The error of willingness to pay is the one expected from the design.
    worth = willingness_to_pay({"all": model}, rng, draws=20_000)
    expected_worth = cd.expected_error(design, PRIOR) / np.sqrt(respondents)
    assert worth.draws[:, 0].std() == pytest.approx(expected_worth, rel=0.05)


def test_no_single_exchange_improves_the_design(rng):
    prior = PRIOR | {"none": -3.0}
    design = cd.efficient_design(LEVELS, prior, tasks=5, alternatives=2, rng=rng, starts=2)
    tensor = cd.design_tensor(design, list(prior))
    beta = np.array(list(prior.values()))
    lowest = d_error(tensor, beta)
    for task, alternative, (at, levels) in product(range(5), range(2), enumerate(LEVELS.values())):
        for level in levels:
            other = tensor.copy()
            other[task, alternative, at] = level
            keys = {np.sort(each.view("f8,f8,f8"), axis=0).tobytes() for each in other}
            if len(keys) < 5:
                continue  # a task that is asked already
            assert d_error(other, beta) >= lowest * (1 - 1e-9)


def test_small_designs_are_the_best_of_all(rng):
    levels = {"price": [0.0, 6, 12], "days": [1.0, 3]}
    prior = {"price": -0.15, "days": -0.7}
    beta = np.array(list(prior.values()))
    profiles = np.array(list(product(*levels.values())))
    tasks = [np.stack(pair) for pair in combinations_with_replacement(profiles, 2)]
    best = min(d_error(np.stack(some), beta) for some in combinations(tasks, 2))
    design = cd.efficient_design(levels, prior, tasks=2, alternatives=2, rng=rng, starts=20)
    assert d_error(cd.design_tensor(design, list(prior)), beta) == pytest.approx(best)


def test_is_far_better_than_random_tasks(rng):
    beta = np.array(list(PRIOR.values()))
    design = cd.efficient_design(LEVELS, PRIOR, tasks=8, alternatives=2, rng=rng)
    random = [
        d_error(np.stack([rng.choice(each, (8, 2)) for each in LEVELS.values()], axis=-1), beta)
        for _ in range(200)
    ]
    assert d_error(cd.design_tensor(design, list(PRIOR)), beta) < 0.7 * np.median(random)


def test_more_tasks_and_more_respondents_reduce_the_error(rng):
    errors = [
        cd.expected_error(
            cd.efficient_design(LEVELS, PRIOR, tasks=t, alternatives=2, rng=rng, starts=4), PRIOR
        )
        for t in (3, 6, 12)
    ]
    assert errors == sorted(errors, reverse=True)
    assert cd.respondents_needed(errors[0], 1) > cd.respondents_needed(errors[0], 2)


def test_none_is_left_empty_in_the_sheet(rng):
    design = cd.efficient_design(
        LEVELS, PRIOR | {"none": -3.0}, tasks=4, alternatives=2, rng=rng, starts=2
    )
    none = design[design["alternative"] == 3]
    assert none[["price", "days"]].isna().all().all()
    assert len(none) == 4
    assert cd.dominated(design, {"price": -1, "days": -1}) <= 4


def test_an_uninformative_design_has_an_infinite_error():
    frame = pd.DataFrame({"task": [1, 1], "alternative": [1, 2], "price": 5.0, "days": [1.0, 3]})
    assert cd.expected_error(frame, PRIOR) == np.inf


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prior": {"price": -1}}, "prior is"),
        ({"levels": {"price": [1.0, 1.0], "days": [1, 2]}}, "levels of price"),
        ({"alternatives": 1}, "alternatives is 1"),
        ({"tasks": 1}, "tasks is 1"),
        ({"tasks": 200}, "tasks is 200"),
    ],
)
def test_refuses(rng, change, message):
    arguments = {"levels": LEVELS, "prior": PRIOR, "tasks": 4, "alternatives": 2} | change
    with pytest.raises(ValueError, match=message):
        cd.efficient_design(**arguments, rng=rng)
