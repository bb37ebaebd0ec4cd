"""Mappings proposed from names, questions, labels and values: what is sure, and what is not."""

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cemlib import catalogue, plain_yaml
from cemlib.data.proposals import (
    Column,
    Proposal,
    Setting,
    Vocabulary,
    Words,
    propose,
    yaml_text,
)
from cemlib.data.proposals.text import quoted
from cemlib.data.proposals.values import looks_like_date, number_of
from cemlib.data.template import fields_of
from cemlib.data_commands.mapping import proposals_for
from cemlib.data_commands.synonyms import IMPORTANCE, RIGHTS, SYNONYMS
from cemlib.studies.rights.nine_rights import STATEMENTS

SURVEY = {"items": tuple(RIGHTS), "overall": ("overall",)}
FULL = Vocabulary(SYNONYMS, RIGHTS, IMPORTANCE)
N = 120


def ratings(low, high, seed=1, n=N):
    """Return answers in which both ends of the scale occur."""
    drawn = np.random.default_rng(seed).integers(low, high + 1, n)
    drawn[:2] = low, high
    return [str(value) for value in drawn]


def survey(*columns):
    fields = fields_of(catalogue.dataset("survey"))
    return propose(fields, list(columns), FULL, keys=["respondent"], answers=SURVEY)


def of(name, *columns):
    return propose(fields_of(catalogue.dataset(name)), list(columns), FULL_WITHOUT_RIGHTS)


FULL_WITHOUT_RIGHTS = Vocabulary(SYNONYMS)


def as_mapping(proposed, *, sure=True):
    return {each.column: each.source for each in proposed.columns if each.sure is sure}


def settings(proposed, key, *, sure):
    return [each for each in proposed.settings if each.key == key and each.sure is sure]


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ("All in all, how satisfied are you?", "overall"),
        ("4、总体而言，您的满意度是", "overall"),
        ("Overall satisfaction", "overall"),
        ("How likely are you to recommend us?", "recommend"),
        ("您愿意推荐我们吗", "recommend"),
    ],
)
def test_questions_say_what_they_ask(said, column):
    by_name = survey(Column(said, "", ratings(0, 10)))
    by_question = survey(Column("Q9", said, ratings(0, 10)))
    assert as_mapping(by_name) == {column: said}
    assert as_mapping(by_question) == {column: "Q9"}


@pytest.mark.parametrize("right", list(RIGHTS))
def test_each_statement_is_an_item_of_its_right(right):
    for number, statement in enumerate(STATEMENTS[right]):
        proposed = survey(Column(f"Q{number}", statement, ratings(1, 7)))
        listed = [each.column for each in proposed.columns]
        assert f"{right}_1" in listed, statement


def test_items_of_a_right_are_numbered_and_keep_their_names():
    proposed = survey(
        Column("safety_2", "", ratings(1, 5)),
        Column("a", "I feel safe here", ratings(1, 5, 2)),
        Column("b", "My data are secure", ratings(1, 5, 3)),
    )
    assert as_mapping(proposed) == {"safety_2": "safety_2", "safety_1": "a", "safety_3": "b"}


def test_a_question_on_two_rights_is_unsure_for_both():
    proposed = survey(Column("a", "Was the choice fair?", ratings(1, 5)))
    assert as_mapping(proposed) == {}
    assert as_mapping(proposed, sure=False) == {"fairness_1": "a", "choice_1": "a"}


def test_a_hint_is_unsure_unless_its_block_is_of_the_right():
    alone = survey(Column("Q1_1", "knows who mends", ratings(1, 5)))
    assert as_mapping(alone, sure=False) == {"safety_1": "Q1_1"}
    block = survey(
        Column("Q1_1", "knows who mends", ratings(1, 5)),
        Column("Q1_2", "safe with us", ratings(1, 5, 2)),
    )
    assert as_mapping(block) == {"safety_1": "Q1_1", "safety_2": "Q1_2"}


def test_importance_is_told_from_perception():
    proposed = survey(
        Column("a", "How important is safety to you?", ratings(1, 5)),
        Column("b", "I feel safe", ratings(1, 5, 2)),
    )
    assert as_mapping(proposed) == {"safety_importance": "a", "safety_1": "b"}


def test_two_candidates_are_both_listed_and_neither_is_used():
    proposed = survey(
        Column("Overall satisfaction", "", ratings(0, 10)),
        Column("overall_satisfaction", "", ratings(0, 10, 2)),
    )
    assert as_mapping(proposed) == {}
    listed = [(each.column, each.source) for each in proposed.columns]
    assert listed == [
        ("overall", "Overall satisfaction"),
        ("overall", "overall_satisfaction"),
    ]


def test_a_usual_name_with_values_that_do_not_fit_is_unsure():
    proposed = of("contacts", Column("time", "", ["2026-03-02 08:00"] * 3),
                  Column("rating", "", ["good", "bad", "good"]))  # fmt: skip
    assert as_mapping(proposed) == {"time": "time"}
    unsure = next(each for each in proposed.columns if each.column == "score")
    assert "do not fit" in unsure.reason
    assert not unsure.sure


def test_a_respondent_is_another_one_in_each_row():
    once = survey(Column("ID", "", [f"r{row}" for row in range(9)]))
    twice = survey(Column("ID", "", ["r1", *(f"r{row}" for row in range(8))]))
    assert as_mapping(once) == {"respondent": "ID"}
    assert as_mapping(twice) == {}


def test_the_only_column_of_times_is_proposed_as_unsure():
    proposed = of("contacts", Column("Anlage", "", ["02.03.2026 08:00", "31.03.2026 09:00"]),
                  Column("Kunde", "", ["a", "b"]))  # fmt: skip
    assert as_mapping(proposed, sure=False)["time"] == "Anlage"
    assert settings(proposed, "dates", sure=True)[0].value == "day first"


def test_a_name_that_comes_twice_is_not_proposed():
    twice = Column("overall", "", ratings(0, 10))
    assert survey(twice, twice).columns == []


def test_a_column_is_surely_only_one_thing():
    proposed = of(
        "complaints",
        Column("created", "", ["2026-03-02 08:00", "2026-03-03 08:00"]),
        Column("category", "", ["bill", "line"]),
    )
    sources = list(as_mapping(proposed).values())
    assert len(sources) == len(set(sources))


def test_ratings_whose_question_says_nothing_are_listed():
    names = [f"Q1[SQ00{number}]" for number in range(4)]
    asked = [Column(name, "", ratings(1, 5, at)) for at, name in enumerate(names)]
    proposed = survey(*asked, Column("note", "", ["a", "b"]))
    assert [each.source for each in proposed.columns if each.column == "…"] == names
    assert as_mapping(proposed) == {}
    assert proposed.unused == ["note"]


@pytest.mark.parametrize(
    ("low", "high", "scale", "sure"),
    [(1, 5, "1-5", True), (1, 7, "1-7", True), (1, 10, "1-10", False), (2, 5, "1-5", False)],
)
def test_a_scale_is_sure_if_both_ends_were_chosen(low, high, scale, sure):
    found = survey(Column("safety_1", "", ratings(low, high))).settings[0]
    assert (found.group, found.value, found.sure) == ("items", scale, sure)


def test_few_answers_make_no_scale_sure():
    assert not survey(Column("safety_1", "", ["1", "5", "3", "4"])).settings[0].sure


@pytest.mark.parametrize("code", ["99", "-9", "9"])
def test_a_code_outside_the_scale_is_unsure(code):
    proposed = survey(Column("safety_1", "", [*ratings(1, 5), code, code]))
    assert settings(proposed, "missing", sure=True) == []
    (missing,) = settings(proposed, "missing", sure=False)
    assert (missing.group, missing.value) == ("items", [code])
    assert settings(proposed, "scales", sure=True)[0].value == "1-5"


def test_a_nine_on_a_scale_of_ten_is_an_answer():
    proposed = survey(Column("overall", "", ratings(0, 10)))
    assert settings(proposed, "missing", sure=False) == []


def test_words_and_labelled_codes_for_no_answer_are_sure():
    words = survey(Column("safety_1", "", [*ratings(1, 5), "Don't know", "(跳过)"]))
    assert settings(words, "missing", sure=True)[0].value == ["(跳过)", "Don't know"]
    codes = {"99": "No answer"}
    labelled = survey(Column("safety_1", "", [*ratings(1, 5), "99"], codes=codes))
    assert settings(labelled, "missing", sure=True)[0].value == ["99"]


def test_an_item_that_falls_where_the_others_rise_is_named_as_unsure():
    base = np.array([int(value) for value in ratings(1, 5)])
    same = [str(value) for value in base]
    turned = [str(6 - value) for value in base]
    proposed = survey(
        Column("safety_1", "", same), Column("safety_2", "", turned), Column("choice_1", "", same)
    )
    (found,) = settings(proposed, "reversed", sure=False)
    assert found.value == ["safety_2"]
    straight = survey(Column("safety_1", "", same), Column("safety_2", "", same))
    assert settings(straight, "reversed", sure=False) == []


def test_a_weight_is_never_sure():
    proposed = survey(
        Column("权重", "", ["0.5", "1.5", "1"]), Column("overall", "", ratings(0, 10))
    )
    assert [each.value for each in settings(proposed, "weight", sure=False)] == ["权重"]
    assert settings(proposed, "weight", sure=True) == []
    assert "权重" not in proposed.unused


@pytest.mark.parametrize(
    ("cells", "sure", "unsure"),
    [
        (["31/3/2026", "1/4/2026"], ["day first"], []),
        (["3/31/2026", "4/1/2026"], ["month first"], []),
        (["3/4/2026", "4/1/2026"], [], ["day first", "month first"]),
        (["31/3/2026", "3/31/2026"], [], ["day first", "month first"]),
        (["2026-03-31", "2026-04-01"], [], []),
    ],
)
def test_the_order_of_day_and_month_is_sure_only_if_the_dates_show_it(cells, sure, unsure):
    proposed = of("contacts", Column("time", "", cells))
    assert [each.value for each in settings(proposed, "dates", sure=True)] == sure
    assert [each.value for each in settings(proposed, "dates", sure=False)] == unsure


@pytest.mark.parametrize(
    ("cells", "sure", "unsure"),
    [
        (["1.200,50", "3,5"], [","], []),
        (["1,200.50", "3.5"], ["."], []),
        (["3,5", "4,25"], [","], []),
        (["1,200", "2,500"], [], [",", "."]),
        (["12", "13.5"], [], []),
    ],
)
def test_the_decimal_sign_is_sure_only_if_the_numbers_show_it(cells, sure, unsure):
    proposed = of("offers", Column("share", "", cells))
    assert [each.value for each in settings(proposed, "decimal", sure=True)] == sure
    assert [each.value for each in settings(proposed, "decimal", sure=False)] == unsure


def test_what_looks_like_a_number_or_date():
    assert number_of("1,200.50") == 1200.5
    assert number_of("1.200.300") == 1200300
    assert number_of("1_000") is None
    assert not looks_like_date("12.5")
    assert looks_like_date("05/Jan/26 08:00 AM")


AWKWARD = ["yes", "No", "1:30", "a: b", "# x", "- x", "[Q1]", "{a}", "*x", "&y", "'", '"', "010",
           "null", "~", "=", "<<", "Q\n1", "总体", "\x85", "\u2028", "\u202e", "1e3", "",
           "😀"]  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
def test_any_name_reads_back(name):
    assert yaml.safe_load(f"a: {quoted(name)}  # b") == {"a": name}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_reads_back(name):
    assert yaml.safe_load(f"a: {quoted(name)}  # b") == {"a": name}


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=3),
    st.text(max_size=20),
)
def test_no_text_of_a_file_becomes_a_key(names, reason):
    proposals = [Proposal("safety_1", name, reason, False) for name in names]
    text = yaml_text("Proposed", proposals, [], names)
    assert yaml.safe_load(text) == ({"columns": None} if names else None)


def test_what_is_sure_is_read_and_what_is_not_is_a_comment(tmp_path):
    proposed = [Proposal("overall", "yes", "a", True), Proposal("safety_1", "1:30", "b", False)]
    listed = [
        Setting("scales", "1-5", "c", True, "items"),
        Setting("labels", {"No": 1.0, "Agree: yes": 2.5}, "d", True, "items"),
        Setting("missing", ["-"], "e", True, "items"),
        Setting("missing", ["-", "99"], "f", False, "items"),
        Setting("decimal", ",", "g", True),
        Setting("dates", "day first", "h", False),
    ]
    path = tmp_path / "a.columns.yaml"
    path.write_text(yaml_text("Proposed", proposed, listed, []), encoding="utf-8")
    assert plain_yaml.read(path) == {
        "columns": {"overall": "yes"},
        "scales": {"items": "1-5"},
        "labels": {"items": {"No": 1, "Agree: yes": 2.5}},
        "missing": {"items": ["-"]},
        "decimal": ",",
    }
    used = [line.replace("# ", "", 1) if "# unsure" in line else line
            for line in path.read_text(encoding="utf-8").splitlines()
            if '["-"]' not in line]  # fmt: skip
    path.write_text("\n".join(used), encoding="utf-8")
    content = plain_yaml.read(path)
    assert content["columns"] == {"overall": "yes", "safety_1": "1:30"}
    assert content["missing"] == {"items": ["-", "99"]}
    assert content["dates"] == "day first"


def test_words_are_told_apart_from_parts_of_words():
    words = Vocabulary(groups={"choice": Words(["choice"])})
    fields = fields_of(catalogue.dataset("survey"))
    proposed = propose(fields, [Column("a", "multichoice", ratings(1, 5))], words)
    assert [each.column for each in proposed.columns if each.column.startswith("choice")] == []


def trials(root):
    folder = root.parent / "shared" / "trials"
    if not folder.is_dir():
        pytest.skip("the folder of trial files is absent")
    return folder


@pytest.mark.parametrize(
    "file",
    ["04-wenjuanxing/b-score.xlsx", "04-wenjuanxing/c-gbk.csv", "04-wenjuanxing/e-fullwidth.xlsx"],
)
def test_a_chinese_survey_is_mapped_from_its_questions(root, file):
    proposed, _ = proposals_for(catalogue.dataset("survey"), trials(root) / file)
    sure = as_mapping(proposed)
    assert set(sure) == {
        "respondent", "overall", "safety_1", "information_1", "information_2", "choice_1",
        "choice_2",
    }  # fmt: skip
    assert sure["choice_2"].endswith("我可以拒绝")
    assert as_mapping(proposed, sure=False) == {"safety_2": "1、请评价—出问题时我知道找谁"}
    scales = {each.group: each.value for each in settings(proposed, "scales", sure=True)}
    assert scales == {"items": "1-5", "overall": "0-10"}


@pytest.mark.parametrize(
    "file",
    [
        "01-qualtrics/a-values.csv",
        "01-qualtrics/b-labels.csv",
        "12-weights-reverse/real.sav",
        "03-google-forms/a-labels.csv",
        "12-weights-reverse/g-dont-know.csv",
    ],
)
def test_a_survey_export_is_mapped_so_that_it_is_accepted(root, tmp_path, file):
    source = trials(root) / file
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    proposed, _ = proposals_for(catalogue.dataset("survey"), path)
    text = yaml_text("Proposed", proposed.columns, proposed.settings, proposed.unused)
    path.with_name(f"{path.stem}.columns.yaml").write_text(text, encoding="utf-8")
    assert [str(problem) for problem in catalogue.problems("survey", path)] == []
