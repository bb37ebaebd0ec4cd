"""SVG files of matplotlib as elements of a page, with the same bytes on every machine."""

from __future__ import annotations

import hashlib
import re
from html import escape

_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_NAMED = re.compile(r' id="([^"]*)"')
_HASHED = re.compile(r"\b([chmp][0-9a-f]{10}|image[0-9a-f]{10})\b")


def tidy_svg(svg: str, alt: str) -> str:
    """Return the SVG file that matplotlib writes as one short, labelled element.

    Coordinates are rounded to 0.01 point, so that the last digits, which differ between processors,
    are lost. Names that matplotlib hashes from unrounded coordinates are numbered instead.
    """
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _NUMBER.sub(_rounded, svg)
    used = set(re.findall(r"#([^\s\")]+)", svg))
    svg = _NAMED.sub(lambda name: name[0] if name[1] in used else "", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    svg = _renamed(svg)
    head, body = svg.split(">", 1)
    head = re.sub(r'(width|height)="([\d.]+)pt"', _pixels, head)
    return f'{head} role="img" aria-label="{escape(alt)}">{body}'


def _rounded(number: re.Match[str]) -> str:
    if number[0].startswith("scale"):
        return number[0]
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _renamed(svg: str) -> str:
    names = {name: f"n{count}" for count, name in enumerate(dict.fromkeys(_HASHED.findall(svg)))}
    numbered = _HASHED.sub(lambda name: names[name[0]], svg)
    # Several figures share a page, so the names of each begin with a hash of its content.
    prefix = "f" + hashlib.sha256(numbered.encode()).hexdigest()[:8]
    return _HASHED.sub(lambda name: prefix + names[name[0]], svg)


def _pixels(size: re.Match[str]) -> str:
    return f'{size[1]}="{float(size[2]) * 96 / 72:.0f}"'
