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
