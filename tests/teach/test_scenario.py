import pandas as pd
import pytest

from cemlib.teach.scenario import CALLS, Choice, Game, Step, scenario


@pytest.fixture(scope="module")
def rows(root):
    table = pd.read_csv(root / "datasets/cases/yang-choices.csv")
    return table.assign(done=table["done"] == "yes")


@pytest.fixture(scope="module")
def game(rows):
    return scenario(rows, "Ms Yang").game


def test_case_has_one_answer_given_at_each_step(game):
    assert len(game.steps) == 6
    assert all(sum(choice.done for choice in step.choices) == 1 for step in game.steps)


def test_what_was_done_is_the_articles_and_all_else_is_marked(rows):
    assert set(rows.loc[rows["done"], "mark"]) == {"article"}
    assert set(rows.loc[~rows["done"], "mark"]) == {"assumed"}


def test_course_adds_up_and_stays_within_its_ends():
    steps = (Step("", (Choice("a", 70, 5, True, ""), Choice("b", -30, 1, False, ""))),) * 3
    game = Game("", steps, 60, "")
    assert game.course([0, 1, None]) == [(100, 5), (70, 6)]
    assert game.course([None, 0, 0]) == []
    assert game.course([1, 1, 0]) == [(30, 1), (0, 2)]


def test_words_of_each_stage(game):
    nothing = [None] * 6
    done = [step.done for step in game.steps]
    assert game.told(nothing) == "Patience 60 of 100, 0 yuan spent. 0 of 6 steps decided."
    assert game.told(done).endswith("You decided as it was done.")
    other = [3, *done[1:4], 2, done[5]]
    assert game.told(other).endswith("You decided otherwise at steps 1 and 5.")
    worst = [min(range(len(s.choices)), key=lambda c: s.choices[c].patience) for s in game.steps]
    assert "She has left, at step 3." in game.told(worst)
    assert game.judged(done, 0).endswith("This is what was done.")
    assert "What was done: Take her number" in game.judged(other, 0)
    assert game.judged(nothing, 0) == ""


def test_calls_are_decided_against_prompts_and_count_no_patience(rows):
    earns = rows.assign(patience=0.0, cost=100.0 + rows["done"])
    calls = scenario(earns, "Six calls", phrases=CALLS)
    game, done = calls.game, [step.done for step in calls.game.steps]
    assert game.told([None] * 6) == (
        "0 yuan earned, as far as can be expected. 0 of 6 steps decided."
    )
    assert game.told(done).endswith("By the prompts: 606 yuan. You followed every prompt.")
    other = [3, *done[1:]]
    assert "The prompt: Take her number" in game.judged(other, 0)
    assert game.told(other).endswith("You decided otherwise at step 1.")
    page = calls.to_html()
    assert "cem-decide-bar" not in page.split("</style>")[1].split("<script")[0]
    assert ">Patience<" not in page
    assert "<caption>By the prompts</caption>" in page
    assert 'scope="col">The prompt</th>' in page


def test_page_holds_the_game_and_asks_for_nothing(rows):
    page = scenario(rows, "Ms Yang <b>", note="Assumed & marked").to_html()
    assert page.count("<fieldset") == 6
    assert page.count('type="radio"') == len(rows)
    assert "Ms Yang &lt;b&gt;" in page
    assert "Assumed &amp; marked" in page
    assert "http" not in page
    assert "<caption>As it was done</caption>" in page


def test_one_output(rows, outputs_of):
    [output] = outputs_of("scenario(rows, 'Ms Yang')", scenario=scenario, rows=rows)
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"].startswith("Ms Yang: 6 steps. As it was done: patience")
    assert scenario(rows, "Ms Yang").picks == [None] * 6


def test_live_opens_a_step_at_a_time(rows, monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    live = scenario(rows, "Ms Yang")
    shown = [box.layout.display for box in live._boxes]
    assert shown == [""] + ["none"] * 5
    live.radios[0].value = 1
    assert [box.layout.display for box in live._boxes][:3] == ["", "", "none"]
    assert "This is what was done." in live.views[0].value
    assert "1 of 6 steps decided" in live.status.value
    assert live.picks == [1, *[None] * 5]
    live.again.click()
    assert live.picks == [None] * 6


def test_live_is_one_output(rows, monkeypatch, outputs_of):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    [output] = outputs_of("live = scenario(rows, 'x')\nlive", scenario=scenario, rows=rows)
    assert "application/vnd.jupyter.widget-view+json" in output.data


@pytest.mark.parametrize(
    ("spoil", "kinds", "message"),
    [
        (lambda r: r.drop(columns="comes"), {}, "choices is"),
        (lambda r: r.head(0), {}, "choices is"),
        (lambda r: r.assign(done=False), {}, "step 1 is 4, but must be two answers or more"),
        (lambda r: r.assign(moment=None), {}, "and a situation"),
        (lambda r: r, {"label": " "}, "label is ' '"),
        (lambda r: r, {"start": 0}, "start is 0"),
    ],
)
def test_what_is_no_case_is_refused(rows, spoil, kinds, message):
    with pytest.raises(ValueError, match=message):
        scenario(spoil(rows), **{"label": "x", **kinds})
