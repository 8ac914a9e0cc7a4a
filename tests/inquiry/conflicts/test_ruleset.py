"""What rules about the plan ask of one service alone."""

from __future__ import annotations

from koopopt.inquiry.conflicts.ruleset import for_service
from koopopt.rules import Limit


def test_a_limit_is_asked_of_one_service_only_where_no_other_one_can_make_up_for_it() -> None:
    limits = Limit({"cost": 1, "travel": 2, "farthest": 3, "largest_loss": 0})
    assert for_service((limits,), "water", only=False) == (Limit({"travel": 2, "farthest": 3}),)
    assert for_service((limits,), "water", only=True) == (limits,)
    assert for_service((Limit({"largest_loss": 0}),), "water", only=False) == ()
