"""Routing: one table, two views."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.ladder.routing import agent_view, fit_routing, manager_view

OWNERS = {"time-out": "IT", "no answer": "service"}


@pytest.fixture
def comments():
    return pd.DataFrame(
        {
            "customer": ["C1", "C1", "C2", "C3"],
            "month": ["2026-01", "2026-03", "2026-02", "2026-02"],
            "touchpoint": "help",
            "channel": "app",
            "cause": ["time-out", "no answer", "no answer", "no answer"],
            "owner": ["billing", "service", "service", "IT"],
            "hours": [30.0, 2.0, 4.0, 20.0],
            "told": [1.0, 0.0, 0.0, 0.0],
            "rating": [2.0, 4.0, 6.0, 5.0],
        }
    )


def test_confusion_shares_and_hours(comments, rng):
    result = fit_routing(comments, OWNERS, 200, rng)
    assert result.confusion.loc["no answer"].to_dict() == {"IT": 1, "service": 2, "billing": 0}
    assert result.confusion.to_numpy().sum() == 4
    assert result.right[0] == 0.5
    assert result.closed_loop[0] == 0.25
    assert result.hours[0] == 12
    for value, low, high in (result.right, result.closed_loop, result.hours):
        assert low <= value <= high


def test_both_reports_hold_the_same_comments(comments):
    manager = manager_view(comments, OWNERS).set_index("cause")
    assert manager["comments"].sum() == len(comments)
    assert manager.index[0] == "no answer"
    assert manager.loc["time-out", "right"] == 0
    agents = [agent_view(comments, customer) for customer in comments["customer"].unique()]
    assert sum(map(len, agents)) == len(comments)
    assert np.mean(pd.concat(agents)["rating"]) == comments["rating"].mean()
    assert agents[0]["month"].tolist() == ["2026-03", "2026-01"]
    assert agents[0]["say_first"].tolist() == ["what was done about it", "nothing, already told"]


def test_a_cause_needs_an_owner(comments, rng):
    with pytest.raises(ValueError, match="no team for the cause 'no answer'"):
        fit_routing(comments, {"time-out": "IT"}, 5, rng)
