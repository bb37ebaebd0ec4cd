"""Text files of any delimiter and encoding."""

import pytest

from cemlib.data.delimited import find_delimiter
from cemlib.data.tables import UnreadableError

GERMAN = "Kunde;Ort;Text\nMüller;Köln;Gerät für Prüfung\nJäger;München;„schön“ – 5 €\n"
FRENCH = "client,texte\nA,créée à Noël\nB,l’été\nC,où ça\n"
CHINESE = "客户,评价\n甲,非常满意\n乙,5分\n丙,不满意，等待时间太长\n"


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (GERMAN, "utf-8", []),
        (GERMAN, "utf-8-sig", []),
        (GERMAN, "utf-16", ["The file was read as UTF-16."]),
        (GERMAN, "utf-16-le", ["The file was read as UTF-16-LE."]),
        (GERMAN, "utf-16-be", ["The file was read as UTF-16-BE."]),
        (CHINESE, "utf-16-le", ["The file was read as UTF-16-LE."]),
        (CHINESE, "utf-32", ["The file was read as UTF-32."]),
        (GERMAN, "cp1252", ["The file was read as cp1252 (Western European)."]),
        (FRENCH, "cp1252", ["The file was read as cp1252 (Western European)."]),
        (CHINESE, "gb18030", ["The file was read as GB18030."]),
        (CHINESE, "utf-8", []),
    ],
)
def test_encodings_are_told_apart_by_the_text(tmp_path, read, text, encoding, said):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    got = read(path)
    delimiter = got.table.delimiter
    assert [got.header, *got.rows] == [line.split(delimiter) for line in text.split("\n")[:-1]]
    assert got.notes == said


@pytest.mark.parametrize(
    "word",
    ["Gerät", "Müller", "für", "Straße", "Ärger", "Ölwechsel", "Gebühr", "Größe", "Señor", "naïve",
     "garçon", "Ångström", "Übergrößenträger", "Verfügbarkeit über Köln"],
)  # fmt: skip
def test_one_western_word_is_never_read_as_chinese(tmp_path, read, word):
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,text\n1,{word}\n".encode("cp1252"))
    assert read(path).rows == [["1", word]]


@pytest.mark.parametrize(
    "word", ["满意", "5分", "您", "（跳过）", "张伟，北京", "１０", "镕基先生说得很好"]
)
def test_one_chinese_word_is_never_read_as_western(tmp_path, read, word):
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,text\n1,{word}\n2,不满意\n".encode("gb18030"))
    assert read(path).rows[0] == ["1", word]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("満足しています。とても良い", "shift-jis"),
        ("満足しています。とても良い", "euc-jp"),
        ("非常滿意，服務很好，謝謝你們", "big5"),
        ("Очень доволен обслуживанием", "cp1251"),
        ("für Gerät über Köln", "cp437"),
        ("für Gerät über schön Köln", "mac-roman"),
        ("zażółć gęślą jaźń, święto", "cp1250"),
        ("müşteri çalışıyor, şikâyet yığıldı", "cp1254"),
        (
            "매우 만족합니다 직원이 친절했고 대기 시간이 짧았습니다 다음에도 이용하겠습니다",
            "euc-kr",
        ),
    ],
)
def test_other_encodings_are_refused_and_not_read_wrong(tmp_path, read, text, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,text\n1,{text.replace(',', ' ')}\n".encode(encoding))
    with pytest.raises(UnreadableError, match="save it as CSV UTF-8") as caught:
        read(path)
    assert caught.value.problem.row in (0, 2)


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a;b;c", "1,5;2,5;3,5", "2,5;1,0;0,5"], ";"),
        (["How far, in general, do you agree?\tNow, all in all", "4\t5", "3\t2"], "\t"),
        (["a|b", "x, y; z|1", "u|2"], "|"),
        (["a,b", "x; y,1", "z; u,2"], ","),
        (["a,b", "x; y,1"], ","),
        (["Report; by region; of March", "a,b,c,d", "1,2,3,4", "1,2,3,5"], ","),
        (['"a;b",c', '"x;y",1'], ","),
        (['a;"long, long\ntext, with, lines"', "1;2", "2;3"], ";"),
        (["overall", "5"], ","),
        (["Frage 1;Frage 2", "4,5;3"], ";"),
    ],
)
def test_the_delimiter_is_the_consistent_one(lines, delimiter):
    assert find_delimiter([f"{line}\n" for line in lines]) == delimiter


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_line_that_names_the_separator(tmp_path, read, line):
    path = tmp_path / "a.csv"
    path.write_text(f"{line}\r\na;b,c\r\n1;2,5\r\n", newline="")
    got = read(path)
    assert (got.header, got.rows, got.numbers) == (["a", "b,c"], [["1", "2,5"]], [3])
    assert got.table.delimiter == ";"


def test_a_declared_delimiter(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text("a,b;c\n1,2;3\n")
    assert read(path, delimiter=";").header == ["a,b", "c"]
    path.write_text("a,b\tc\n1,2\t3\n")
    assert read(path, delimiter="tab").rows == [["1,2", "3"]]
    with pytest.raises(ValueError, match="delimiter"):
        read(path, delimiter="::")


def test_trials(trial, read):
    german = read(trial("07-contacts/b-german-cp1252.csv"))
    assert german.rows[0][5] == "Die Verfügbarkeit für Glasfaser prüfen"
    assert german.notes == ["The file was read as cp1252 (Western European)."]
    assert read(trial("20-own-data-min/lat.csv")).rows[1][3] == "München"
    assert read(trial("04-wenjuanxing/c-gbk.csv")).header[0] == "序号"
    assert read(trial("07-contacts/d-sep-line.csv")).header[:2] == ["contact", "customer"]
    forms = read(trial("03-google-forms/c-numbers.tsv"))
    assert (len(forms.header), len(forms.rows)) == (8, 120)
    assert [read(trial(f"16-more/{name}")).rows[0] for name in ("semi.csv", "tab.tsv")] == [
        ["a", "1.200", "12"],
        ["a", "1,200", "12"],
    ]
    with pytest.raises(UnreadableError, match="not a text file"):
        read(trial("07-contacts/l-nul.csv"))
