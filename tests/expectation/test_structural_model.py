"""Model texts: what they say, and how a wrong one is refused, with its line."""

import pytest

from cemlib.studies.expectation.structural.model import (
    ECSI,
    Block,
    InnerPath,
    PathModel,
    parse_model,
)

GOOD = """
# a comment
Image =~ a + b     # and another
Value <~ c +
         d
Loyal =~ e
      + f

Value ~ Image
Loyal ~ Value + Image
"""


def test_text_is_read():
    model = parse_model(GOOD)
    assert model.names == ("Image", "Value", "Loyal")
    assert model.items == tuple("abcdef")
    assert [block.formative for block in model.blocks] == [False, True, False]
    assert model.sources("Loyal") == ("Image", "Value")
    assert model.depths() == {"Image": 0, "Value": 1, "Loyal": 2}
    assert [(path.source, path.target) for path in model.paths] == [
        ("Image", "Value"),
        ("Value", "Loyal"),
        ("Image", "Loyal"),
    ]


def test_layout_of_the_text_does_not_matter():
    spaced = parse_model("\ufeff" + GOOD.replace("=~", "\t=~  ").replace("\n", "\r\n"))
    assert spaced == parse_model(GOOD)


def test_names_in_quotes_hold_anything():
    text = '"Perceived value" =~ "V1 (+)" + "V#2"\n形象 =~ q1\n"Perceived value" ~ 形象'
    model = parse_model(text)
    assert model.names == ("Perceived value", "形象")
    assert model.items == ("V1 (+)", "V#2", "q1")


def test_ecsi_is_the_printed_model():
    model = parse_model(ECSI)
    assert (len(model.blocks), len(model.items), len(model.paths)) == (7, 24, 12)
    assert model.longest == 6
    assert len(model.routes) == 21  # each construct reaches all that come after it


def test_ways_are_those_that_paths_make():
    model = parse_model("A =~ a\nB =~ b\nC =~ c\nD =~ d\nB ~ A\nC ~ B\nC ~ D")
    assert model.routes == [(0, 1), (0, 2), (1, 2), (3, 2)]


HOSTILE = {
    "nothing": ("", "model has no block"),
    "only comments": ("# x\n\n", "model has no block"),
    "no path": ("A =~ a", "model has no path"),
    "no operator": ("A =~ a\nB = b", "line 2: 'B = b' is not a statement"),
    "two operators": ("A =~ a =~ b", "line 1: .* is not a statement"),
    "two names before": ("A + B =~ a", "line 1: .* has 2 names before '=~'"),
    "missing plus": ("A =~ a b", "line 1: 'a b' .* is not a name; put \\+ between"),
    "block without items": ("A =~ a\nB =~\nB ~ A", "line 2: '' .* is not a name"),
    "item in two blocks": (
        "A =~ a + b\nB =~ c\n\nC =~ b\nB ~ A",
        r"line 4: item 'b' of block 'C' is already in block 'A' \(line 1\)",
    ),
    "item twice": ("A =~ a + a\nB =~ b\nB ~ A", "item 'a' of block 'A' is already in block 'A'"),
    "block twice": ("A =~ a\nA =~ b", r"line 2: block 'A' is repeated \(line 1\)"),
    "path to nowhere": (
        "Image =~ a\nB =~ b\nImge ~ B",
        "line 3: the path B → Imge needs a block 'Imge', .* did you mean 'Image'",
    ),
    "path from nowhere": ("A =~ a\nB =~ b\nB ~ Zeal", "'Zeal =~ …'; the blocks are 'A', 'B'"),
    "path to itself": ("A =~ a\nB =~ b\nB ~ A\nB ~ B", "line 4: 'B' has a path to itself"),
    "path twice": ("A =~ a\nB =~ b\nB ~ A\nB ~ A", r"line 4: .* A → B is repeated \(line 3\)"),
    "cycle of two": ("A =~ a\nB =~ b\nB ~ A\nA ~ B", "line 4: .* cycle, (A → B → A|B → A → B)"),
    "cycle behind a start": (
        "S =~ s\nA =~ a\nB =~ b\nC =~ c\nT =~ t\nA ~ S + C\nB ~ A\nC ~ B\nT ~ C",
        "line 8: .* cycle, A → B → C → A",
    ),
    "block on no path": ("A =~ a\nB =~ b\nC =~ c\nB ~ A", "line 3: block 'C' is on no path"),
    "not a text": (3, "model is 3, but must be a text"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_wrong_model_is_refused_with_its_line(case):
    text, message = HOSTILE[case]
    with pytest.raises(ValueError, match=message):
        parse_model(text)


def test_a_model_made_by_hand_is_held_to_the_same():
    with pytest.raises(ValueError, match="model: block 'A' has no items"):
        PathModel((Block("A", ()),), (InnerPath("A", "A"),))
