"""Games from files: exact numbers, and every fault by name."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from koopopt.errors import DataError
from koopopt.games.game import MOST_PLAYERS
from koopopt.reading.games import read_game

GOOD = {"kind": "cost", "players": ["A", "B"], "values": {"A": 1.0, "B": 2, "A,B": 2.5}}


def faults(text: str, folder: Path) -> list[str]:
    path = folder / "game.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_game(path)
    return [fault.render() for fault in error.value.faults]


def changed(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def test_numbers_are_the_decimals_that_were_written(tmp_path):
    path = tmp_path / "game.json"
    path.write_text('{"kind": "gain", "players": ["A", "B"],'
                    ' "values": {"A": 0.1, "B": 0.2, "B, A": 0.30000000000001}}')  # fmt: skip
    game = read_game(path)
    assert [game.amount(mask) for mask in range(4)] == [
        0, Fraction(1, 10), Fraction(2, 10), Fraction(30_000_000_000_001, 10**14),
    ]  # fmt: skip


def test_groups_that_are_not_there_are_divided(tmp_path):
    path = tmp_path / "game.json"
    path.write_text(changed(values={"A": 3, "B": 4}))
    assert read_game(path).amount(3) == 7


def test_order_of_rows_and_names_does_not_matter(tmp_path):
    path = tmp_path / "game.json"
    path.write_text(changed(values={"B ,A": 2.5, "B": 2, "A": 1.0}))
    other = read_game(path)
    path.write_text(json.dumps(GOOD))
    assert (read_game(path).value == other.value).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "The file is empty"),
        ("[1", "This is no valid JSON"),
        ("[1]", "A game is one JSON object"),
        ("[" * 100_000, "nested far too deeply"),
        ('{"kind": "cost", "kind": "cost"}', "column kind: The key stands twice"),
        ('{"values": {"A": 1, "A": 1}}', "column A: The key stands"),
        (changed(kind="costs"), "value 'costs': There is no such kind"),
        (changed(kind=1), "There is no such kind"),
        (changed(more=1), "column more: Unknown key"),
        (json.dumps({"kind": "cost"}), "column players: This key is missing"),
        (changed(players=[]), "The players are no list"),
        (changed(players="A,B"), "The players are no list"),
        (changed(players=["A", ""]), "column players[2], value '': A name is empty"),
        (changed(players=["A", 2]), "column players[2], value '2': A name is no text"),
        (changed(players=["A", "B,C"]), "value 'B,C': A name holds a comma"),
        (changed(players=["A", "B\nC"]), "A name holds a comma, a line break"),
        (changed(players=["A", "B" * 201]), "more than 200 characters"),
        (changed(players=["A", "B", " A"]), "Two players have the same name"),
        (changed(players=[f"P{k}" for k in range(MOST_PLAYERS + 1)]), "There are 23 players"),
        (changed(values=[1]), "The values are no object"),
        (changed(values={"A": 1}), "column values.B: A single player has no value"),
        (changed(values={"A": 1, "B": 1, "A,C": 1}), "column values.A,C: There is no player 'C'"),
        (changed(values={"A": 1, "B": 1, "A,A": 1}), "The player 'A' is in the group twice"),
        (changed(values={"A": 1, "B": 1, "A,B": 1, "B,A": 1}), "stands there already, as 'A,B'"),
        (changed(values={"A": 1, "B": 1, "": 0}), "There is no player ''"),
        (changed(values={"A": "1", "B": 1}), "value '\"1\"': This is not a number"),
        (changed(values={"A": True, "B": 1}), "value 'true': This is not a number"),
        (changed(values={"A": None, "B": 1}), "value 'null': This is not a number"),
        (changed(values={"A": float("nan"), "B": 1}), "not finite or absurdly large"),
        (changed(values={"A": float("inf"), "B": 1}), "not finite or absurdly large"),
        (changed(values={"A": 1e16, "B": 1}), "not finite or absurdly large"),
        ('{"values": {"A": 1' + "0" * 5000 + "}}", "column kind: This key is missing"),
        (changed(values={"A": 1e12, "B": 0.00001}), "too many digits"),
    ],
)  # fmt: skip
def test_faults_name_the_place_and_the_remedy(text, told, tmp_path):
    found = faults(text, tmp_path)
    assert any(told in line for line in found), found
    assert all(line.startswith("game.json") for line in found)


@pytest.mark.parametrize(
    "number", ["1e-999999999", "1e999999999999999999999", "-1e99999999", "1" * 5000]
)
def test_numbers_that_no_memory_holds_are_refused_at_once(number, tmp_path):
    text = f'{{"kind": "cost", "players": ["A"], "values": {{"A": {number}}}}}'
    assert "column values.A" in faults(text, tmp_path)[0]


def test_nothing_is_nothing_with_however_many_digits(tmp_path):
    path = tmp_path / "game.json"
    path.write_text('{"kind": "cost", "players": ["A"], "values": {"A": 0e-999999999}}')
    assert read_game(path).amount(1) == 0


def test_all_faults_are_told_at_once(tmp_path):
    text = changed(kind="x", more=1, values={"A": "1", "C": 1})
    assert len(faults(text, tmp_path)) == 5


@pytest.mark.parametrize(
    ("players", "values", "told"),
    [
        # Whoever is meant by the second player, all of this is wrong.
        (["A", ""], {"A": "1", "B,B": 1, "A,B": 1, "B,A": 1},
         ["players[2]", "values.A,", "values.B,B", "values.B,A"]),
        # The name in no list may be that of a player whose name is faulty.
        (["A", 2], {"A": 1, "2": 1, "3": 1}, ["players[2]"]),
        (["A", "B,C"], {"A": 1, "B,C": "x"}, ["players[2]", "values.B,C"]),
        # Nobody is missing in a list that only says a name twice.
        (["A", "B", "A"], {"A": 1, "C": 1}, ["players[3]", "values.C", "values.B"]),
        ([f"P{k}" for k in range(MOST_PLAYERS + 1)], {f"P{k}": k for k in range(MOST_PLAYERS)},
         ["column players:", f"values.P{MOST_PLAYERS}:"]),
        ("A,B", {"A": "1", "B,B": 2, "C": 3}, ["column players:", "values.A,", "values.B,B"]),
        (None, {"A": "1", "C": 3}, ["column players:", "values.A,"]),
        ([], [1], ["column players:", "column values:"]),
    ],
)  # fmt: skip
def test_faulty_players_hide_no_fault_of_values(players, values, told, tmp_path):
    content = {"kind": "cost", "players": players, "values": values}
    if players is None:
        del content["players"]
    found = faults(json.dumps(content), tmp_path)
    assert len(found) == len(told), found
    for line, said in zip(found, told, strict=True):
        assert said in line, found


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nope.json: The file is missing. Check the path."):
        read_game(tmp_path / "nope.json")
