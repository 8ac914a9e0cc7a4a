from __future__ import annotations

import pytest

from koopopt.importing.table.keys import Key, areas_above, is_above, key_of, seems


@pytest.mark.parametrize(
    "text", ["06636003", "6636003", "6636003.0", "6636003,0", "6.636.003", "06 636 003"]
)
def test_german_keys_however_a_spreadsheet_writes_them(text: str) -> None:
    assert key_of(text, "ags") == Key("06636003", "06636", "06")


def test_the_long_german_key() -> None:
    assert key_of("66360003003", "ags") == Key("066360003003", "06636", "06")


@pytest.mark.parametrize("text", ["", "636003", "99636003", "A6636003", "17000000", "٠٦٦٣٦٠٠٣"])
def test_what_is_no_german_key(text: str) -> None:
    assert key_of(text, "ags") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [("1001", Key("01001", "01", "")), ("2a004", Key("2A004", "2A", "")),
     ("97411", Key("97411", "974", "")), ("123", None), ("200067189", None)],
)  # fmt: skip
def test_french_keys(text: str, key: Key | None) -> None:
    assert key_of(text, "insee") == key


def test_keys_of_counties_and_states() -> None:
    assert is_above("06636", "ags")
    assert is_above("6", "ags")
    assert not is_above("06636003", "ags")
    assert not is_above("01001", "insee")
    texts = ["06", "066", "06636", "6636", "06635", "06636003", "45293"]
    assert areas_above(texts) == {"06", "066", "06636", "6636"}


def test_a_heading_is_believed_where_most_cells_agree() -> None:
    assert seems("ags", ["06636", "06636003", "6636004", "Tippfehler"]) == "ags"
    assert seems("ags", ["A", "B", "06636003"]) is None
    assert seems("ags", []) is None
    assert seems(None, ["06636003"]) is None
