import pytest

from cemlib.teach.sentences import prose


def test_prose_is_one_output_in_markdown(outputs_of):
    [output] = outputs_of(
        'prose("""\n    **Respect** is lowest.\n\n    - gap: {gap}\n""", gap=gap)',
        prose=prose,
        gap="3",
    )
    text = "**Respect** is lowest.\n\n- gap: 3"
    assert output.data == {"text/markdown": text, "text/plain": text}


@pytest.mark.parametrize("templates_only", [False, True])
def test_a_literal_text_and_further_sentences(outputs_of, monkeypatch, templates_only):
    monkeypatch.setattr("cemlib.teach.sentences.TEMPLATES_ONLY", templates_only)
    [output] = outputs_of("prose('**All** is read.', 'a_b is *not* used.')", prose=prose)
    assert output.data["text/markdown"] == r"**All** is read. a\_b is \*not\* used."
    assert output.data["text/plain"] == "**All** is read. a_b is *not* used."


def test_once_all_is_converted_every_text_is_a_template(monkeypatch):
    monkeypatch.setattr("cemlib.teach.sentences.TEMPLATES_ONLY", True)
    with pytest.raises(ValueError, match=r"given a value for \{gap\}"):
        prose("The gap is {gap}.")


def test_prose_is_not_empty():
    with pytest.raises(ValueError, match=r"text is .* at least one word"):
        prose("  \n ")
