"""Names for the outside: unique, as readable as may be, and never a keyword of any format."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.wild import HOSTILE
from koopopt.exchange.names import MAX_NAME_LENGTH, RESERVED, safe_names, unique_names


def test_names_stay_readable() -> None:
    assert safe_names(["water", "Höxter-Süd", "a b", "a-b"]) == [
        "water", "Hoexter_Sued", "a_b", "a_b_2",
    ]  # fmt: skip


def test_keywords_numbers_and_nothing_get_a_prefix() -> None:
    assert safe_names(["free", "1e5", "", "End"], "row") == [
        "row_free",
        "row_1e5",
        "row",
        "row_End",
    ]


def test_names_that_are_taken_are_not_given_again() -> None:
    assert safe_names(["x", "y"], taken=["x"]) == ["x_2", "y"]


@settings(max_examples=30)
@given(st.lists(st.one_of(st.text(), st.sampled_from(HOSTILE)), max_size=12))
def test_any_names_at_all(names: list[str]) -> None:
    safe = safe_names(names)
    assert len(set(safe)) == len(safe) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII) for name in safe)
    assert not any(RESERVED.fullmatch(name) for name in safe)
    assert max(map(len, safe), default=0) <= MAX_NAME_LENGTH + 10


def test_names_for_people_are_numbered_where_they_repeat() -> None:
    assert unique_names(["a", "a", "b", "a (2)", "a"]) == ["a", "a (2)", "b", "a (2) (2)", "a (3)"]
