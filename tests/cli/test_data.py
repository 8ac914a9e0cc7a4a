"""`koopopt check`, `koopopt new` and `koopopt generate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import koopopt


def test_check(run: Any, tmp_path: Path) -> None:
    fine = run("check", "werra-meissner")
    assert fine.exit_code == 0
    assert "no faults" in fine.stdout
    assert (
        "  Population                 97,695      963 Weißenborn      18,743 Eschwege\n"
        in fine.stdout
    )
    german = run("check", "werra-meissner", "--lang", "de").stdout
    assert "  wastewater: EUR allein  12.133.677   133.030" in german
    (tmp_path / "instance.toml").write_text("schema = 1\nname =", encoding="utf-8")
    broken = run("check", str(tmp_path), "--lang", "de")
    assert broken.exit_code == 3
    assert "instance.toml" in broken.stderr
    assert broken.stdout == ""
    assert run("check", "nonsuch").exit_code == 3


def test_new_checks_and_solves_at_once(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("new", str(folder)).exit_code == 0
    assert run("check", str(folder)).exit_code == 0
    assert run("solve", str(folder), "--quiet").exit_code == 0
    again = run("new", str(folder))
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr
    copied = tmp_path / "copied"
    assert run("new", str(copied), "--from", "valley").exit_code == 0
    assert run("check", str(copied)).exit_code == 0


@pytest.mark.parametrize("lang", ["de", "en"])
def test_new_speaks_the_language_asked_for(run: Any, tmp_path: Path, lang: str) -> None:
    for name in ("mine", "mine.xlsx"):
        place = str(tmp_path / name)
        assert run("new", place, "--lang", lang).exit_code == 0
        assert run("check", place).exit_code == 0
        assert "To note" not in run("check", place).stdout
        assert run("new", place, "--lang", lang).exit_code == 2
    text = (tmp_path / "mine" / "instance.toml").read_text("utf-8")
    assert ("Woher die Daten stammen" in text) == (lang == "de")
    copy = str(tmp_path / "copy.xlsx")
    assert run("new", copy, "--from", "three-villages", "--lang", lang).exit_code == 0
    assert koopopt.read(copy).municipalities == koopopt.read("three-villages").municipalities
    assert run("new", str(tmp_path / "=cmd.xlsx")).exit_code == 2


def test_generate_makes_a_folder_that_checks_and_solves(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    asked = ["generate", "--municipalities", "7", "--seed", "4", "--services", "water, housing"]
    made = run(*asked, "--out", str(folder), "--title", "Mein Kreis")
    assert made.exit_code == 0
    assert "7 municipalities" in made.stdout
    assert f"koopopt solve {folder}" in made.stdout
    instance = koopopt.read(folder)
    assert instance == koopopt.generate(
        7, seed=4, services=["water", "housing"], name="mine", title="Mein Kreis"
    )
    assert run("check", str(folder)).exit_code == 0
    assert run("solve", str(folder), "--quiet").exit_code == 0
    before = {path.name: path.read_bytes() for path in folder.glob("*.*") if path.is_file()}
    again = run("generate", "--out", str(folder))
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr
    assert {p.name: p.read_bytes() for p in folder.glob("*.*") if p.is_file()} == before


def test_generate_names_the_folder(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("generate", "--municipalities", "3").exit_code == 0
    assert koopopt.read(tmp_path / "synthetic-3-1").name == "synthetic-3-1"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--municipalities", "1"], "between 2 and 2,000"),
        (["--municipalities", "2001"], "between 2 and 2,000"),
        (["--municipalities", "many"], "--municipalities: 'many' is not a number"),
        (["--seed", "-1"], "--seed is -1; it must be 0 or more"),
        (["--services", "watr"], "Did you mean 'water'?"),
        (["--services", "water,,housing"], "There is no model ''"),
        (["--out", "-"], "nothing is written to standard output"),
        (["--out", "."], "cannot be the name"),
    ],
)
def test_generate_refuses_what_cannot_be_meant(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run("generate", *asked)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert list(tmp_path.iterdir()) == []
