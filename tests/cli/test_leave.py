"""`koopopt leave`, and `koopopt stable --from-today`."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from koopopt.cli import main

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    args = ["solve", "three-villages", "--out", str(folder), "--quiet"]
    assert CliRunner().invoke(main, args).exit_code == 0
    return str(folder)


def told(*args):
    result = CliRunner().invoke(main, [*args, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_what_everybody_pays_adds_up_before_and_after(run):
    towns = koopopt_towns()
    for town in towns:
        found = told("leave", run, town, "--key", "population")
        assert found["municipality"] == town
        for service in found["services"]:
            if service["leaving"] is None:
                continue
            first = service["leaving"]["rounds"][0]
            assert first["leaves"] == town
            assert [town] in first["parts"]
            assert set(first["pays"]) == set(service["leaving"]["pays"])
            assert service["pays"] == service["leaving"]["pays"][town]


def koopopt_towns():
    import koopopt

    return [town.id for town in koopopt.read("three-villages").municipalities]


def test_a_name_stands_for_its_municipality(run):
    import koopopt

    town = koopopt.read("three-villages").municipalities[0]
    assert told("leave", run, town.name) == told("leave", run, town.id)


@pytest.mark.parametrize(
    ("args", "said"),
    [(["Atlantis"], "There is no municipality 'Atlantis'"),
     (["A", "--service", "moon"], "There is no"),
     (["A", "--key", "size"], "There is no key 'size'")],
)  # fmt: skip
def test_what_is_not_there_is_said(run, args, said):
    result = CliRunner().invoke(main, ["leave", run, *args])
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(("lang", "said"), [("en", "Costs are shared"), ("de", "Kosten sind")])
def test_it_speaks_both_languages(run, lang, said):
    town = koopopt_towns()[0]
    result = CliRunner().invoke(main, ["leave", run, town, "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    assert said in result.stdout


def test_moves_from_today_make_all_movers_better_off():
    found = told("stable", "werra-meissner", "--from-today", "--quiet")
    moves = [m for s in found["services"] for m in (*s["moves"], *s["path"])]
    assert moves
    for move in moves:
        assert set(move["gains"]) == {*move["movers"], *move["to"]}
        assert min(move["gains"].values()) >= 0.01
    assert all(s["ends"] for s in found["services"])


@pytest.mark.parametrize("lang", ["en", "de"])
def test_moves_are_told(lang):
    args = ["stable", "werra-meissner", "--from-today", "--quiet", "--lang", lang]
    result = CliRunner().invoke(main, args, obj=lang)
    assert result.exit_code == 0, result.output
    assert "Bad Sooden-Allendorf" in result.stdout


@pytest.mark.parametrize("more", [["--price"], ["--kind", "core"], ["--value-of-travel", "3"]])
def test_moves_are_those_of_a_key_only(more):
    result = CliRunner().invoke(main, ["stable", "werra-meissner", "--from-today", *more])
    assert result.exit_code == 2
    assert "--from-today" in result.stderr


@pytest.mark.parametrize(
    ("args", "slow"),
    [
        (["leave", "A"], "koopopt.sharing.leaving.prospects"),
        (["share"], "koopopt.sharing.allocation.allocations"),
        (["stable", "--from-today", "--quiet"], "koopopt.sharing.moves.Moving.path"),
        (["stable", "--quiet"], "koopopt.sharing.stability.core_partition"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "de"])
def test_they_end_in_time(run, monkeypatch, args, slow, lang):
    over = threading.Event()
    monkeypatch.setattr(slow, lambda *_: over.wait(60))
    command, *rest = args
    source = "three-villages" if command == "stable" else run
    limit = ["--time-limit", "1", "--lang", lang]
    result = CliRunner().invoke(main, [command, source, *rest, *limit], obj=lang)
    over.set()
    assert result.exit_code == 5, result.output
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "reading" not in result.stderr


@pytest.mark.parametrize("lang", ["en", "de"])
def test_what_leaving_breaks_is_said(run, tmp_path, lang):
    folder = tmp_path / "villages"
    shutil.copytree(VILLAGES, folder)
    with (folder / "instance.toml").open("a", encoding="utf-8") as file:
        file.write('forbid_alone = ["A"]\n')
    args = ["leave", f"{run}/plan.csv", "A", "--instance", str(folder)]
    result = CliRunner().invoke(main, [*args, "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    assert "forbid_alone" in result.stdout
    found = told(*args)["services"][0]["leaving"]
    assert found["followed"]
    assert found["violations"] == ["Ahornau must not stay alone."]


def test_burdens_say_who_gains(run):
    plain, borne = (told("leave", run, "A", *more) for more in ([], ["--value-of-travel", "1"]))
    assert told("leave", run, "A", "--value-of-travel", "0") == plain
    assert borne["value_of_travel"] == 1
    for service, other in zip(borne["services"], plain["services"], strict=True):
        assert service["pays"] == other["pays"]
        leaving = service["leaving"]
        if leaving is None:
            continue
        first = leaving["rounds"][0]
        assert service["bears"] == leaving["bears"]["A"] >= leaving["pays"]["A"]
        assert first["gains"] == pytest.approx(leaving["bears"]["A"] - first["bears"]["A"])


@pytest.mark.parametrize(("lang", "said"), [("en", "Burden if it leaves"), ("de", "A")])
def test_burdens_are_told(run, lang, said):
    args = ["leave", run, "A", "--value-of-travel", "12.5", "--lang", lang]
    result = CliRunner().invoke(main, args, obj=lang)
    assert result.exit_code == 0, result.output
    assert said in result.stdout
    assert ("12,5" if lang == "de" else "12.5") in result.stdout
