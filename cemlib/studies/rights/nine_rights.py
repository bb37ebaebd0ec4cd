"""The nine rights in their order, the statements about them, and the names of survey columns."""

from __future__ import annotations

import re

RIGHTS = (
    "safety",
    "information",
    "choice",
    "fairness",
    "compensation",
    "association",
    "knowledge",
    "respect",
    "supervision",
)
ITEM = re.compile(rf"({'|'.join(RIGHTS)})_([1-9]\d?)")
STATEMENTS = {
    "safety": (
        "I know what is guaranteed after the purchase",
        "My person, data and money are safe with this company",
        "When something breaks, I know who fixes it",
    ),
    "information": (
        "I can see what I pay for",
        "I can see where my case stands",
        "What I was told proved correct",
    ),
    "choice": (
        "I was given more than one solution",
        "I could choose how and when to be in contact",
        "I could say no without difficulty",
    ),
    "fairness": (
        "I am treated like others in my situation",
        "Nobody pressed me to buy",
        "What I pay is fair for what I get",
    ),
    "compensation": (
        "When something failed, I was compensated",
        "I understood what the compensation was worth",
        "I did not have to fight for it",
    ),
    "association": (
        "I know other customers of this company",
        "I feel part of a community",
        "The members' club is useful to me",
    ),
    "knowledge": (
        "The cause was explained to me",
        "I learned how to avoid the problem",
        "I understand the product better than before",
    ),
    "respect": (
        "I was addressed politely",
        "I was listened to without interruption",
        "My habits and beliefs were respected",
    ),
    "supervision": (
        "I was asked what I think",
        "It is easy to criticise or make suggestions",
        "I was told what happened with my feedback",
    ),
}
