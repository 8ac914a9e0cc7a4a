"""Partnerships and plans as values: sorted, so equal ones are equal; tables as files have them."""

from __future__ import annotations

import pytest

from koopopt.case.plan import Partnership, Plan
from koopopt.errors import UsageError

POOL = Partnership("water", ("02", "01"), "02", "association")
ALONE = Partnership("water", ("03",), "03")


def test_no_order_matters() -> None:
    assert Partnership("water", ["01", "02"], "02", "association") == POOL  # type: ignore[arg-type]
    assert Plan([POOL, ALONE]) == Plan(p for p in (ALONE, POOL))
    assert len({Plan([POOL, ALONE]), Plan([ALONE, POOL])}) == 1


def test_who_pools_and_who_is_alone() -> None:
    plan = Plan([POOL, ALONE, Partnership("fire", ("01",), "01")])
    assert plan.pooled == (POOL,)
    assert plan.of("water") == (POOL, ALONE)
    assert plan.of("nothing") == ()
    assert ALONE.legal_form == "alone"


def test_one_text_is_not_several_members() -> None:
    with pytest.raises(UsageError, match="members"):
        Partnership("water", "01", "0")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="service"):
        Partnership(1, ("01",), "01")  # type: ignore[arg-type]


def test_the_table_has_a_row_a_member() -> None:
    frame = Plan([POOL, ALONE]).to_frame()
    assert Plan([POOL, ALONE]).rows() == frame.to_dict("records")
    assert frame.to_numpy().tolist() == [
        ["water", "water-1", "01", "02", "association"],
        ["water", "water-1", "02", "02", "association"],
        ["water", "water-2", "03", "03", "alone"],
    ]
    assert list(Plan([]).to_frame().columns) == list(frame.columns)
