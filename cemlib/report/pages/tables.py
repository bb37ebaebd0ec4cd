"""Tables that everybody can read: pandas' own, mended; wide ones, scrolled from the keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

_NUMBER = re.compile(r"[-+−–]?[\d.,\u202f\s]*\d\s?%?|nan|NaN|None|[-–—]?")


@dataclass
class Tables:
    """Numbers the tables of a page, so that each has a name of its own."""

    count: int = 0

    def mend(self, html: str) -> Markup:
        """Return HTML whose tables have scopes, no empty heads, and a frame that can be scrolled.

        Examples
        --------
        >>> Tables().mend("<table><tr><th></th></tr></table>")[-39:]
        Markup('<table><tr><td></td></tr></table></div>')
        """
        if "<table" not in html:
            return Markup(html)
        soup = BeautifulSoup(html, "html.parser")
        for table in soup.find_all("table"):
            self.count += 1
            _mend(table)
            if table.find_parent(class_="cem-rating"):  # shows and hides its table itself
                continue
            caption = table.find("caption")
            words = " ".join(caption.get_text().split()) if caption else ""
            frame = soup.new_tag("div", role="region", tabindex="0")
            frame["class"] = "scroll"
            frame["aria-label"] = f"Table {self.count}" + (f": {words}" if words else "")
            table.wrap(frame)
        return Markup(str(soup))


def _mend(table: Tag) -> None:
    del table["border"]
    for style in table.find_all_previous("style"):
        if style.has_attr("scoped"):
            style.decompose()
    for head in table.find_all("th"):
        if not head.get_text(strip=True):
            head.name = "td"
            del head["scope"]
        elif not head.has_attr("scope") and head.find_parent(["thead", "tbody"]):
            head["scope"] = "col" if head.find_parent("thead") else "row"
    if "dataframe" in table.get_attribute_list("class"):
        _align(table)


def _align(table: Tag) -> None:
    """Mark the columns of numbers of a plain frame, where no cell spans several."""
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    spans = any(
        cell.has_attr("colspan") or cell.has_attr("rowspan") for row in rows for cell in row
    )
    if spans or len({len(row) for row in rows}) != 1:
        return
    for column in zip(*rows, strict=True):
        body = [cell for cell in column if cell.find_parent("tbody")]
        if body and all(_NUMBER.fullmatch(cell.get_text(strip=True)) for cell in body):
            for cell in column:
                cell["class"] = "number"
