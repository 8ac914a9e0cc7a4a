"""JSON texts as programs write them: several values, long numbers, keys that stand twice."""

from __future__ import annotations

import pytest

from koopopt.reading.json_text import TwiceError, is_json, values


def test_values_stand_one_after_the_other() -> None:
    assert list(values('{"a": 1}\n\x1e[2] ')) == [{"a": 1}, [2]]
    for broken in ("", "{", '{"a": 1} x'):
        with pytest.raises(ValueError, match="Expecting"):
            list(values(broken))


def test_a_key_that_counts_has_one_value() -> None:
    (table,) = values('{"id": 1, "id": 1, "x": 1, "x": 2}', once={"id"})
    assert table == {"id": 1, "x": 2}
    with pytest.raises(TwiceError, match=r"^id$"):
        list(values('[{"id": 1, "id": 2}]', once={"id"}))


def test_numbers_of_any_length_are_read() -> None:
    assert list(values("9" * 30)) == [10**30 - 1]
    assert list(values("1" + "0" * 5000)) == [float("inf")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"a": []}', True), (" [1]\n[2]", True), ("[" * 100_000, True), ("1", False),
        ('"x"', False), ("{a}", False), ("", False),
    ],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_what_is_json(text: str, what: bool) -> None:
    assert is_json(text) is what
