"""All kinds of rules are tried on a plan that keeps them and on one that breaks them."""

from __future__ import annotations

from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from rules.cases import ALONE_TOO, PARTNERSHIPS, PLANS


def test_every_rule_is_here_or_has_a_test_of_its_own() -> None:
    own = {"legal_forms", "min_saving", "no_losers", "stable"}
    tried = {key for rules, *_ in (*PARTNERSHIPS, *ALONE_TOO, *PLANS) for key in rules} | own
    assert {kind.keys()[0] for kind in (*PARTNERSHIP_RULES, *PLAN_RULES)} <= tried
