"""Rules about the whole plan: each that it breaks is named, no other."""

from __future__ import annotations

from typing import Any

import pytest

from koopopt.case.plan import Plan
from rules.cases import PLANS, broken, named, three


@pytest.mark.parametrize(("rules", "good", "bad", "said"), PLANS, ids=map(named, PLANS))
def test_a_rule_about_the_plan(rules: dict[str, Any], good: Plan, bad: Plan, said: str) -> None:
    assert broken(three(rules), good) == ()
    (violation,) = broken(three(rules), bad)
    assert (violation.rule, violation.service, violation.members) == (*rules, None, ())
    assert said in violation.text.render()
