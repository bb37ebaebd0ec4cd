"""Files made to hurt whoever reads them: each is small, and asks for much memory or time."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

HEAD = ("safety_1", "choice_1", "overall")
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)
FORGED = 400_000_000  # bytes that an archive holds and says it does not
_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{_ENTITIES}]>'
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l9 "{"a" * 100_000}">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'


def _workbook(path: Path, **parts: str | bytes) -> Path:
    """Write an .xlsx workbook, with parts of it replaced by name."""
    import openpyxl

    plain = io.BytesIO()
    book = openpyxl.Workbook()
    for row in (HEAD, (5, 4, 9), ("text", 4, 8)):
        book.active.append(row)
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            key = Path(name).stem
            target.writestr(name, parts.pop(key) if key in parts else source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def _sheet(rows: str) -> str:
    cells = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for letter, name in zip("ABC", HEAD, strict=True)
    )
    return SHEET.format(f'<sheetData><row r="1">{cells}</row>{rows}</sheetData>')


def far_row(folder: Path) -> Path:
    row = '<row r="2000000000"><c r="A2000000000"><v>5</v></c></row>'
    return _workbook(folder / "a.xlsx", sheet1=_sheet(row))


def far_columns(folder: Path) -> Path:
    rows = "".join(f'<row r="{n}"><c r="ZZZ{n}"><v>5</v></c></row>' for n in range(2, 300_000))
    return _workbook(folder / "a.xlsx", sheet1=_sheet(rows))


def far_column(folder: Path) -> Path:
    row = '<row r="2"><c r="ZZZZZZZZ2"><v>5</v></c></row>'
    return _workbook(folder / "a.xlsx", sheet1=_sheet(row))


def million_columns(folder: Path) -> Path:
    path = folder / "a.csv"
    names = ",".join(f"c{n}" for n in range(1_000_000))
    path.write_text(f"{names}\n{'1,' * 999_999}1\n")
    return path


def many_columns(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(f"{','.join(HEAD)},{'x,' * 400_000}x\n" + "5,4,9\n" * 10)
    return path


def wide_rows(folder: Path) -> Path:
    path = folder / "a.csv"
    with path.open("w") as file:
        file.write(",".join(HEAD) + "\n")
        for _ in range(60):
            file.write("," * 900_000 + "\n")
    return path


def one_cell(folder: Path) -> Path:
    path = folder / "a.csv"
    with path.open("w") as file:
        file.write(",".join(HEAD) + '\n5,4,"')
        for _ in range(600_000):
            file.write("x" * 99 + "\n")
        file.write('"\n')
    return path


def one_cell_of_a_workbook(folder: Path) -> Path:
    cell = f'<c r="A2" t="inlineStr"><is><t>{"x" * 200_000_000}</t></is></c>'
    return _workbook(folder / "a.xlsx", sheet1=_sheet(f'<row r="2">{cell}</row>'))


def many_cells_of_one_row(folder: Path) -> Path:
    cells = "<c><v>5</v></c>" * 5_000_000
    return _workbook(folder / "a.xlsx", sheet1=_sheet(f'<row r="2">{cells}</row>'))


def laughs(folder: Path) -> Path:
    sheet = LAUGHS + _sheet('<row r="2"><c r="A2" t="str"><v>&l9;</v></c></row>')
    return _workbook(folder / "a.xlsx", sheet1=sheet)


def laughs_in_strings(folder: Path) -> Path:
    strings = f"{LAUGHS}<sst><si><t>&l9;</t></si></sst>"
    path = _workbook(folder / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        types = archive.read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = types.replace(
        "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    )
    parts = {"xl/sharedStrings.xml": strings, "[Content_Types]": types}
    return _workbook(path, **parts)


def junk_between_rows(folder: Path) -> Path:
    rows = ("<a/>" * 1_000_000 + '<row r="2"><c><v>5</v></c></row>') * 60
    return _workbook(folder / "a.xlsx", sheet1=_sheet(rows))


def one_row_again_and_again(folder: Path) -> Path:
    return _workbook(folder / "a.xlsx", sheet1=_sheet('<row r="2"/>' * 20_000_000))


def many_styles(folder: Path) -> Path:
    styles = SHEET.replace("worksheet", "styleSheet").format(
        f"<cellXfs>{'<xf/>' * 1_500_000}</cellXfs>"
    )
    return _workbook(folder / "a.xlsx", styles=styles)


def quadratic(folder: Path) -> Path:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{"&l9;" * 20}</v></c></row>' for n in range(2, 400)
    )
    return _workbook(folder / "a.xlsx", sheet1=QUADRATIC + _sheet(cells))


def outside_entity(folder: Path) -> Path:
    sheet = OUTSIDE + _sheet('<row r="2"><c r="A2" t="str"><v>&l9;</v></c></row>')
    return _workbook(folder / "a.xlsx", sheet1=sheet)


def outside_link(folder: Path) -> Path:
    row = (
        '<row r="2"><c r="A2" t="str"><f>[1]Sheet1!A1</f></c>'
        '<c r="B2"><f>WEBSERVICE("http://198.51.100.1/")</f></c></row>'
    )
    return _workbook(folder / "a.xlsx", sheet1=_sheet(row))


def forged_size(folder: Path) -> Path:
    """An .xlsx whose directory says that its sheet is short."""
    return _forge(_workbook(folder / "a.xlsx", sheet1=_sheet(_padding())), b"sheet1.xml")


def _padding() -> str:
    return " " * FORGED


def _forge(path: Path, member: bytes) -> Path:
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            named = content[start : start + 200]
            if named.find(member) > 0 and named.find(member) < 80:
                content[start + offset : start + offset + 4] = struct.pack("<I", 900)
            start += 4
    path.write_bytes(content)
    return path


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="a">{}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
CELL = '<table:table-cell{} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
FIRST = f"<table:table-row>{''.join(CELL.format('', name) for name in HEAD)}</table:table-row>"


def _ods(path: Path, rows: str, before: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", before + ODS.format(FIRST + rows))
    return path


def ods_repeated_rows(folder: Path) -> Path:
    row = f'<table:table-row table:number-rows-repeated="2000000000">{CELL.format("", 5)}'
    return _ods(folder / "a.ods", row + "</table:table-row>")


def ods_repeated_columns(folder: Path) -> Path:
    cell = CELL.format(' table:number-columns-repeated="2000000000"', 5)
    return _ods(folder / "a.ods", f"<table:table-row>{cell}</table:table-row>")


def ods_repeated_both(folder: Path) -> Path:
    cell = CELL.format(' table:number-columns-repeated="16000"', 5)
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    return _ods(folder / "a.ods", row)


def ods_repeated_spaces(folder: Path) -> Path:
    cell = CELL.format("", '<text:s text:c="2000000000"/>')
    return _ods(folder / "a.ods", f"<table:table-row>{cell}</table:table-row>")


def ods_junk_between_rows(folder: Path) -> Path:
    row = f"<table:table-row>{CELL.format('', 5)}</table:table-row>"
    return _ods(folder / "a.ods", ("<a/>" * 1_000_000 + row) * 60)


def ods_laughs(folder: Path) -> Path:
    return _ods(
        folder / "a.ods", f"<table:table-row>{CELL.format('', '&l9;')}</table:table-row>", LAUGHS
    )


def ods_far_cell(folder: Path) -> Path:
    """A cell in the last row that there can be, at the last column."""
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/>'
    far = '<table:table-cell table:number-columns-repeated="16380"/>' + CELL.format("", 5)
    rows = f"{empty}</table:table-row><table:table-row>{far}</table:table-row>"
    return _ods(folder / "a.ods", rows)


def ods_forged_size(folder: Path) -> Path:
    return _forge(_ods(folder / "a.ods", _padding()), b"content.xml")


def xlsb_far_cell(folder: Path) -> Path:
    """A binary sheet with one cell at the first and one at the last place that there can be."""

    def record(kind: int, content: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
        return head + bytes([len(content)]) + content

    def row(number: int) -> bytes:
        return record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))

    def cell(column: int) -> bytes:
        return record(5, struct.pack("<IId", column, 0, 5.0))

    size = record(148, struct.pack("<IIII", 0, 1_048_575, 0, 16_383))
    sheet = record(129) + size + record(145) + row(0) + cell(0)
    sheet += row(1_048_575) + cell(16_383) + record(146) + record(130)
    name = "a".encode("utf-16-le")
    relation = "rId1".encode("utf-16-le")
    bundle = struct.pack("<II", 0, 1) + struct.pack("<I", 4) + relation
    bundle += struct.pack("<I", 1) + name
    book = record(131) + record(143) + record(156, bundle) + record(144) + record(132)
    path = folder / "a.xlsb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Target="worksheets/sheet1.bin" Type="http://schemas.'
            'openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
        )
    return path


def many_members(folder: Path) -> Path:
    path = _workbook(folder / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(60_000):
            archive.writestr(f"xl/media/{number}", b"")
    return path


def _parquet(path: Path, table: object, **options: object) -> Path:
    from pyarrow import parquet

    parquet.write_table(table, path, compression="zstd", **options)
    return path


def parquet_long_text(folder: Path) -> Path:
    """Ten thousand rows that share one text of 30 MB."""
    import pyarrow as pa

    text = pa.array(["x" * 30_000_000])
    codes = pa.array([0] * 10_000, pa.int32())
    shared = pa.DictionaryArray.from_arrays(codes, text)
    return _parquet(folder / "a.parquet", pa.table(dict.fromkeys(HEAD, shared)))


def parquet_many_rows(folder: Path) -> Path:
    import pyarrow as pa

    nothing = pa.nulls(100_000_000, pa.int8())
    return _parquet(folder / "a.parquet", pa.table(dict.fromkeys(HEAD, nothing)))


def parquet_nested(folder: Path) -> Path:
    import pyarrow as pa

    lists = pa.array([[0] * 30_000_000], pa.list_(pa.int8()))
    columns = dict.fromkeys(HEAD, pa.array([5])) | {"list": lists}
    return _parquet(folder / "a.parquet", pa.table(columns))


def parquet_false_lengths(folder: Path) -> Path:
    import pyarrow as pa

    path = _parquet(folder / "a.parquet", pa.table(dict.fromkeys(HEAD, pa.array([5, 4, 9]))))
    content = bytearray(path.read_bytes())
    content[-8:-4] = struct.pack("<I", 0x7FFFFFFF)
    path.write_bytes(content)
    return path


def zsav_bomb(folder: Path) -> Path:
    """An SPSS file that says it holds two thousand million cases."""
    import pandas as pd
    import pyreadstat

    path = folder / "a.sav"
    pyreadstat.write_sav(pd.DataFrame([[5.0] * 3, [4.0] * 3], columns=list(HEAD)), path)
    content = bytearray(path.read_bytes())
    content[80:84] = struct.pack("<i", 2_000_000_000)
    path.write_bytes(content)
    return path


def zsav_zeros(folder: Path) -> Path:
    """Zeros, compressed by SPSS's own zlib blocks: a file of some MB, cases by the million."""
    import numpy as np
    import pandas as pd
    import pyreadstat

    path = folder / "a.zsav"
    frame = pd.DataFrame(dict.fromkeys(HEAD, np.zeros(3_000_000)))
    pyreadstat.write_sav(frame, path, compress=True)
    return path


def stata_many_cases(folder: Path) -> Path:
    import pandas as pd
    import pyreadstat

    path = folder / "a.dta"
    pyreadstat.write_dta(pd.DataFrame([[5.0] * 3, [4.0] * 3], columns=list(HEAD)), path)
    content = path.read_bytes()
    at = content.find(b"<N>") + 3
    path.write_bytes(content[:at] + struct.pack("<Q", 1 << 40) + content[at + 8 :])
    return path


def old_workbook(folder: Path) -> Path:
    """An OLE file whose table of sectors goes round in a circle."""
    path = folder / "a.xls"
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 40, 0, 1, 0, 0, 4096, 0, 1, 0xFFFFFFFE, 0)
    struct.pack_into("<I", head, 76, 0)
    circle = struct.pack("<128I", *([1, 0] * 64))
    path.write_bytes(bytes(head) + circle * 2)
    return path


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "a.csv")
    return folder / "a.csv"


def device(folder: Path) -> Path:
    (folder / "a.csv").symlink_to("/dev/zero")
    return folder / "a.csv"


def folder_of_its_name(folder: Path) -> Path:
    (folder / "a.csv").mkdir()
    return folder / "a.csv"


def compressed(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_bytes(zlib.compress(bytes(100_000_000)))
    return path


def all_weapons() -> Iterator[Callable[[Path], Path]]:
    """Yield all that make a data file in a folder, and return its path."""
    for name, value in list(globals().items()):
        ours = callable(value) and getattr(value, "__module__", "") == __name__
        if ours and not name.startswith(("_", "all_")):
            yield value
