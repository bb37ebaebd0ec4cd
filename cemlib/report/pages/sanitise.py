"""Cleans HTML of a notebook before it enters a page: an allow list, without scripts.

A page's content security policy forbids style attributes. They are removed here; declarations that
only affect the look of the element itself become a class in the page's own style sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape

import nh3
from markupsafe import Markup

_TEXT = (
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp "
    "section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
)
_CONTROLS = "button fieldset input label legend meter optgroup option output progress select"
_MATH = (
    "math menclose merror mfenced mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt "
    "mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
)
_SVG = (
    "svg circle clipPath defs desc ellipse g line linearGradient path polygon polyline "
    "radialGradient rect stop text title tspan"
)
_DROPPED = "script style iframe object embed template noscript noembed noframes textarea xmp"
_EVERYWHERE = "class dir hidden id lang role style tabindex title"
_ATTRIBUTES = {
    "a": "download href",
    "button": "type",
    "col colgroup": "span",
    "details": "open",
    "fieldset": "disabled",
    "img": "alt height src width",
    "input": "autocomplete checked max min name placeholder step type value",
    "li": "value",
    "meter progress": "high low max min optimum value",
    "ol": "reversed start type",
    "option optgroup": "disabled label selected value",
    "select": "autocomplete name",
    "td th": "colspan rowspan scope",
    "time": "datetime",
    _MATH: "accent accentunder columnalign columnlines columnspacing depth display displaystyle "
    "fence form frame height largeop linethickness lspace mathbackground mathcolor mathsize "
    "mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel "
    "separator stretchy symmetric voffset width xmlns",
    _SVG: "clip-path cx cy d dominant-baseline dx dy fill fill-opacity fill-rule font-family "
    "font-size font-weight gradientTransform gradientUnits height offset opacity points "
    "preserveAspectRatio r rx ry stop-color stop-opacity stroke stroke-dasharray stroke-linecap "
    "stroke-linejoin stroke-opacity stroke-width text-anchor transform viewBox width x x1 x2 "
    "xmlns y y1 y2",
}
_INPUTS = ("checkbox", "number", "radio", "range", "text")
_LINK = re.compile(
    r"#.*|https?://.+"
    r"|data:(?:text/csv|application/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)"
    r"(?:;charset=utf-8)?;base64,[A-Za-z0-9+/=]*",
    re.IGNORECASE | re.DOTALL,
)
_PICTURE = re.compile(r"data:image/(?:gif|jpeg|png|svg\+xml|webp)[;,]", re.IGNORECASE)
_ELSEWHERE = re.compile(r"url\((?!#)", re.IGNORECASE)
_TAG = re.compile(r'<[a-zA-Z][\w-]*((?: [^\s"=<>]+="[^"]*")+)>')  # as nh3 writes them
_ATTRIBUTE = re.compile(r' (class|id|style)="([^"]*)"')

_SAFE_PROPERTY = re.compile(
    r"background(-color|-image)?|(min-|max-)?(width|height)|left|right|color|opacity"
    r"|border(-(top|right|bottom|left))?(-(color|style|width|radius))?|border-(collapse|spacing)"
    r"|padding(-(top|right|bottom|left))?|margin(-(top|right|bottom|left))?"
    r"|font(-(family|size|style|weight|variant|variant-numeric))?|line-height|letter-spacing"
    r"|text-(align|decoration|indent|overflow|transform)|vertical-align|white-space|overflow-wrap"
    r"|word-break|display|overflow(-x|-y)?|list-style(-type)?"
    r"|(align|justify)-(items|content)|flex(-direction|-wrap)?|(column-|row-)?gap"
)
_SAFE_VALUE = re.compile(r"[\w\s.,%#()+*/-]+", re.ASCII)
_FETCHES = re.compile(r"url|image-set|src\(|expression", re.IGNORECASE)
_SHEET = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NAMED = re.compile(r"#(T_\w+)", re.ASCII)


@dataclass
class Sanitiser:
    """Cleans the HTML of a page's cells, and collects its styles.

    Attributes
    ----------
    classes : dict
        Declarations → the class that holds them.
    """

    classes: dict[str, str] = field(default_factory=dict)

    def clean(self, html: str) -> Markup:
        """Return HTML without scripts and style attributes, and with allowed addresses only.

        Examples
        --------
        >>> gate = Sanitiser()
        >>> gate.clean('<b onclick="alert(1)">so</b><script>alert(2)</script>')
        Markup('<b>so</b>')
        >>> gate.clean('<i style="color: red; position: fixed">so</i>')
        Markup('<i class="style-1">so</i>')
        >>> print(gate.sheet)
        .style-1:not(#_) { color: red }
        """
        named = _named(html)
        passed = _cleaner().clean(html)
        if named or ' style="' in passed:
            passed = _TAG.sub(lambda tag: self._replace_style(tag, named), passed)
        return Markup(passed)

    @property
    def sheet(self) -> str:
        """The style sheet of the removed style attributes, with the same precedence."""
        return "\n".join(
            f".{name}:not(#_) {{ {declared} }}" for declared, name in self.classes.items()
        )

    def _replace_style(self, tag: re.Match[str], named: dict[str, str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(tag[1]))
        style = f"{named.get(attributes.get('id', ''), '')};{unescape(attributes.get('style', ''))}"
        declared = _safe_declarations(style)
        remaining = re.sub(r' style="[^"]*"', "", tag[1])
        if declared:
            name = self.classes.setdefault(declared, f"style-{len(self.classes) + 1}")
            if "class" in attributes:
                remaining = remaining.replace(' class="', f' class="{name} ', 1)
            else:
                remaining = f' class="{name}"{remaining}'
        start, end = tag.span(1)
        return tag[0][: start - tag.start()] + remaining + tag[0][end - tag.start() :]


def _safe_declarations(style: str) -> str:
    """Return the declarations that affect only the look of an element and load nothing."""
    safe = {}
    for declaration in style.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        strong = value.removesuffix("!important").strip()
        plain = _SAFE_VALUE.fullmatch(strong) and not _FETCHES.search(strong)
        if plain and _balanced(strong) and _SAFE_PROPERTY.fullmatch(name.lower()):
            safe[name.lower()] = " ".join(strong.split())
    return "; ".join(f"{name}: {value}" for name, value in safe.items())


def _balanced(value: str) -> bool:
    depth = 0
    for sign in value:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0 and "/*" not in value


def _named(html: str) -> dict[str, str]:
    """Return the declarations of a pandas Styler for each cell, by the cell's name."""
    declarations: dict[str, str] = {}
    for sheet in _SHEET.findall(html) if "#T_" in html else ():
        for selectors, declared in _RULE.findall(sheet):
            for selector in selectors.split(","):
                if name := _NAMED.fullmatch(selector.strip()):
                    declarations[name[1]] = f"{declarations.get(name[1], '')};{declared}"
    return declarations


def _pass(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value if it is allowed."""
    if attribute == "href":
        return value if tag == "a" and _LINK.fullmatch(value.strip()) else None
    if attribute == "src":
        return value if tag == "img" and _PICTURE.match(value.strip()) else None
    if attribute == "type" and tag == "input":
        return value if value.lower() in _INPUTS else None
    if attribute == "type" and tag == "button":
        return "button"
    return None if attribute != "style" and _ELSEWHERE.search(value[:2000]) else value


@cache
def _cleaner() -> nh3.Cleaner:
    attributes = {"*": set(_EVERYWHERE.split())}
    for tags, names in _ATTRIBUTES.items():
        for tag in tags.split():
            attributes[tag] = set(names.split())
    return nh3.Cleaner(
        tags=set(f"{_TEXT} {_CONTROLS} {_MATH} {_SVG}".split()),
        clean_content_tags=set(_DROPPED.split()),
        attributes=attributes,
        attribute_filter=_pass,
        generic_attribute_prefixes={"aria-", "data-"},
        url_schemes={"http", "https", "data"},
        link_rel="noopener noreferrer",
    )
