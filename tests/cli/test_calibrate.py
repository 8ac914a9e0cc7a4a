"""`koopopt calibrate`: a service file from the members' own accounts, as a planner gets it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import koopopt


@pytest.fixture
def konten(tmp_path: Path) -> Path:
    """Return accounts of the water supply of a whole county, as its towns would send them."""
    instance = koopopt.read("werra-meissner")
    lines = ["Wasserkosten 2023;;", "Gemeinde;Kosten (EUR);Bemerkung"]
    for k, town in enumerate(instance.municipalities):
        off = [1.05, 0.93, 1.02, 0.97, 1.06][k % 5] * (2.4 if town.name == "Sontra" else 1)
        cost = f"{20 * (41.4 * town.population) ** 0.85 * off:,.2f} €"
        lines.append(f"{town.name};{cost.translate(str.maketrans(',.', '.,'))};")
    path = tmp_path / "konten.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def call(costs: Path | str, *more: str) -> list[str]:
    return ["calibrate", "werra-meissner", "--service", "water", "--costs", str(costs), *more]


def test_from_accounts_to_a_service_that_an_instance_uses(
    run: Any, konten: Path, tmp_path: Path
) -> None:
    assert run("new", str(tmp_path / "mine"), "--from", "werra-meissner").exit_code == 0
    target = tmp_path / "mine" / "water.toml"
    done = run(*call(konten, "--without", "Sontra", "-o", str(target)))
    assert done.exit_code == 0, done.output
    assert "15 account(s) (konten.csv; " in done.stdout
    assert "Size is an advantage by these accounts" in done.stdout
    assert f"Written: {target}" in done.stdout.splitlines()
    assert 'services = ["water.toml", …]' in done.stdout.replace("\n", " ")
    assert "stands above the header" in done.stderr
    # As the last lines say:
    settings = tmp_path / "mine" / "instance.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('"water"', '"water.toml"', 1), encoding="utf-8")
    cost = next(s for s in koopopt.read(tmp_path / "mine").services if s.id == "water").cost
    assert cost.elasticity == pytest.approx(0.85, abs=0.03)
    assert cost.flat_above == 1242000.0
    assert "15 accounts of members (konten.csv; year not said)" in cost.source
    assert "Left out: Sontra." in cost.source


def test_in_german(run: Any, konten: Path, tmp_path: Path) -> None:
    done = run(*call(konten, "-o", str(tmp_path / "water.toml"), "--lang", "de"))
    assert done.exit_code == 0
    for part in ("16 Rechnung(en) (konten.csv; ", "Ausreißer: Sontra", "ohne", "Elastizität",
                 "Legen Sie water.toml in den Ordner"):  # fmt: skip
        assert part in done.stdout.replace("\n", " ")
    source = tomllib.loads((tmp_path / "water.toml").read_text("utf-8"))["cost"]["source"]
    assert source.startswith("An 16 Rechnungen von Mitgliedern angepasst (konten.csv; Jahr nicht")


def test_as_json(run: Any, konten: Path) -> None:
    done = run(*call(konten, "--json"))
    made = json.loads(done.stdout)
    assert made["fit"]["accounts"] == 16
    assert [a["name"] for a in made["accounts"] if a["outlier"]] == ["Sontra"]
    assert made["without_outliers"]["elasticity"] == pytest.approx(0.85, abs=0.03)


def test_nothing_is_written_unless_asked_for(run: Any, konten: Path, tmp_path: Path) -> None:
    done = run(*call(konten))
    assert "Nothing was written: give -o water.toml" in done.stdout
    assert list(tmp_path.iterdir()) == [konten]


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("PNG", b"\x89PNG")])
def test_a_picture(run: Any, konten: Path, tmp_path: Path, ending: str, start: bytes) -> None:
    target = tmp_path / f"water.{ending}"
    done = run(*call(konten, "--plot", str(target)))
    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(start)


def test_three_accounts_are_enough_for_the_level(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("Gemeinde;Kosten\nSontra;900.000 EUR\n6636010;400.000,00\nMeinhard;500000\n")
    done = run(*call(path, "--decimal", ",", "-o", str(tmp_path / "water.toml")))
    assert done.exit_code == 0, done.output
    assert "only the level was fitted" in done.stdout.replace("\n", " ")
    cost = tomllib.loads((tmp_path / "water.toml").read_text("utf-8"))["cost"]
    assert cost["elasticity"] == 0.9
    assert cost["confidence"] == "assumption"


def test_what_is_wrong_is_told_and_nothing_written(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text("municipality,cost\nSontra,0\nNowhere,5\nMeinhard,850.000\n")
    asked = ("-o", str(tmp_path / "water.toml"), "--plot", str(tmp_path / "p.svg"))
    done = run(*call(path, *asked))
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "3 fault(s)" in done.stderr
    assert "costs.csv, row 2, column cost, value '0'" in done.stderr
    assert "3 Fehler" in run(*call(path, *asked, "--lang", "de")).stderr
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("-o", "wasser.toml"), "write 'water.toml'"),
        (("--plot", "p.pdf"), "pictures end in .svg, .png"),
        (("--without", "Nowhere"), "no municipality of the instance"),
        (("--without", "Sontra,"), "needs names with commas"),
        (("--decimal", ";"), "there is no ';'"),
        (("--service", "watr"), "Did you mean 'water'?"),
    ],
)
def test_requests_that_cannot_be_meant(
    run: Any, konten: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(konten.parent)
    done = run(*call(konten, *more))
    assert done.exit_code == 2
    assert said in done.stderr
    assert list(konten.parent.iterdir()) == [konten]


def test_nothing_is_overwritten_and_all_or_nothing_written(
    run: Any, konten: Path, tmp_path: Path
) -> None:
    target, plot = tmp_path / "water.toml", tmp_path / "p.svg"
    target.write_text("mine")
    done = run(*call(konten, "-o", str(target), "--plot", str(plot)))
    assert (done.exit_code, target.read_text()) == (2, "mine")
    assert "is there already" in done.stderr
    target.unlink()
    plot.write_text("mine")
    done = run(*call(konten, "-o", str(target), "--plot", str(plot)))
    assert (done.exit_code, plot.read_text()) == (2, "mine")
    # The second of two files cannot be written: neither is the first.
    done = run(*call(konten, "-o", str(target), "--plot", str(konten / "p.svg")))
    assert done.exit_code == 2
    assert sorted(tmp_path.iterdir()) == [konten, plot]
