"""The descriptor is the contracts', complete, and valid in the eyes of another library."""

import json

import pytest

from cemlib import catalogue, descriptor
from cemlib.catalogue import dataset, path
from cemlib.data.company import read_company
from cemlib.home import datasets

COMMITTED = [entry.name for entry in catalogue.datasets() if entry.file]


def test_committed_descriptor_is_the_generated_one():
    assert (datasets() / descriptor.FILE).read_text(encoding="utf-8") == descriptor.text()


@pytest.mark.filterwarnings("ignore")
def test_frictionless_finds_every_table_and_every_row_valid():
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(datasets() / descriptor.FILE))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert [task.name for task in report.tasks] == COMMITTED


@pytest.mark.filterwarnings("ignore")
def test_frictionless_refuses_a_damaged_table(tmp_path):
    """The package says enough for another library to see what is wrong."""
    frictionless = pytest.importorskip("frictionless")
    table = path("practices").read_text(encoding="utf-8").replace(",safety,", ",safty,", 1)
    (tmp_path / "practices.csv").write_text(table, encoding="utf-8")
    resource = next(r for r in descriptor.descriptor()["resources"] if r["name"] == "practices")
    schema = {key: value for key, value in resource["schema"].items() if key != "foreignKeys"}
    described = {"name": "practices", "path": "practices.csv", "schema": schema}
    package = {"$schema": descriptor.descriptor()["$schema"], "name": "x", "resources": [described]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert [error.type for task in report.tasks for error in task.errors] == ["constraint-error"]


def test_every_file_is_described():
    result = {
        file.relative_to(datasets()).as_posix() for file in datasets().rglob("*") if file.is_file()
    }
    described = {dataset(name).file for name in COMMITTED} | {descriptor.FILE}
    assert result - {"README.md"} - set(of_companies()) == described


def of_companies():
    """Yield the files of companies: the descriptor leaves them to the company.yaml beside them."""
    for file in datasets().glob("*/company.yaml"):
        folder = file.parent
        yield file.relative_to(datasets()).as_posix()
        if folder.name != "telecom":  # the operator's tables are in the catalogue
            for source in read_company(file).sources.values():
                yield source.path.relative_to(datasets()).as_posix()


@pytest.mark.parametrize("name", COMMITTED)
def test_files_are_utf8_with_line_feeds_and_no_mark(name):
    content = path(name).read_bytes()
    content.decode("utf-8")
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\n")


def test_fields_carry_title_type_unit_and_limits():
    resources = {resource["name"]: resource for resource in descriptor.descriptor()["resources"]}
    fields = {field["name"]: field for field in resources["survey"]["schema"]["fields"]}
    assert fields["safety_1"]["type"] == "number"
    assert fields["safety_1"]["constraints"] == {"minimum": 1, "maximum": 7}
    assert fields["safety_1"]["unit"] == "points (1–7)"
    assert fields["safety_1"]["title"] == "safety, statement 1"
    assert fields["safety_1"]["description"] == "I know what is guaranteed after the purchase"
    assert resources["survey"]["schema"]["primaryKey"] == ["respondent", "wave"]
    assert resources["survey"]["schema"]["foreignKeys"][0]["reference"]["resource"] == "customers"
    practices = {field["name"]: field for field in resources["practices"]["schema"]["fields"]}
    assert practices["person_days"]["constraints"]["exclusiveMinimum"] == 0
    assert practices["call_centre"]["trueValues"] == ["yes"]
    assert (
        "recalled, not checked against print" in resources["ipa-martilla-james-1977"]["description"]
    )
    for resource in resources.values():
        for field in resource.get("schema", {}).get("fields", []):
            assert field["title"], (resource["name"], field["name"])


def test_published_tables_name_their_sources():
    for entry in catalogue.datasets():
        assert entry.provenance.endswith("."), entry.name
        if entry.file.startswith("published/"):
            assert entry.sources, entry.name


def test_assumptions_are_marked():
    assert dataset("need-levels").provenance.startswith("Assumed")


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="did you mean 'survey'"):
        path("survy")
