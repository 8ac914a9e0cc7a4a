"""What a session is given: tables, rules, options and listeners of others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

import koopopt
from koopopt import Session, Status, UsageError
from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.formulations import plans
from koopopt.problem import Problem
from koopopt.rules import PlanConditions, PlanRule
from koopopt.rules.base import CountRange
from koopopt.text import T, Text
from test_session import case, same


def test_tables_that_are_changed_after_they_were_given_are_asked_anew() -> None:
    """What was asked is compared with what is asked, not with what became of its tables."""
    apart, given = [["00", "01"]], {("02", "water"): 1.0}
    base = case(alone_cost=given)
    with Session(base) as session:
        first = session.solve()
        for town in ("02", "03", "04"):
            apart.append(["00", town])
            fresh = koopopt.solve(replace(base, rules={"apart": apart}))
            same(session.solve(rules={"apart": apart}), fresh)
        for town in ("00", "01", "03"):
            given[town, "water"] = 0.0
            same(session.solve(instance=base), koopopt.solve(base))
        same(session.solve(), first)  # the case is what it was


@dataclass(frozen=True, slots=True)
class BodiesByCities(PlanRule):
    """As a plug-in may have it: at most so many pooled partnerships for each city."""

    for_each: int

    def restrict(self, facts: Facts, conditions: PlanConditions) -> None:
        conditions.counts.append(CountRange(True, high=float(self._most(facts))))

    def violations(self, facts: Facts, plan: Plan) -> Iterator[Text]:
        if len(plan.pooled) > self._most(facts):
            yield T("There are too many.")

    def _most(self, facts: Facts) -> int:
        return self.for_each * sum(m.kind == "city" for m in facts.instance.municipalities)


def test_what_a_rule_asks_may_depend_on_anything_in_the_case() -> None:
    def with_cities(count: int) -> Instance:
        base, kinds = case(), ["city"] * count + [""] * 5
        towns = zip(base.municipalities, kinds, strict=False)
        return replace(base, municipalities=tuple(replace(m, kind=k) for m, k in towns))

    problem = replace(Problem.of(with_cities(0)), plan_rules=(BodiesByCities(1),))
    with Session(problem, formulation="partition") as session:
        for cities in (0, 2, 1, 0):
            changed = with_cities(cities)
            for travel in (1.0, 2.0):
                found = session.solve(instance=changed, weights={"travel": travel})
                same(found, koopopt.solve(found.problem))
                assert found.criteria["bodies"] == cities


def test_progress_of_a_back_end_in_its_own_thread_must_not_ask_either() -> None:
    """It would wait for a turn that ends with itself."""
    with Session(case(8), formulation="assignment") as session:
        told = set()

        def ask(_: object) -> None:
            with pytest.raises(UsageError, match="is solving"):
                session.solve()
            told.add(threading.current_thread().name)

        found = session.solve(limits={"travel": 3000.0}, on_progress=ask, time_limit=30)
        assert found.status is Status.OPTIMAL
        assert len(told) > 1
        with pytest.raises(UsageError, match="on_progress"):
            session.front(["cost", "travel"], on_progress=5)


def test_a_front_says_with_which_options_it_was_found() -> None:
    wide = {"highs": {"mip_rel_gap": 0.5}}
    with Session(case(3), solver_options=wide, formulation="assignment") as session:
        assert session.solve().solver_options == wide
        assert session.front(["cost", "travel"]).solver_options == wide


def test_closing_from_progress_is_told_and_closes_nothing() -> None:
    said: list[str] = []
    with koopopt.Session("border") as session:

        def close(_: object) -> None:
            with pytest.raises(UsageError, match="must not ask it again") as caught:
                session.close()
            said.append(str(caught.value))

        session.solve(on_progress=close)
        assert session
    assert said


def test_an_unknown_formulation_is_told_at_once() -> None:
    with pytest.raises(UsageError, match="no formulation 'nonsense'"):
        koopopt.Session("border", formulation="nonsense")


def test_a_problem_that_is_changed_later_is_the_one_that_was_given() -> None:
    problem = Problem.of(koopopt.read("border"))
    session = koopopt.Session(problem)
    before = session.solve().objective
    problem.weights["cost"] = 1000.0  # type: ignore[index]
    assert session.solve().objective == before


def test_results_say_where_the_instance_is_until_it_is_changed() -> None:
    with koopopt.Session("border") as session:
        assert session.solve().source == "border"
        assert session.solve(rules={"max_members": 2}).source is None


def test_an_end_in_the_middle_of_evaluating_leaves_no_wrong_amounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = Problem.of(koopopt.read("border"))
    dearer = Problem.of(replace(first.instance, office_cost=first.instance.office_cost + 1e6))
    known = plans.Plans()
    known.offer(first, koopopt.all_alone(first))
    known.offer(first, koopopt.solve(first).plan)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(plans, "evaluate", end)
        with pytest.raises(KeyboardInterrupt):
            known.best(dearer)
    best = known.best(dearer)
    assert best == koopopt.all_alone(first)  # offices are too dear for anything else


def test_what_is_held_is_counted_and_can_be_dropped() -> None:
    session = koopopt.Session("border", formulation="partition")
    for travel in (1.0, 5.0, 25.0):
        session.solve(weights={"travel": travel})
    held = session._store.nbytes
    assert held > sum(pool.nbytes for _, pool in session._store._pools)
    session._store.drop(held - 1)
    assert session._store.nbytes < held
    assert session.solve().objective == koopopt.solve("border").objective
