"""The question as a whole: which rules contradict each other, and what to give up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

from koopopt.case.plan import Plan
from koopopt.checking.request import check_request
from koopopt.errors import InternalError, KoopoptError, UsageError
from koopopt.exact import fraction
from koopopt.inquiry.conflicts.nearest import Nearest, least_limit, nearest
from koopopt.inquiry.conflicts.oracle import Answer, Oracle, attempt
from koopopt.inquiry.conflicts.ruleset import Keep, RuleSet
from koopopt.inquiry.conflicts.search import GivenUp, Search, Weight
from koopopt.inquiry.rules import InForce
from koopopt.inquiry.tables import Table, Tabled, of_conflicts
from koopopt.language.hints import Names
from koopopt.problem import Problem
from koopopt.rules import naming
from koopopt.shown import counted
from koopopt.solving.optimise import solve
from koopopt.text import T


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that leave no plan together.

    Attributes
    ----------
    rules : tuple of InForce
    minimal : bool
        Whether it is proven that every proper part of them leaves a plan.
    """

    rules: tuple[InForce, ...]
    minimal: bool


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Rules that, given up, leave a plan.

    Attributes
    ----------
    rules : tuple of InForce
    weight : Weight
        What giving them up counts.
    plan : Plan
        Keeps all other rules.
    nearest : Nearest or None
        Where it is one rule with a number: the nearest value of it with which there is a plan.
    """

    rules: tuple[InForce, ...]
    weight: Weight
    plan: Plan
    nearest: Nearest | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conflicts(Tabled):
    """Why no plan keeps all rules, and what to do about it.

    Attributes
    ----------
    problem : Problem
    plan : Plan or None
        One that keeps all rules after all; then there is nothing to explain.
    conflicts : tuple of Conflict
        The first ones found, the smallest before others where questions did not stay open.
    complete : bool
        Whether these are all minimal contradictions that there are.
    relaxations : tuple of Relaxation
        The cheapest sets of rules to give up, all of one weight; none where what is not to be given
        up leaves no plan.
    cheapest : bool
        Whether it is proven that nothing cheaper helps, or nothing at all.
    single : tuple of Relaxation
        Each rule that helps if it alone is given up.
    stable_aside : bool
        Whether the rule `stable` was set aside: there is no plan without it either.
    seconds : float
    """

    problem: Problem
    plan: Plan | None
    conflicts: tuple[Conflict, ...]
    complete: bool
    relaxations: tuple[Relaxation, ...]
    cheapest: bool
    single: tuple[Relaxation, ...]
    stable_aside: bool
    seconds: float

    def table(self, lang: str = "en") -> Table:
        """Return a row a rule of each set of rules; see `of_conflicts`."""
        return of_conflicts(self)

    def _said(self) -> str:
        if self.plan is not None:
            return ": there is a plan"
        found = counted(len(self.conflicts), "contradiction")
        return f": {found}, {counted(len(self.single), 'rule')} to give up alone"


def conflicts(
    problem: Problem,
    *,
    relax: Mapping[str, float] | None = None,
    most: int = 5,
    values: bool = True,
    formulation: str = "auto",
    solver: str = "highs",
    time_limit: float | None = None,
    memory: int | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
    began: float | None = None,
) -> Conflicts:
    """Return why no plan keeps all rules of a problem.

    Parameters
    ----------
    problem : Problem
    relax : mapping, optional
        What giving up a rule counts, above 0, by its name (`InForce.name`) or, in all services, by
        its key; infinite for what is not to be given up. All others count what the instance says,
        or 1.
    most : int
        Contradictions to look for.
    values : bool
        Whether to look for the nearest values of numeric rules.
    formulation, solver, memory, seed
        As of `koopopt.solve`.
    time_limit : float, optional
        Seconds for everything.
    cancel : threading.Event, optional
        Ends it with what is known so far.
    began : float, optional
        The moment, by `time.perf_counter`, from which `time_limit` counts.

    Raises
    ------
    UsageError
        Where `relax` names a rule that is not in force, or a weight is not above 0.
    """
    check_request(time_limit=time_limit, memory=memory, seed=seed)
    began = time.perf_counter() if began is None else began
    cancel = threading.Event() if cancel is None else cancel
    found = _Finding(
        problem, dict(relax or {}), most, None if time_limit is None else began + time_limit,
        cancel, {"formulation": formulation, "solver": solver, "memory": memory, "seed": seed},
    )  # fmt: skip
    return replace(found.answer(values), seconds=time.perf_counter() - began)


@dataclass(eq=False)
class _Finding:
    """One run of `conflicts`."""

    problem: Problem
    relax: Mapping[str, float]
    most: int
    deadline: float | None
    cancel: threading.Event
    settings: dict[str, object]

    def answer(self, values: bool) -> Conflicts:
        """Return everything but the seconds."""
        demand_names(self.problem, self.relax)
        aside = False
        rules = RuleSet.of(self.problem)
        if self.problem.stable is not None:
            free = self._search(RuleSet.of(self.problem.with_stable(None)))
            if not isinstance(free.settled(free.every), Plan):
                rules, aside = free.oracle.rules, True
        search = self._search(rules)
        search.run(self.most)
        if search.helping and not search.helping[0].rules:
            plan = search.helping[0].plan
            return Conflicts(self.problem, plan, (), True, (), True, (), aside, 0.0)
        single = self._single(search)
        found = search.minimal()
        named = {
            k: self._nearest(search, k, one, len(single) - n)
            for n, (k, one) in enumerate(single.items() if values else ())
        }

        def shown(one: GivenUp) -> Relaxation:
            only = named.get(next(iter(one.rules))) if len(one.rules) == 1 else None
            return Relaxation(self._rules(rules, one.rules), one.weight, one.plan, only)

        best = min((one.weight for one in search.helping), default=None)
        return Conflicts(
            problem=self.problem,
            plan=None,
            conflicts=tuple(
                Conflict(self._rules(rules, some), proven) for some, proven in found[: self.most]
            ),
            complete=search.complete and len(found) <= self.most,
            relaxations=tuple(shown(one) for one in search.helping if one.weight == best),
            cheapest=search.hopeless
            or (best is not None and (search.open_from is None or best <= search.open_from)),
            single=tuple(
                shown(GivenUp(frozenset((k,)), search.weights[k], one)) for k, one in single.items()
            ),
            stable_aside=aside,
            seconds=0.0,
        )

    @staticmethod
    def _rules(rules: RuleSet, some: Keep) -> tuple[InForce, ...]:
        return tuple(rules.rules[k] for k in sorted(some))

    def _search(self, rules: RuleSet) -> Search:
        tried = attempt(cancel=self.cancel, **self.settings)  # type: ignore[arg-type]
        oracle = Oracle(rules, tried, self.deadline, self.cancel)
        given = (self.relax, self.problem.instance.relax)
        weights = [weight_of(rule, given) for rule in rules.rules]
        return Search(oracle, weights)

    def _single(self, search: Search) -> dict[int, Plan]:
        """Return the rules each of which helps alone: they are in every contradiction."""
        found: dict[int, Plan] = {}
        for k in sorted(search.every):
            if search.weights[k] < inf and all(k in some for some in search.conflicts):
                answer = search.settled(search.every - {k})
                if isinstance(answer, Plan):
                    found[k] = answer
        return found

    def _nearest(self, search: Search, k: int, plan: Plan, parts: int) -> Nearest | None:
        """Return the nearest value, in an even part of the time that is left."""
        oracle = search.oracle
        until = time.perf_counter() + oracle.remaining / max(1, parts)

        def ask(problem: Problem) -> Answer:
            return None if oracle.stopped else oracle.tried(problem, until)

        rule = oracle.rules.rules[k]
        if rule.place != "limit":
            return nearest(oracle.rules, k, plan, ask)
        left = until - time.perf_counter()
        if oracle.stopped or left <= 0:
            return None
        without = oracle.rules.with_only(search.every - {k})
        asked = replace(without, weights={rule.key: 1})
        limit = None if oracle.deadline is None else left
        try:
            found = solve(asked, time_limit=limit, cancel=self.cancel, **self.settings)  # type: ignore[arg-type]
        except InternalError:
            raise
        except KoopoptError:  # nothing that can be asked for, a back end that fails
            return None
        return least_limit(rule, found)


def other_names(rule: InForce) -> tuple[str, ...]:
    """Return the names of a rule about partnerships besides its own.

    At its place by the other keys that make it, such as `central_places` beside `seats`; then by
    each of its keys wherever it stands.
    """
    if not rule.services:
        return ()
    first = naming.key_of(rule.value)
    keys = [key for key in type(rule.value).started_by() if getattr(rule.value, key, None)]
    others = [key for key in keys if key != first]
    place = rule.name.removesuffix(first)
    return (*(place + key for key in others), first, *others)


def weight_of(rule: InForce, given: Iterable[Mapping[str, float]]) -> Weight:
    """Return what giving up a rule counts, by the first table that names it, or 1.

    The name of its place wins over that of the rule in all services.
    """
    names = (rule.name, *other_names(rule))
    said = next((table[name] for table in given for name in names if name in table), 1)
    return inf if said == inf else fraction(said)


def demand_names(problem: Problem, relax: Mapping[str, float]) -> None:
    """Raise `UsageError` where a name is of no rule in force, or a weight is not above 0."""
    rules = RuleSet.of(problem).rules
    known = Names(name for rule in rules for name in (rule.name, *other_names(rule)))
    for name, weight in relax.items():
        if name not in known:
            raise UsageError(
                T("There is no rule {name} in force. {remedy}", name=repr(name),
                  remedy=known.remedy(name))
            )  # fmt: skip
        if not weight > 0:
            raise UsageError(
                T("The weight of {name} is {value}; it must be more than 0.",
                  name=name, value=weight)
            )  # fmt: skip
