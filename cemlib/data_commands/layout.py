"""Text for a terminal of 100 columns; Chinese letters count as two."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 100


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Return a table whose cells wrap, indented by two spaces.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells, as many in each row.
    header : sequence of str
        Names of the columns; no header if empty.

    Examples
    --------
    >>> print(table([("满意度", "a"), ("b", "c")], ["ONE", "TWO"]))
      ONE     TWO
      满意度  a
      b       c
    """
    from rich.table import Table
    from rich.text import Text

    grid = Table(
        box=None, show_header=bool(header), pad_edge=False, padding=(0, 2, 0, 0), show_edge=False
    )
    for at in range(len(header or rows[0])):
        grid.add_column(header[at] if header else "", no_wrap=at == 0, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    return indented(_rendered(grid, WIDTH - 2), 2)


def paragraph(text: str, indent: int = 0, hanging: int = 0) -> str:
    """Return a text wrapped into lines.

    Examples
    --------
    >>> print(paragraph("word " * 25, indent=2).replace("word", "w"))
      w w w w w w w w w w w w w w w w w w w
      w w w w w w
    """
    from rich.text import Text

    lines = _rendered(Text(text), WIDTH - indent - hanging).splitlines()
    return "\n".join(
        " " * (indent + (hanging if at else 0)) + line for at, line in enumerate(lines)
    )


def indented(text: str, by: int) -> str:
    r"""Return a text whose lines begin with so many spaces, without spaces at their ends.

    Examples
    --------
    >>> indented("a\nb ", 1)
    ' a\n b'
    """
    return "\n".join(f"{' ' * by}{line}".rstrip() for line in text.splitlines())


def _rendered(content: object, width: int) -> str:
    import io

    from rich.console import Console

    console = Console(
        file=io.StringIO(), width=width, color_system=None, legacy_windows=False, emoji=False,
        highlight=False, markup=False, force_terminal=False,
    )  # fmt: skip
    with console.capture() as capture:
        console.print(content)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())
