"""YAML of anybody's: what is read, and what is refused."""

import pytest

from cemlib import plain_yaml


def read(tmp_path, text):
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    return plain_yaml.read(file)


def test_a_character_written_as_two_halves_is_one(tmp_path):
    assert read(tmp_path, r'title: "\ud83d\ude00"') == {"title": "😀"}


@pytest.mark.parametrize("text", [r'title: "\ud83d"', r'"\ude00": 1', r'a: ["\ud83dx"]'])
def test_half_a_character_is_refused(tmp_path, text):
    with pytest.raises(plain_yaml.NotPlainError, match=r"half a character .* at line 1"):
        read(tmp_path, text)


@pytest.mark.parametrize("value", ["010", "-010", "+0_10", "12:30", "1:02:03", "12:30.5", "00"])
@pytest.mark.parametrize("text", ["a: VALUE", "a: [1, VALUE]", "VALUE: a"])
def test_a_number_that_yaml_reads_as_another_is_refused(tmp_path, value, text):
    with pytest.raises(plain_yaml.NotPlainError, match=r" at line 1, .*put it in quotes"):
        read(tmp_path, text.replace("VALUE", value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", 0), ("0.5", 0.5), ("-0", 0), ("08", "08"), ("0x1F", 31), ('"010"', "010"), ("10", 10)],
)
def test_a_plain_number_or_a_quoted_one_is_read(tmp_path, value, expected):
    assert read(tmp_path, f"a: {value}") == {"a": expected}
