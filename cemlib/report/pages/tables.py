"""Makes tables accessible: header scopes, and frames that can be scrolled from the keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

_NUMBER = re.compile(r"[-+−–]?[\d.,\s]*\d\s?%?|nan|NaN|None|[-–—]?")


@dataclass
class Tables:
    """Numbers the tables of a page, so that each has a unique name."""

    count: int = 0

    def make_accessible(self, html: str) -> Markup:
        """Return HTML whose tables have scopes, no empty header cells, and a scrollable frame.

        Examples
        --------
        >>> Tables().make_accessible("<table><tr><th></th></tr></table>")[-39:]
        Markup('<table><tr><td></td></tr></table></div>')
        """
        if "<table" not in html:
            return Markup(html)
        soup = BeautifulSoup(html, "html.parser")
        for table in soup.find_all("table"):
            self.count += 1
            _add_scopes(table)
            if table.find_parent(class_="cem-rating"):  # shows and hides its own table
                continue
            caption = table.find("caption")
            text = " ".join(caption.get_text().split()) if caption else ""
            frame = soup.new_tag("div", role="region", tabindex="0")
            frame["class"] = "scroll"
            frame["aria-label"] = f"Table {self.count}" + (f": {text}" if text else "")
            table.wrap(frame)
        return Markup(str(soup))


def _add_scopes(table: Tag) -> None:
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
    """Mark the numeric columns of a pandas frame, unless cells span columns or rows."""
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
