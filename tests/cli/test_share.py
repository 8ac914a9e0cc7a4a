"""`koopopt share`: from a run to who pays what."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import koopopt
from koopopt.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("share") / "run"
    args = ["solve", "werra-meissner", "--gap", "0.01", "--quiet", "--out", str(folder)]
    assert CliRunner().invoke(main, args).exit_code == 0
    return str(folder)


def test_a_run_is_shared_by_every_key(run):
    result = CliRunner().invoke(main, ["share", run, "--json"])
    assert result.exit_code == 0, result.output
    for p in json.loads(result.stdout)["partnerships"]:
        named = {"population", "demand", "equal", "alone", "scrb", "shapley", "nucleolus"}
        assert set(p["keys"]) == named
        assert set(p["core"]) == {"empty", "excess", "subsidy", "blocking"}
        assert p["core"]["empty"] == (p["core"]["subsidy"] > 0) == (p["core"]["excess"] > 0)
        for standing in p["stability"].values():
            assert (standing["excess"] > 0) == (standing["groups"] > 0)
            assert standing["excess"] >= p["core"]["excess"]
        for paid in p["keys"].values():
            assert round(sum(paid.values()), 2) == p["cost"]


@pytest.mark.parametrize(("lang", "said"), [("en", "alone"), ("de", "allein")])
def test_it_speaks_both_languages(run, lang, said):
    result = CliRunner().invoke(main, ["share", run, "--key", "alone", "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    assert said in result.stdout


def test_an_unknown_key_is_refused(run):
    result = CliRunner().invoke(main, ["share", run, "--key", "area"])
    assert result.exit_code == 2
    assert "There is no key 'area'" in result.stderr


def asked(*args, **options):
    return CliRunner().invoke(main, ["share", *map(str, args)], **options)


def test_own_weights_share_a_run(run, tmp_path):
    path = tmp_path / "weights.csv"
    towns = [town.id for town in koopopt.read("werra-meissner").municipalities]
    path.write_text("municipality,weight\n" + "".join(f"{id_},1\n" for id_ in towns))
    result = asked(run, "--weights", path, "--key", "weight", "--key", "equal", "--json")
    assert result.exit_code == 0, result.output
    for p in json.loads(result.stdout)["partnerships"]:
        assert p["keys"]["weight"] == p["keys"]["equal"]
    assert "given" in asked(run, "--weights", path).stdout
    path.write_text("municipality,weight\n06636001,-1\n")
    result = asked(run, "--weights", path)
    assert result.exit_code == 3
    assert "weights.csv, row 2, column weight" in result.stderr


def test_the_key_weight_needs_weights(run):
    result = asked(run, "--key", "30%equal+weight")
    assert result.exit_code == 2
    assert "add --weights FILE.csv" in result.stderr


GAME = {
    "kind": "gain",
    "players": ["A", "=B", "[red]C"],
    "values": {"A": 0, "=B": 0, "[red]C": 0, "A,=B": 1, "=B,[red]C": 1, "A,[red]C": 1,
               "A,=B,[red]C": 1},
}  # fmt: skip


def test_a_game_is_shared(tmp_path):
    path = tmp_path / "game.json"
    path.write_text(json.dumps(GAME))
    result = asked("--game", path, "--json")
    assert result.exit_code == 0, result.output
    table = json.loads(result.stdout)
    third = pytest.approx(1 / 3)
    assert table["players"] == GAME["players"]
    assert set(table["keys"]) == {"equal", "alone", "scrb", "shapley", "nucleolus"}
    assert table["keys"]["nucleolus"] == dict.fromkeys(GAME["players"], third)
    found = table["core"]
    assert (found["empty"], found["excess"], found["subsidy"]) == (True, third, 0.5)
    assert sorted(b["members"] for b in found["blocking"]) == [
        ["=B", "[red]C"], ["A", "=B"], ["A", "[red]C"],
    ]  # fmt: skip
    assert table["stability"]["shapley"]["groups"] == 3
    piped = asked("--game", "-", "--key", "shapley")
    assert piped.exit_code in (0, 3)


@pytest.mark.parametrize(("lang", "said"), [("en", "Under any shares"), ("de", "")])
def test_a_game_is_shown_and_names_are_no_markup(lang, said, tmp_path):
    path = tmp_path / "game.json"
    path.write_text(json.dumps(GAME))
    result = asked("--game", path, "--lang", lang, obj=lang)
    assert result.exit_code == 0, result.output
    assert "[red]C" in result.stdout
    assert said in result.stdout


def test_a_table_that_is_not_subadditive_and_one_player(tmp_path):
    path = tmp_path / "game.json"
    path.write_text('{"kind": "cost", "players": ["A", "B"], "values": {"A": 1, "B": 1, "A,B": 3}}')
    table = json.loads(asked("--game", path, "--json").stdout)
    assert table["individually_rational"] is False
    assert table["keys"]["nucleolus"] == {"A": 1.5, "B": 1.5}
    assert table["core"]["subsidy"] == 1.0
    assert "prenucleolus" in asked("--game", path).stdout
    path.write_text('{"kind": "cost", "players": ["A"], "values": {"A": 1}}')
    table = json.loads(asked("--game", path, "--json").stdout)
    assert table["core"] == {"empty": False, "excess": None, "subsidy": 0.0, "blocking": []}
    assert asked("--game", path).exit_code == 0


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        ([], 2, "Give a run, a front or a plan, or a game"),
        (["x", "--game", "y"], 2, "leave out SOURCE"),
        (["--game", "y", "--plan", "1"], 2, "leave out --plan"),
        (["--game", "y", "--weights", "z"], 2, "leave out --weights"),
        (["--game", "y", "--key", "population"], 2, "A game has no key 'population'"),
        (["--game", "nope.json"], 3, "nope.json: The file is missing"),
    ],
)
def test_what_cannot_be_meant_is_told(args, code, told):
    result = asked(*args)
    assert result.exit_code == code
    assert told in result.stderr


def test_burdens_are_shown_besides_shares(run, tmp_path):
    table, text = tmp_path / "shares.csv", tmp_path / "shares.md"
    more = ["--key", "equal", "--value-of-travel", "20"]
    found = json.loads(asked(run, *more, "--json").stdout)
    assert found["value_of_travel"] == 20
    assert any(sum(p["travel"].values()) for p in found["partnerships"])
    for p in found["partnerships"]:
        borne, paid, alone = p["burdens"]["equal"], p["keys"]["equal"], p["burdens_alone"]
        assert borne == {i: pytest.approx(paid[i] + p["travel"][i]) for i in p["players"]}
        assert set(p["worse_off"]["equal"]) == {i for i in borne if borne[i] > alone[i]}
        assert p["travel"][p["seat"]] == 0
    assert asked(run, *more, "--out", table, "--out", text).exit_code == 0
    assert table.read_text().splitlines()[0].endswith("today,travel,burden,burden_alone")
    assert "about money only" in text.read_text()


def test_without_a_value_of_travel_nothing_changes(run):
    plain = asked(run)
    assert asked(run, "--value-of-travel", "0").stdout == plain.stdout
    assert "own travel" not in plain.stdout
    objects = [asked(run, "--json", *more).stdout for more in ([], ["--value-of-travel", "0"])]
    assert objects[0] == objects[1]
    assert "travel" not in objects[0]


def test_a_value_of_travel_goes_with_a_plans_tables_only(run, tmp_path):
    game = tmp_path / "game.json"
    game.write_text('{"kind": "cost", "players": ["A"], "values": {"A": 1}}')
    for args in (["--game", game], [run, "--levy", "equal"]):
        result = asked(*args, "--value-of-travel", "3")
        assert result.exit_code == 2
        assert "--value-of-travel" in result.stderr
    assert "--value-of-travel is -1" in asked(run, "--value-of-travel", "-1").stderr
