"""Values as TOML: read back the same, one line a value, and never with two meanings."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from koopopt.writing.toml import key_text, literal, sheet_rows, toml_text, with_value

DATA: dict[str, Any] = {
    "name": "x",
    "title": {"de": "Größe", "en": 'a "b"\n'},
    "list": [1, 2.5, [True, "c"]],
    "cost": {"kind": "tiers", "tiers": [{"fixed": 1.0}, {"fixed": 2.0, "up_to": 40.0}]},
    "rules": {"max_members": 3, "limit": {"cost": 1.234}},
    "empty": {},
    "odd key.x": 1,
}


def test_what_is_written_reads_back() -> None:
    assert tomllib.loads(toml_text(DATA)) == DATA


def test_tables_of_numbers_get_a_heading_and_names_stay_on_a_line() -> None:
    lines = toml_text(DATA).splitlines()
    assert {"[rules]", "[[cost.tiers]]"} <= set(lines)
    assert any(line.startswith("title = {") for line in lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.234, "1.2340"),  # three decimals could be thousands
        (1.5, "1.5"), (2, "2"), (True, "true"), ("a", '"a"'), ([1, "b"], '[1, "b"]'),
        ({"a": {"b": 1}}, "{a = {b = 1}}"),
    ],
    ids=str,
)  # fmt: skip
def test_one_value_is_one_line(value: object, text: str) -> None:
    assert literal(value) == text


def test_keys_are_quoted_where_they_must_be() -> None:
    assert [key_text(key) for key in ("a-b_1", "a b", "ä", "")] == ["a-b_1", '"a b"', '"ä"', '""']


def test_a_key_gets_another_value_and_all_else_stays() -> None:
    text = '# top\nname = "old" # why\nlist = [\n  1,\n]\n\n[rules]\nname = "other"\n'
    assert with_value(text, "name", "new") == text.replace('"old"', '"new"')
    assert with_value(text, "list", [2]) == text.replace("[\n  1,\n]", "[2]")
    assert with_value(text, "fresh", 1) == f"fresh = 1\n{text}"


def test_rows_of_a_sheet_have_dotted_keys() -> None:
    rows = dict(sheet_rows(DATA))
    assert rows["cost.tiers[2].up_to"] == "40.0"
    assert rows["rules.limit.cost"] == "1.2340"
    assert rows["title.de"] == "Größe"
    assert rows['"odd key.x"'] == "1"
