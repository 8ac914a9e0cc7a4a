"""Lists of faults made readable: rows where a sheet has them, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass, field

from koopopt.errors import Fault
from koopopt.reading.faults import condensed, with_rows
from koopopt.text import Text

RULE = Text("It is wrong.")


@dataclass
class Sheet:
    file: str = "instance"
    rows: dict[str, int] = field(default_factory=lambda: {"name": 2, "cost.tiers[1]": 5})


def rows(*faults: Fault) -> list[int | None]:
    return [fault.row for fault in with_rows(faults, [Sheet()])]  # type: ignore[list-item]


def fault(column: str | None, file: str = "instance", row: int | None = None) -> Fault:
    return Fault(file, RULE, RULE, row=row, column=column)


def test_a_key_has_the_row_of_its_own_or_of_what_holds_it() -> None:
    assert rows(fault("name"), fault("cost.tiers[1]"), fault("cost.tiers[1].fixed")) == [2, 5, 5]


def test_others_stay_as_they_are() -> None:
    assert rows(fault("other"), fault(None), fault("name", "a.csv"), fault("name", row=9)) == [
        None, None, None, 9,
    ]  # fmt: skip


def test_what_was_told_is_not_told_again() -> None:
    assert condensed([fault("a"), fault("b"), fault("a")]) == [fault("a"), fault("b")]
