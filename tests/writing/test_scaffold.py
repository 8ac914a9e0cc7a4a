"""A new instance is valid as it stands, and so is every rule that it shows as a remark.

Its TOML files name schemas that lie beside them, and are valid by these as well.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from koopopt.errors import DataError, UsageError
from koopopt.problem import Problem
from koopopt.reading.instance import check, read
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.writing.instance import write, write_workbook
from koopopt.writing.scaffold import scaffold
from koopopt.writing.toml import with_value
from reading.valid import FILES, lay_out

LINE = re.compile(r"#:schema (\./|(\.\./)+)\.schemas/[a-z-]+\.json\r?\n")

NEEDS = {
    "viable_alone": "min_population = 5000",
    "tolerance": 'no_losers = "demand"',
    "min_saving_without_grant": "min_saving = 0.15",
    "key": 'stable = "key"',
    "value_of_travel": 'stable = "key"',
}


def wrong(path: Path) -> list[str]:
    """Return what the schema that a TOML file names in its first line finds wrong in it."""
    text = path.read_bytes().decode("utf-8")
    line = LINE.match(text)
    assert line is not None
    schema = json.loads((path.parent / line[0].split()[1]).read_text("utf-8"))
    return [e.message for e in Draft202012Validator(schema).iter_errors(tomllib.loads(text))]


def test_valid_as_it_stands(tmp_path: Path) -> None:
    folder = scaffold("kreis süd", tmp_path / "new")
    assert check(folder) == []
    instance = read(folder)
    assert instance.name == "kreis süd"
    Problem.of(instance)


@pytest.mark.parametrize("kind", [*PARTNERSHIP_RULES, *PLAN_RULES])
def test_every_rule_is_shown_and_valid(kind: type, tmp_path: Path) -> None:
    path = scaffold("x", tmp_path / "new") / "instance.toml"
    text = path.read_text("utf-8")
    for key in kind.keys():  # type: ignore[attr-defined]  # noqa: SIM118
        shown = re.findall(rf"(?m)^# {key} = (.*)$", text.partition("\n[rules]\n")[2])
        assert len(shown) == 1, key
        rules = text.replace("max_members = 4\n", "")
        path.write_text(f"{rules}{key} = {shown[0]}\n{NEEDS.get(key, '')}\n", "utf-8")
        assert check(path.parent) == []
        assert wrong(path) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "travel.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"travel\.csv"):
        scaffold("x", tmp_path)
    assert (tmp_path / "travel.csv").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["", "a/b", "..", "a\nb", "x" * 101])
def test_impossible_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        scaffold(name, tmp_path / "new")


def test_copy_of_a_folder(tmp_path: Path) -> None:
    source = lay_out({**FILES, "README.md": "# read me", "secret.txt": "x"}, tmp_path / "old")
    folder = scaffold("copy", tmp_path / "new", source=source)
    original, copy = read(source), read(folder)
    assert copy.name == "copy"
    assert copy.services == original.services
    assert copy.municipalities == original.municipalities
    assert {path.name for path in folder.iterdir()} == {*FILES, "README.md", ".schemas"}
    changed = [line for line in (folder / "instance.toml").read_text("utf-8").splitlines()
               if line not in str(FILES["instance.toml"]).splitlines()]  # fmt: skip
    assert changed == ["#:schema ./.schemas/instance.json", 'name = "copy"']


def test_copy_of_a_shipped_instance(tmp_path: Path) -> None:
    folder = scaffold("copy", tmp_path / "new", source="three-villages")
    assert read(folder).name == "copy"


def test_copy_of_a_workbook(tmp_path: Path) -> None:
    original = read(lay_out(FILES, tmp_path / "old"))
    write_workbook(original, tmp_path / "old.xlsx")
    copy = read(scaffold("copy", tmp_path / "new", source=tmp_path / "old.xlsx"))
    assert (copy.name, copy.services) == ("copy", original.services)


def test_copy_without_a_name(tmp_path: Path) -> None:
    nameless = str(FILES["instance.toml"]).replace('name = "small"\n', "")
    source = lay_out({**FILES, "instance.toml": nameless}, tmp_path / "old")
    assert read(scaffold("copy", tmp_path / "new", source=source)).name == "copy"


@pytest.mark.parametrize(
    ("line", "copied"),
    [
        ('name = "small"   # ours', 'name = "copy"   # ours'),
        ("  'name'='small'", "  'name'=\"copy\""),
    ],
)
def test_a_copy_differs_by_its_name_and_schema_only(line: str, copied: str, tmp_path: Path) -> None:
    text = "# about us\r\n" + str(FILES["instance.toml"]).replace("\n", "  # why\r\n")
    text = text.replace('name = "small"', line, 1)
    source = lay_out({**FILES, "instance.toml": text}, tmp_path / "old")
    folder = scaffold("copy", tmp_path / "new", source=source)
    schema = "#:schema ./.schemas/instance.json\r\n"
    assert (folder / "instance.toml").read_bytes().decode() == schema + text.replace(line, copied)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ('name = "a # b" # c', 'name = "new" # c'),
        ('x = """\nname = 1\n[t]\n"""\nname = """\n[t]\n"""\n', None),
        ("x = [\n  1990-01-01 ,\n]\nname = 'old'\n[t]\nname = 'other'\n", None),
        ("# top\n\n# of t\n[t]\nname = 1", 'name = "new"\n# top\n\n# of t\n[t]\nname = 1'),
        ("", 'name = "new"\n'),
    ],
)
def test_a_value_is_changed_where_it_stands(text: str, changed: str | None) -> None:
    after = with_value(text, "name", "new")
    if changed is None:
        assert tomllib.loads(after) == {**tomllib.loads(text), "name": "new"}
        assert after.partition("\nname")[0] == text.partition("\nname")[0]
    else:
        assert after == changed


def test_copy_of_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        scaffold("copy", tmp_path / "new", source=lay_out({}, tmp_path / "old"))
    assert not (tmp_path / "new").exists()


# -- schemas for editors -----------------------------------------------------------------------

OWN = ("instance.toml", "fire.toml", "forms.toml")


def test_files_name_schemas_that_travel_with_the_folder(tmp_path: Path) -> None:
    folder = scaffold("copy", tmp_path / "new", source=lay_out(FILES, tmp_path / "old"))
    moved = folder.rename(tmp_path / "mailed")
    assert {path.name for path in moved.glob("*.toml")} == set(OWN)
    assert [wrong(moved / name) for name in OWN] == [[], [], []]
    assert read(moved).notes == ()
    settings = moved / "instance.toml"
    settings.write_text(settings.read_text("utf-8").replace("detour", "detuor"), "utf-8")
    assert ["'detuor' was unexpected" in said for said in wrong(settings)] == [True]


def test_files_in_folders_and_with_byte_order_mark(tmp_path: Path) -> None:
    source = lay_out(FILES, tmp_path / "old")
    (source / "own").mkdir()
    fire = (source / "fire.toml").read_text("utf-8")
    (source / "fire.toml").unlink()
    (source / "own" / "fire.toml").write_text(fire, "utf-8-sig", newline="\r\n")
    settings = (source / "instance.toml").read_text("utf-8")
    (source / "instance.toml").write_text(settings.replace("fire.toml", "own/fire.toml"), "utf-8")
    folder = scaffold("copy", tmp_path / "new", source=source)
    assert wrong(folder / "own" / "fire.toml") == []
    assert read(folder).services == read(source).services


def test_a_schema_that_is_named_already_is_kept(tmp_path: Path) -> None:
    own = "# ours\n#:schema https://example.org/fire.json\n" + str(FILES["fire.toml"])
    source = lay_out({**FILES, "fire.toml": own}, tmp_path / "old")
    first = scaffold("a", tmp_path / "a", source=source)
    assert (first / "fire.toml").read_text("utf-8") == own
    again = scaffold("b", tmp_path / "b", source=first)
    assert (again / "instance.toml").read_text("utf-8").count("#:schema") == 1
    assert wrong(again / "instance.toml") == []


def test_written_instances_name_schemas(tmp_path: Path) -> None:
    write(read(lay_out(FILES, tmp_path / "old")), tmp_path / "new")
    assert [wrong(path) for path in (tmp_path / "new").glob("*.toml")] == [[], [], [], []]
