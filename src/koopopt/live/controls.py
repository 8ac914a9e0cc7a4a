"""Controls: what of an instance can be set, made from its schema and the rules that there are.

A rule that is added, by koopopt or by a plug-in, has its control; a page needs no list of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm
from koopopt.criteria import CRITERIA
from koopopt.live import uncertain
from koopopt.live.said import said
from koopopt.problem import Problem, rule_tables
from koopopt.reading import schemas
from koopopt.report.values.answers.ranges import named
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Limit, Rule
from koopopt.rules.naming import FREE_FORM, of_all, of_form, of_limit, of_service, of_site
from koopopt.rules.titles import FORM_WORDS, MORE_WORDS, titles
from koopopt.text import T, Text

WISHED = ("together", "apart")
"""Rules about pairs: wishes on the map say them."""
UNITS: dict[str, Text] = {
    "minutes": T("minutes"),
    "population": T("inhabitants"),
    "members": T("municipalities"),
}


def controls(problem: Problem) -> list[dict[str, Any]]:
    """Return the controls of a case: weights, limits, rules, by service, forms, sites and ranges.

    Each is a table of ``place`` (as ``koopopt whatif --set`` takes it), ``title``, ``help``,
    ``kind`` (number, integer, share, flag, choice, several, range), ``least``, ``most``, ``unit``,
    ``options``, ``value`` (the instance's; None where it has none), ``group`` and ``of`` (the
    number of the service, legal form or site). A range has the least and the largest value as its
    ``value``, and ``number``, the value that counts.
    """
    instance = problem.instance
    return [
        *_weights(problem),
        *_limits(problem),
        *_rules(instance),
        *_forms(instance),
        *_sites(instance),
        *_ranges(instance),
    ]


def _control(place: str, group: str, title: Text, kind: str, value: Any, **more: Any) -> Any:
    made = {
        "place": place, "group": group, "of": None, "title": said(title), "help": said(""),
        "kind": kind, "least": None, "most": None, "unit": said(""), "options": [], "value": value,
    }  # fmt: skip
    return made | more


def _weights(problem: Problem) -> Iterator[dict[str, Any]]:
    for c in problem.criteria:
        yield _control(
            f"weights.{c.name}", "weights", c.title, "number",
            float(problem.weights.get(c.name, 0.0)), least=0.0, unit=said(c.unit),
        )  # fmt: skip


def _limits(problem: Problem) -> Iterator[dict[str, Any]]:
    given = problem.instance.rules.get("limit") or {}
    for name, c in CRITERIA.items():
        yield _control(
            of_limit(name), "limits", c.title, "number", given.get(name), unit=said(c.unit)
        )


def _rules(instance: Instance) -> Iterator[dict[str, Any]]:
    shapes = schemas.of_instance()["properties"]["rules"]["properties"]
    whole, tables = rule_tables(instance)
    for kind in (*PARTNERSHIP_RULES, *PLAN_RULES):
        if kind is Limit:
            continue
        about_partnerships = kind in PARTNERSHIP_RULES
        for key in kind.keys():  # noqa: SIM118 - a class, not a table
            if key in WISHED or key not in shapes:
                continue
            made = _of_key(kind, key, shapes[key], instance)
            if made is None:
                continue
            own = instance.rules.get(key, whole.get(key))
            yield _control(of_all(key), "rule", made.pop("title"), made.pop("kind"), _plain(own),
                           **made)  # fmt: skip
            if not about_partnerships:
                continue
            for number, (service, table) in enumerate(zip(instance.services, tables, strict=True)):
                again = _of_key(kind, key, shapes[key], instance) or {}
                yield _control(
                    of_service(service.id, key), "service", again.pop("title"), again.pop("kind"),
                    _plain(table.get(key)), of=number, **again,
                )  # fmt: skip


def _of_key(
    kind: type[Rule], key: str, shape: Mapping[str, Any], instance: Instance
) -> dict[str, Any] | None:
    """Return what a control of a key looks like; None where no simple one can say it."""
    title = titles().get(key) or MORE_WORDS.get(key)
    made: dict[str, Any] = {
        "title": title or Text("{key}", {"key": key.replace("_", " ")}),
        "help": said(Text("{summary}", {"summary": str(kind.summary)})),
    }
    for one in shape.get("anyOf", [shape]):
        found = _of_shape(one, key, instance)
        if found is not None:
            return made | found
    return None


def _of_shape(one: Mapping[str, Any], key: str, instance: Instance) -> dict[str, Any] | None:
    """Return the kind and the bounds of what one shape of a schema allows."""
    match one.get("type"), one.get("enum"):
        case "boolean", _:
            return {"kind": "flag"}
        case "integer" | "number", _:
            share = one.get("maximum") == 1 and one["type"] == "number"
            most = one.get("maximum")
            return {
                "kind": "share" if share else one["type"],
                "least": one.get("minimum"),
                "most": None if most is None or most > 1e12 else most,
                "unit": said(next((u for word, u in UNITS.items() if word in key), "")),
            }
        case "string", list() as words:
            return {"kind": "choice", "options": [{"id": w, "title": said(w)} for w in words]}
        case "array", _ if one.get("items", {}).get("type") == "string":
            return {"kind": "several", "options": _options(key, instance)}
    return None


def _options(key: str, instance: Instance) -> list[dict[str, Any]]:
    """Return what can be chosen for a list of names."""
    if key == "legal_forms":
        return [{"id": f.id, "title": said(f.title)} for f in instance.legal_forms]
    if key == "central_places":
        kinds = sorted({m.central_place for m in instance.municipalities if m.central_place})
        return [{"id": kind, "title": said(kind)} for kind in kinds]
    places = [(m.id, m.name) for m in instance.municipalities]
    places += [(s.id, s.name) for s in instance.sites] if key == "seats" else []
    return [{"id": id_, "title": said(name)} for id_, name in places]


def _forms(instance: Instance) -> Iterator[dict[str, Any]]:
    services = [{"id": s.id, "title": said(s.title)} for s in instance.services]
    for number, form in enumerate(instance.legal_forms):
        for key, free in FREE_FORM.items():
            if key == "votes" and form.votes is None:
                continue
            kind = {"services": "several", "votes": "share"}.get(key, "integer")
            kind = "flag" if isinstance(free, bool) else kind
            yield _control(
                of_form(form.id, key), "form", FORM_WORDS[key], kind, _of_form(form, key),
                of=number, options=services if key == "services" else [],
                least=None if kind == "flag" else 0 if kind == "share" else 1,
                most=1 if kind == "share" else None,
            )  # fmt: skip


def _of_form(form: LegalForm, key: str) -> Any:
    if key == "votes":
        return None if form.votes is None else form.votes.max_share
    value = getattr(form, key)
    return None if value == "all" else _plain(value)


def _sites(instance: Instance) -> Iterator[dict[str, Any]]:
    for number, site in enumerate(instance.sites):
        yield _control(
            of_site(site.id, site.service), "site", T("capacity"), "number", site.capacity,
            of=number, least=0,
        )  # fmt: skip


def _ranges(instance: Instance) -> Iterator[dict[str, Any]]:
    for number in uncertain.settable(instance):
        least, most, _ = uncertain.bounds(number)
        yield _control(
            uncertain.PREFIX + number.place, "range", named(instance, number.path), "range",
            None if number.ends is None else list(number.ends), least=least, most=most,
            number=number.value,
        )  # fmt: skip


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return list(map(_plain, value)) if isinstance(value, list | tuple) else value
