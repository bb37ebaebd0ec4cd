"""Datasets of satisfaction and expectation."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES = {
    "article-c": "An article on centralised repair in call centres (Chinese trade press, 2010s)",
    "aronson-mills-1959": "Aronson & Mills (1959), The effect of severity of initiation on liking "
    "for a group, Journal of Abnormal and Social Psychology 59(2):177–181",
    "lodewijkx-syroit": "Lodewijkx & Syroit (1997, 2001), on severe and mild initiations",
    "kamau-2012": "Kamau (2012), on severe initiations into a group",
    "norton-2012": "Norton, Mochon & Ariely (2012), The IKEA effect: when labor leads to love, "
    "Journal of Consumer Psychology 22(3):453–460",
    "buell-norton-2011": "Buell & Norton (2011), The labor illusion: how operational transparency "
    "increases perceived value, Management Science 57(9):1564–1579",
}

ENTRIES = (
    Dataset(
        "callbacks",
        "Trial of call-backs after a broadband reset: effort × information, randomised",
        "telecom/callbacks.csv",
        GENERATED,
        ("article-c",),
        contract="expectation.callbacks",
        limit_mb=64,
    ),
    Dataset(
        "expectations",
        "Panel of what customers get and expect, six quarters",
        "telecom/expectations.csv",
        GENERATED,
        contract="expectation.expectations",
        limit_mb=64,
    ),
    Dataset(
        "responses",
        "Answers of a class to the metro experiment: effort × information",
        "cases/responses.csv",
        "Generated from the model of the metro experiment: no person answered it. It shows the "
        "form of a class's own answers.",
        ("article-c",),
        contract="expectation.responses",
    ),
    Dataset(
        "effort-effects",
        "Published effects of effort on liking and worth, with the attempts to repeat them",
        "published/effort-effects.csv",
        "Mixed, told row by row: directions and non-replications verified, means recalled.",
        (
            "aronson-mills-1959",
            "lodewijkx-syroit",
            "kamau-2012",
            "norton-2012",
            "buell-norton-2011",
        ),
        contract="expectation.effort_effects",
    ),
)
