"""Printed names of measures and judgements."""

NAMES = {
    "access": "ease of access",
    "speed": "response speed",
    "word_of_mouth": "word of mouth",
    "reliable": "correct and not hedged",
    "certain": "certain (not hedged)",
    "consistent": "consistent (two agents, same answer)",
    "integrated": "integrated (told in layers)",
    "fit": "fit of the advice (1–5)",
}


def printed(name: object) -> str:
    """Return the printed name of a measure or judgement: its own where it has no other.

    Examples
    --------
    >>> printed("speed"), printed("profit")
    ('response speed', 'profit')
    """
    return NAMES.get(str(name), str(name))
