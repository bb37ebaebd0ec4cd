"""The YAML beside a file: refused like the file, with the fix."""

from pathlib import Path

import pytest

from cemlib import plain_yaml
from cemlib.catalogue import load
from cemlib.studies.rights.datasets.survey import load_survey

ROWS = [["Q1", "Q2", "Q7A"], ["5", "4", "9"]]
VALID = "columns: {safety_1: Q1, choice_1: Q2, overall: Q7A}\n"


@pytest.mark.parametrize(
    ("yaml", "problem", "fix"),
    [
        ("colums: {overall: Q7A}", "has an unknown key 'colums'", "did you mean columns?"),
        ("columns: {overal: Q7A}", "maps an unknown column 'overal'", "did you mean overall?"),
        ("columns: {safety_0: Q1}", "maps an unknown column 'safety_0'", "did you mean safety_"),
        ("columns: {overall: Q7B}", "maps overall to 'Q7B'", "did you mean Q7A?"),
        ("columns: {overall: Q1, recommend: Q1}", "maps one column, 'Q1'", "remove one"),
        ("columns: {overall: [Q1]}", "has no valid column name for overall", "write overall: Q7A"),
        ("columns: [overall]", "has columns that are not a mapping", "write columns"),
        (
            "columns: Q7A\n  - x: {",
            "is not YAML: mapping values are not",
            "write columns",
        ),
        ("just words", "is not a mapping", "write keys"),
        ("scales: {item: 1-5}", "has an unknown scale 'item'", "did you mean items?"),
        ("scales: {items: 5-1}", "has an invalid scale for items: '5-1'", "write items: 1-5"),
        ("scales: {items: 5}", "has an invalid scale for items: 5", "write items: 1-5"),
        ("scales: 1-5", "has scales that are not a mapping", "write scales"),
        ("missing: {a: 1}", "has missing values of an unknown column 'a'", "use respondent"),
        ("missing: {overal: 1}", "has missing values of an unknown", "did you mean overall"),
        ("missing: {overall: {a: 1}}", "has a key missing that is not a list", "write missing"),
        ("missing: [[1]]", "has a key missing that is not a list", "write missing"),
        ("missing: [true]", "has a key missing that is not a list", "write missing"),
        ("labels: [Agree]", "has labels that are not a mapping", "write labels"),
        ("labels: {Agree: much}", "gives the label 'Agree' no number", "write labels"),
        ("labels: {Agree: .inf}", "gives the label 'Agree' no finite number", "write a number"),
        ("labels: {yes: 1}", "has a label yes or no without quotes", "in quotes"),
        ("labels: {item: {Agree: 4}}", "has labels of an unknown column 'item'", "items"),
        ("labels: {items: {Agree: [4]}}", "gives the label 'Agree' no number", "write labels"),
        ("reversed: [safety]", "reverses an unknown column 'safety'", "did you mean safety_"),
        ("reversed: {safety_1: 1}", "reverses an unknown column a dict", "use respondent"),
        ("weight: [w]", "has no valid weight: a list", "as in weight: w"),
        ("weight: true", "has no valid weight: True", "as in weight: w"),
        ("dates: d/m/y", "has no valid dates: 'd/m/y'", 'write dates: "day first" or'),
        ("decimal: comma", "has no valid decimal: 'comma'", 'write decimal: ","'),
        ("zone: Mars", "has an unknown time zone: 'Mars'", "write zone"),
        ("sheet: [1]", "has no valid sheet: a list", "as in sheet: Export"),
        ("header_row: 0", "has no valid header_row: 0", "write the number of a row"),
        ("header_row: true", "has no valid header_row: True", "write the number of a row"),
        ("header_row: 2.5", "has no valid header_row: 2.5", "write the number of a row"),
        ("hidden: yes", "has no valid hidden: True", 'write hidden: "keep" or hidden: "leave out"'),
        ("filters: [Finished]", "has filters that are not a mapping", "write filters"),
        ("filters: {Finished: {a: 1}}", "has no value for the filter 'Finished'", "true"),
        ("delimiter: x", "has no valid delimiter: 'x'", "write delimiter"),
        ("sheets: A", "has an unknown key 'sheets'", "did you mean sheet"),
    ],
)
def test_problems_of_the_yaml(write, refused, yaml, problem, fix):
    path = write(ROWS)
    path.with_name("answers.columns.yaml").write_text(yaml)
    first = refused(path)[0]
    assert first.problem.startswith("answers.columns.yaml ")
    assert problem in first.problem
    assert fix in first.fix


def test_a_valid_yaml_with_one_problem_has_one(write, refused):
    path = write(ROWS)
    yaml = path.with_name("answers.columns.yaml")
    yaml.write_text(VALID)
    assert load_survey(path).rights == ("safety", "choice")
    yaml.write_text(VALID + "scale: {}")
    assert len(refused(path)) == 1


def test_yaml_that_expands_without_end_is_harmless(write, refused):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi")]  # noqa: B905
    path = write(ROWS)
    path.with_name("answers.columns.yaml").write_text("\n".join([*lines, "columns: *i"]))
    assert all(len(str(problem)) < 500 for problem in refused(path))


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("columns: &c {overall: Q7A}\nmissing: *c", "has an alias (*) at line 2"),
        ("columns:\n  <<: {overall: Q7A}", "has a merge key (<<) at line 2"),
        ("columns: {overall: Q7A, overall: Q1}", "has the key 'overall' twice"),
        ("columns: {[overall]: Q7A}", "has a key that is neither text"),
        ("missing: " + "[" * 21 + "]" * 21, "is nested more than 20 deep at line 1"),
        ("missing: " + "[" * 5_000, "is nested more than 20 deep at line 1"),
        ("#" * 200_001, "has more than 200,000 bytes"),
        ("missing: !!python/object/apply:os.system [ls]", "is not YAML"),
        ("missing: 2026-99-99", "is not YAML"),
        ("columns: {overall: Q7A}\n--- {}", "is not YAML"),
    ],
)
def test_yaml_that_is_not_plain_is_refused(write, refused, yaml, problem):
    path = write(ROWS)
    path.with_name("answers.columns.yaml").write_text(yaml)
    assert refused(path)[0].problem.startswith(f"answers.columns.yaml {problem}")


def test_only_one_module_loads_yaml():
    package = Path(plain_yaml.__file__).parent
    loaders = [path.name for path in package.rglob("*.py") if "yaml.load(" in path.read_text()]
    assert loaders == ["plain_yaml.py"]
    assert not [path for path in package.rglob("*.py") if "yaml.safe_load" in path.read_text()]


def test_yaml_in_another_encoding(write, refused):
    path = write(ROWS)
    path.with_name("answers.columns.yaml").write_bytes("columns: {overall: 总体}".encode("gbk"))
    assert "is not UTF-8" in refused(path)[0].problem


def test_empty_yaml_maps_nothing(write):
    path = write([["safety_1", "choice_1", "overall"], ["5", "4", "9"]])
    path.with_name("answers.columns.yaml").write_text("# nothing yet\n")
    assert len(load_survey(path).answers) == 1


def test_tables_can_be_mapped_too(write):
    path = write([["name", "points", "weight"], ["speed", "3.5", "2"]], name="own.csv")
    path.with_name("own.columns.yaml").write_text(
        "columns: {attribute: name, importance: points, performance: weight}"
    )
    assert load("ipa-martilla-james-1977", path).iloc[0].tolist() == ["speed", 3.5, 2]
