"""Rules in force in words: what each asks, and of whom, with titles in place of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, Final

from koopopt.case import resources
from koopopt.case.instance import Instance
from koopopt.criteria import criterion
from koopopt.exact import fraction
from koopopt.inquiry.rules import InForce
from koopopt.rules import Rule, naming
from koopopt.rules.titles import FORM_WORDS, MORE_WORDS, titles
from koopopt.text import T, Text

MOST_LISTED: Final = 6
"""So many of a list are named."""
SHARES: Final = ("min_saving", "votes", "tolerance")
"""Keys whose values are told in per cent."""


def in_words(rule: InForce, instance: Instance) -> Text:
    """Return what a rule asks, and of whom."""
    said = _asked(rule, instance)
    of_whom = whose(rule, instance)
    return said if of_whom is None else Text("{rule} ({whose})", {"rule": said, "whose": of_whom})


def typed(rule: InForce) -> str:
    """Return the name by which ``--set`` takes it; none where it stands in several places."""
    return "" if rule.place == "everywhere" else rule.name


def with_name(rule: InForce, instance: Instance) -> Text:
    """Return it with the name by which ``--set`` and ``--relax`` take it, if there is one."""
    said, name = in_words(rule, instance), typed(rule)
    return Text("{rule} [{name}]", {"rule": said, "name": name}) if name else said


def whose(rule: InForce, instance: Instance) -> Text | None:
    """Return the legal form, the site or the services of a rule; None where it is of the plan."""
    services = service_titles(instance)
    match rule.place:
        case "legal form":
            return T("legal form {form}", form=form_titles(instance)[rule.owner])
        case "site":
            site, _, service = rule.owner.partition(", ")
            return T("{site}, {service}", site=place_names(instance)[site],
                     service=services[service])  # fmt: skip
    if not rule.services or len(rule.services) == len(services) > 1:
        return None
    return _listed([services.get(s, s) for s in rule.services])


def _asked(rule: InForce, instance: Instance) -> Text:
    """Return what is asked, with its value."""
    match rule.place:
        case "limit":
            return T("{criterion} at most {value}", criterion=criterion(rule.key).title,
                     value=float(rule.value))  # fmt: skip
        case "legal form":
            value = rule.value.max_share if rule.key == "votes" else rule.value
            return _valued(FORM_WORDS[rule.key], rule.key, value, _known(None, rule.key, instance))
        case "site":
            return T("capacity {value}", value=float(rule.value))
        case "everywhere":
            several = [_of_rule(one, instance) for one in rule.value]
            return _listed(several)
    return _of_rule(rule.value, instance)


def _of_rule(rule: Rule, instance: Instance) -> Text:
    key, words = naming.key_of(rule), titles()
    if key == "forbid_alone" and getattr(rule, key) is not True:
        words = {key: T("certain municipalities not alone")}
    named, value = words.get(key, Text("{key}", {"key": key})), getattr(rule, key)
    said = _valued(named, key, value, _known(type(rule), key, instance))
    for one in fields(rule):  # type: ignore[arg-type]
        value = getattr(rule, one.name)
        more = MORE_WORDS.get(one.name) or words.get(one.name)
        usual = one.default if one.default is not MISSING else None
        if one.name != key and more is not None and value not in (None, False, (), usual):
            told = _valued(more, one.name, value, _known(type(rule), one.name, instance))
            said = Text("{first}, {second}", {"first": said, "second": told})
    return said


def _valued(words: Text, key: str, value: Any, known: Mapping[str, Any]) -> Text:
    """Return words with their value, if there is more to say than that it holds."""
    if value is True or value is None:
        return words
    if isinstance(value, (int, float)):
        if key in SHARES:
            percent = float(100 * fraction(value))
            return Text("{rule}: {percent} %", {"rule": words, "percent": percent})
        return Text("{rule}: {value}", {"rule": words, "value": value})
    return Text("{rule}: {value}", {"rule": words, "value": _named(value, known)})


def _named(value: Any, known: Mapping[str, Any]) -> Any:
    """Return ids as titles and names, whatever holds them."""
    if isinstance(value, Mapping):
        return _listed(
            [Text("{who}: {value}", {"who": known.get(str(k), k), "value": v})
             for k, v in value.items()]
        )  # fmt: skip
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _listed(
            [
                known.get(v, v)
                if isinstance(v, str)
                else " – ".join(str(known.get(one, one)) for one in v)
                for v in value
            ]
        )
    return known.get(value, value)


def _known(rule: type[Rule] | None, key: str, instance: Instance) -> Mapping[str, Any]:
    """Return what ids under a key are called: an id may be a municipality's and a service's."""
    if key == "legal_forms":
        return form_titles(instance)
    if key == "services":
        return _services_of_forms(instance)
    if rule is not None and key in rule.service_keys:
        return service_titles(instance)
    if rule is not None and key in (*rule.town_keys, *rule.seat_keys):
        return place_names(instance)
    return {}


def place_names(instance: Instance) -> dict[str, str]:
    """Return the names of municipalities and sites by their ids."""
    towns = {m.id: m.name for m in instance.municipalities}
    return towns | {site.id: site.name for site in instance.sites}


def service_titles(instance: Instance) -> dict[str, Mapping[str, str]]:
    """Return the titles of services by their ids."""
    return {s.id: s.title for s in instance.services}


def _services_of_forms(instance: Instance) -> dict[str, Mapping[str, str]]:
    """Return the titles of services that legal forms may serve: of the case, or of the library."""
    named = {s for form in instance.legal_forms if form.services != "all" for s in form.services}
    own = service_titles(instance)
    return resources.service_titles(named - own.keys()) | own


def form_titles(instance: Instance) -> dict[str, Mapping[str, str]]:
    """Return the titles of legal forms by their ids."""
    return {f.id: f.title for f in instance.legal_forms}


def _listed(parts: Iterable[Any]) -> Text:
    """Return parts one after the other, the first ones of many."""
    every = list(parts)
    shown = every if len(every) <= MOST_LISTED + 1 else every[:MOST_LISTED]
    said = Text("{only}", {"only": shown[0]}) if shown else Text("")
    for part in shown[1:]:
        said = Text("{first}, {second}", {"first": said, "second": part})
    if len(shown) < len(every):
        said = T("{first} and {count} more", first=said, count=len(every) - len(shown))
    return said
