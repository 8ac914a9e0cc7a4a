"""Faults of `[horizon]` and of one-off costs, each told with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.errors import DataError
from koopopt.reading.instance import read
from reading.mutations import TOML, Mutation, add, swap
from reading.valid import FILES, lay_out

CASES = [
    (
        "once without a horizon",
        swap("forms.toml", "cost_per_extra_member", "one_off"),
        [TOML, "column horizon", "one_off = 5000", "'agreement'", "[horizon]"],
    ),
    (
        "once of a service",
        add(TOML, "[service.water]\none_off_per_member = 7.5"),
        [TOML, "column horizon", "one_off_per_member = 7.5", "'water'"],
    ),
    (
        "once negative",
        swap("forms.toml", "cost_per_extra_member = 5000.0", "one_off = -1"),
        ["forms.toml", "legal_form[1].one_off", "0 or more"],
    ),
    (
        "once of thousands",
        swap("forms.toml", "cost_per_extra_member = 5000.0", "one_off = 5.000"),
        ["forms.toml", "legal_form[1].one_off", "5000 or 5."],
    ),
    ("horizon without years", add(TOML, "[horizon]\ndiscount = 0.02"), [TOML, "horizon.years"]),
    ("no years", add(TOML, "[horizon]\nyears = 0"), [TOML, "horizon.years", "1 or more"]),
    ("half a year", add(TOML, "[horizon]\nyears = 2.5"), [TOML, "horizon.years"]),
    (
        "discount in per cent",
        add(TOML, "[horizon]\nyears = 5\ndiscount = 2"),
        [TOML, "horizon.discount", "1 or less"],
    ),
    (
        "horizon misspelled",
        add(TOML, "[horizon]\nyears = 5\ndiscuont = 0.1"),
        [TOML, "horizon.discuont", "mean 'discount'"],
    ),
]


@pytest.mark.parametrize(("_", "mutate", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_one_thing_wrong(_: str, mutate: Mutation, wanted: list[str], tmp_path: Path) -> None:
    files = dict(FILES)
    mutate(files)
    with pytest.raises(DataError) as caught:
        read(lay_out(files, tmp_path))
    assert caught.value.exit_code == 3
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines
