"""The names of rules: each is the place of the rule, as `koopopt whatif --set` takes it.

rules.KEY                         [rules] of instance.toml: about the plan, or for all services
                                  that have no value of their own
services.NAME.rules.KEY           one service
limits.CRITERION                  a limit on a criterion
legal_forms.FORM.KEY              a condition of a legal form
sites.SITE.SERVICE.capacity       the capacity of a site
KEY                               a rule about partnerships in all services, wherever it stands
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.criteria import CRITERIA
from koopopt.rules.base import Rule
from koopopt.rules.kinds import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.rules.plan import Limit

FREE_FORM: Final[dict[str, Any]] = {
    "services": "all", "min_members": 2, "max_members": None, "same_county": False,
    "same_state": False, "votes": None,
}  # fmt: skip
"""The conditions of a legal form, and what each is where it asks for nothing."""


def of_all(key: str) -> str:
    """Return the name of a rule that stands in the table for the plan and all services."""
    return f"rules.{key}"


def of_service(service: str, key: str) -> str:
    """Return the name of a rule in one service."""
    return f"services.{service}.rules.{key}"


def of_limit(criterion: str) -> str:
    """Return the name of a limit."""
    return f"limits.{criterion}"


def of_form(form: str, key: str) -> str:
    """Return the name of a condition of a legal form."""
    return f"legal_forms.{form}.{key}" + (".max_share" if key == "votes" else "")


def of_site(site: str, service: str) -> str:
    """Return the name of the capacity of a site."""
    return f"sites.{site}.{service}.capacity"


def key_of(rule: Rule) -> str:
    """Return the key by which a rule is written: the first of those that make it exist."""
    started = type(rule).started_by()
    return next((key for key in started if getattr(rule, key, None)), started[0])


def all_names(instance: Instance) -> Iterator[str]:
    """Yield the names of all rules that an instance could have, the shortest ones first."""
    yield from (key for kind in PARTNERSHIP_RULES for key in kind.started_by())
    about_partnerships = [key for kind in PARTNERSHIP_RULES for key in kind.started_by()]
    about_plan = [kind.started_by()[0] for kind in PLAN_RULES if kind is not Limit]
    for key in (*about_partnerships, *about_plan):
        yield of_all(key)
    for service in instance.services:
        for key in about_partnerships:
            yield of_service(service.id, key)
    yield from map(of_limit, CRITERIA)
    for form in instance.legal_forms:
        for key in FREE_FORM:
            yield of_form(form.id, key)
    for site in instance.sites:
        yield of_site(site.id, site.service)


def lifting(keys: Sequence[str], value: Any) -> dict[str, Any]:
    """Return what else is to be lifted of a table of rules where a value lifts one of them.

    Keys that only say more of a rule mean nothing without it.
    """
    if value is not False or len(keys) > 1:
        return {}
    for kind in (*PARTNERSHIP_RULES, *PLAN_RULES):
        if kind.started_by() == tuple(keys):
            return dict.fromkeys(kind.keys(), False)
    return {}
