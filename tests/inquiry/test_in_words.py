"""Rules in force in words: titles in place of ids, numbers as each language writes them."""

from __future__ import annotations

from dataclasses import replace

import koopopt
from koopopt.inquiry.changes import setting
from koopopt.inquiry.in_words import in_words, typed, with_name
from koopopt.inquiry.rules import InForce, in_force, with_parts
from koopopt.problem import Problem
from koopopt.reading.models import library_service


def said(rule: InForce, problem: Problem, lang: str = "de") -> str:
    return in_words(rule, problem.instance).render(lang)


def by_name(problem: Problem) -> dict[str, InForce]:
    return {rule.name: rule for rule in with_parts(in_force(problem))}


def test_rules_have_titles_and_numbers_of_the_language() -> None:
    problem = Problem.of(koopopt.read("werra-meissner"), limits={"cost": 21_500_000.5})
    rules = by_name(problem)
    assert said(rules["limits.cost"], problem) == "Kosten höchstens 21.500.000,5"
    assert said(rules["rules.max_members"], problem, "en").startswith("at most so many members: 8")
    water = next(r for r in rules.values() if r.name.endswith("min_population"))
    assert "5.000 (Wasserversorgung, Wohnen)" in said(water, problem)
    company = rules["legal_forms.company.services"]
    assert "Wasserversorgung" in said(company, problem)
    assert "GmbH" in said(company, problem)


def test_no_id_of_the_instance_is_left_where_there_is_a_title() -> None:
    problem = Problem.of(koopopt.read("werra-meissner"))
    ids = {s.id for s in problem.instance.services} | {f.id for f in problem.instance.legal_forms}
    for rule in by_name(problem).values():
        words = said(rule, problem).replace(",", " ").replace("(", " ").replace(")", " ").split()
        assert not ids & set(words), said(rule, problem)


def test_services_that_the_case_does_not_have_are_called_as_in_the_library() -> None:
    problem = Problem.of(koopopt.read("werra-meissner"))
    assert "payroll" not in problem.facts.service_index
    served = ("water", "payroll", "of-nobody")
    forms = tuple(replace(form, services=served) for form in problem.instance.legal_forms)
    case = replace(problem.instance, legal_forms=forms)
    rule = replace(by_name(problem)["legal_forms.company.services"], value=served)
    said = in_words(rule, case).render("en")
    water = next(service for service in case.services if service.id == "water")
    title = library_service("payroll").title["en"]
    assert f"{water.title['en']}, {title}, of-nobody" in said


def test_pairs_and_lists_name_municipalities() -> None:
    case = koopopt.read("three-villages")
    names = {m.id: m.name for m in case.municipalities}
    problem = Problem.of(replace(case, rules={"apart": [("A", "C")], "alone": ["B"]}))
    rules = by_name(problem)
    assert f"{names['A']} – {names['C']}" in said(rules["rules.apart"], problem)
    assert names["B"] in said(rules["rules.alone"], problem)


def test_the_name_that_set_takes_stands_beside() -> None:
    problem = Problem.of(koopopt.read("werra-meissner"))
    for rule in in_force(problem):
        assert str(with_name(rule, problem.instance)).endswith(f"[{rule.name}]")


def test_every_name_that_is_shown_can_be_set() -> None:
    case = koopopt.read("werra-meissner")
    problem = Problem.of(case, limits={"cost": 3e7})
    shown = [typed(rule) for rule in with_parts(in_force(problem))]
    assert "" in shown  # `contiguous` stands in several places
    for name in filter(None, shown):
        changed = setting(case, name.split("."), False, name).edit(case)
        assert isinstance(Problem.of(changed), Problem), name


def test_an_id_is_what_the_rule_speaks_of() -> None:
    """A municipality may have the id of a service, or of a legal form."""
    case = koopopt.read("three-villages")
    service, form = case.services[0].id, case.legal_forms[0].id
    first, second, third = case.municipalities
    towns = (
        replace(first, id=service, name="Adorf"),
        replace(second, id=form, name="Bdorf"),
        third,
    )
    case = replace(case, municipalities=towns, neighbours=(), status_quo=(), travel={},
                   rules={"apart": [(service, form)], "legal_forms": [form]})  # fmt: skip
    rules = by_name(Problem.of(case))
    assert "Adorf – Bdorf" in in_words(rules["rules.apart"], case).render("de")
    assert "Bdorf" not in in_words(rules["rules.legal_forms"], case).render("de")
