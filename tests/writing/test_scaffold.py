"""A new instance is valid as it stands, and so is every rule that it shows as a remark."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from koopopt.errors import DataError, UsageError
from koopopt.problem import Problem
from koopopt.reading.instance import check, read
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.writing.instance import write_workbook
from koopopt.writing.scaffold import scaffold
from koopopt.writing.toml import with_value
from reading.valid import FILES, lay_out

NEEDS = {"viable_alone": "min_population = 5000", "tolerance": 'no_losers = "demand"'}


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
    assert {path.name for path in folder.iterdir()} == {*FILES, "README.md"}
    changed = [line for line in (folder / "instance.toml").read_text("utf-8").splitlines()
               if line not in str(FILES["instance.toml"]).splitlines()]  # fmt: skip
    assert changed == ['name = "copy"']


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
def test_a_copy_differs_by_its_name_only(line: str, copied: str, tmp_path: Path) -> None:
    text = "# about us\r\n" + str(FILES["instance.toml"]).replace("\n", "  # why\r\n")
    text = text.replace('name = "small"', line, 1)
    source = lay_out({**FILES, "instance.toml": text}, tmp_path / "old")
    folder = scaffold("copy", tmp_path / "new", source=source)
    assert (folder / "instance.toml").read_bytes().decode() == text.replace(line, copied)


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
