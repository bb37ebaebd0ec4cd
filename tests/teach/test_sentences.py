import pytest

from cemlib.teach.sentences import prose


def test_prose_is_one_output_in_markdown(outputs_of):
    [output] = outputs_of(
        'prose(f"""\n    **Respect** is felt least.\n\n    - gap: {gap}\n""")',
        prose=prose,
        gap="3",
    )
    text = "**Respect** is felt least.\n\n- gap: 3"
    assert output.data == {"text/markdown": text, "text/plain": text}


def test_prose_says_something():
    with pytest.raises(ValueError, match=r"text is .* at least one word"):
        prose("  \n ")
