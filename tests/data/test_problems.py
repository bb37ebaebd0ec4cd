"""Problems put together for people."""

from cemlib.data.problems import Problem, grouped


def texts(column, rows, value="good"):
    return [Problem(row, column, value, "is not a number", "label it") for row in rows]


def test_like_problems_are_one_line_with_their_rows():
    problems = [*texts("Q3", range(2, 62)), Problem(70, "Q3", "9", "is outside 1–7", "correct it")]
    assert grouped(problems) == [
        "rows 2–61, Q3: 60 texts in a number column, for example 'good'; label it",
        "row 70, Q3: 9 is outside 1–7; correct it",
    ]


def test_rows_apart_are_counted():
    (line,) = grouped(texts("Q3", [2, 5, 6, 9, 12, 15, 18]))
    assert line.startswith("rows 2, 5–6, 9 and 3 others, Q3: 7 texts")


def test_numbers_in_a_problem_do_not_part_a_group():
    problems = [
        Problem(row, "id", f"a{row}", f"is already in row {row - 1:,}", f"keep {row}")
        for row in range(3, 9)
    ]
    (line,) = grouped(problems)
    assert line == "rows 3–8, id: 6 problems, for example 'a3' is already in row 2; keep 3"


def test_many_columns_share_a_line_before_any_is_left_out():
    problems = [each for column in range(60) for each in texts(f"Q{column}", [2, 3])]
    assert grouped(problems) == [
        "rows 2–3, Q0, Q1, Q2 and 57 more: 120 texts in a number column, for example 'good'; "
        "label it"
    ]
    assert len(grouped(problems, 0)) == 60


def test_at_most_twenty_lines_unless_all_are_asked_for():
    problems = [Problem(2, "Q", "", f"is wrong in way {chr(97 + n)}", "fix") for n in range(26)]
    lines = grouped(problems)
    assert len(lines) == 20
    assert lines[-1] == "… and 7 more problems of 7 kinds"
    assert len(grouped(problems, 0)) == 26


def test_a_hostile_name_or_value_is_safe_in_a_terminal():
    problems = texts("Q\x1b[2J", [2, 3], "\u202egood")
    assert all(line.isprintable() for line in grouped(problems))
