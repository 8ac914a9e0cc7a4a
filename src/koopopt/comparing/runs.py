"""Two runs: whether they answer the same question, and what differs in their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.comparing import instances
from koopopt.comparing.values import (
    Difference,
    Instances,
    Kept,
    Pair,
    Plain,
    Plans,
    Proof,
    Runs,
    Seated,
)

ALIKE: Final = 0.5
"""Share of the members of both that two partnerships need in common to be one that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked.

    Attributes
    ----------
    fingerprint : str
        What the data were.
    instance : Instance or None
        None where it is not at hand, or its data have changed since.
    asked : mapping
        Weights, limits and whatever else, by dotted names.
    """

    fingerprint: str
    instance: Instance | None = None
    asked: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run.json says, with its data where they are at hand."""

    question: Question
    partnerships: tuple[Partnership, ...]
    criteria: Mapping[str, float]
    objective: float | None
    bound: float | None
    seconds: float | None
    proof: Proof


def compare(a: Run, b: Run) -> Runs:
    """Return what differs in two runs."""
    question, data = asked(a.question, b.question)
    names = [*a.criteria, *(name for name in b.criteria if name not in a.criteria)]
    return Runs(
        same_question=not question, question=question, data=data,
        plans=plans(a.partnerships, b.partnerships),
        criteria=tuple(pair(name, a.criteria.get(name), b.criteria.get(name)) for name in names),
        sums=(
            pair("objective", a.objective, b.objective),
            pair("bound", a.bound, b.bound),
            pair("seconds", a.seconds, b.seconds),
        ),
        a=a.proof, b=b.proof,
    )  # fmt: skip


def are_equal(found: Runs) -> bool:
    """Whether two runs answer the same question with the same plan and criteria."""
    changed = _changes(found.plans) or any(p.a != p.b for p in found.criteria)
    return found.same_question and not changed and found.a.status == found.b.status


def _changes(found: Plans) -> int:
    lists = (found.new, found.gone, found.reseated, found.reformed, found.regrouped)
    return sum(map(len, lists))


def asked(a: Question, b: Question) -> tuple[tuple[Difference, ...], Instances | None]:
    """Return what differs in two questions, and in their data where both are at hand."""
    mine: dict[str, Plain] = {"fingerprint": a.fingerprint, **a.asked}
    other: dict[str, Plain] = {"fingerprint": b.fingerprint, **b.asked}
    data = None
    if a.fingerprint != b.fingerprint and a.instance is not None and b.instance is not None:
        data = instances.compare(a.instance, b.instance)
    return tuple(instances.differences((), mine, other)), data


def pair(name: str, a: float | None, b: float | None) -> Pair:
    """Return two numbers with their difference."""
    return Pair(name=name, a=a, b=b, difference=None if a is None or b is None else b - a)


def plans(a: Iterable[Partnership], b: Iterable[Partnership]) -> Plans:
    """Return which partnerships are new, gone, reseated or of other members.

    Partnerships of one service with the same members are the same; of the others those belong
    together, the most alike first, that have at least `ALIKE` of all their members in common.
    """
    mine = [p for p in a if p.pooled]
    other = {(p.service, p.members): p for p in b if p.pooled}
    same = [(p, other.pop((p.service, p.members))) for p in mine if (p.service, p.members) in other]
    taken = {(p.service, p.members) for p, _ in same}
    gone, new = [p for p in mine if (p.service, p.members) not in taken], [*other.values()]
    regrouped = _most_alike(gone, new)
    moved = [(p, q) for p, q in same if p.seat != q.seat]
    formed = [(p, q) for p, q in same if p.seat == q.seat and p.legal_form != q.legal_form]
    return Plans(
        equal=len(same) - len(moved) - len(formed),
        new=tuple(_seated(p) for p in new if p not in [q for _, q in regrouped]),
        gone=tuple(_seated(p) for p in gone if p not in [q for q, _ in regrouped]),
        reseated=tuple(_kept(p, q) for p, q in moved),
        reformed=tuple(_kept(p, q) for p, q in formed),
        regrouped=tuple(_kept(p, q) for p, q in regrouped),
    )


def _most_alike(
    a: Sequence[Partnership], b: Sequence[Partnership]
) -> list[tuple[Partnership, Partnership]]:
    shares = sorted(
        ((-_common(p, q), p, q) for p in a for q in b if p.service == q.service),
        key=lambda found: (found[0], found[1], found[2]),
    )
    chosen: list[tuple[Partnership, Partnership]] = []
    free_a, free_b = set(a), set(b)
    for share, p, q in shares:
        if -share >= ALIKE and p in free_a and q in free_b:
            free_a.discard(p)
            free_b.discard(q)
            chosen.append((p, q))
    return sorted(chosen)


def _common(p: Partnership, q: Partnership) -> float:
    mine, other = set(p.members), set(q.members)
    return len(mine & other) / len(mine | other)


def _seated(p: Partnership) -> Seated:
    return Seated(service=p.service, members=p.members, seat=p.seat, legal_form=p.legal_form)


def _kept(p: Partnership, q: Partnership) -> Kept:
    return Kept(
        a=_seated(p), b=_seated(q),
        joined=tuple(m for m in q.members if m not in p.members),
        left=tuple(m for m in p.members if m not in q.members),
    )  # fmt: skip
