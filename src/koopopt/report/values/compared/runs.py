"""What differs in two runs, in words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from koopopt.comparing.values import Difference, Instances, Kept, Pair, Plans, Proof, Runs, Seated
from koopopt.criteria import CRITERIA
from koopopt.report.values.blocks import BULLET, Block, Cell, Figure, Grid, Heading, Sentence
from koopopt.report.values.compared import instances
from koopopt.report.values.compared.instances import EXAMPLES, named
from koopopt.text import T, Text

MOST: Final = 40
"""Partnerships of one kind that are listed; of more, three are shown."""
FINGERPRINT: Final = "fingerprint"
SHORT: Final = 12
"""Characters of a fingerprint that are shown."""
STATUS: Final[Mapping[str, Text]] = {
    "optimal": T("proven best"),
    "feasible": T("a plan, not proven best"),
    "infeasible": T("proven that there is no plan"),
    "no_solution": T("no plan found"),
}


def blocks(found: Runs, towns: Mapping[str, str]) -> Iterator[Block]:
    """Yield what differs."""
    yield from verified(found.a.verified, found.b.verified)
    yield from question(found.question, found.data, towns)
    yield Heading(T("Criteria"), 2)
    yield Grid(
        (T("Criterion"), T("A"), T("B"), T("difference")),
        tuple(_pair(p) for p in (*found.criteria, *found.sums)),
    )
    yield Heading(T("Proof"), 2)
    yield Grid((T("What"), T("A"), T("B")), _proofs(found.a, found.b), words=(0, 1, 2))
    yield Heading(T("Partnerships"), 2)
    yield from _plans(found.plans, towns)


def verified(a: bool, b: bool) -> Iterator[Block]:
    """Say of which side the data are not at hand."""
    for side, known in (("A", a), ("B", b)):
        if not known:
            yield Sentence(T("The data of {side} are not at hand or have changed since: its figures"
                             " are as its file says them.", side=side))  # fmt: skip


def question(
    asked: Sequence[Difference], data: Instances | None, towns: Mapping[str, str]
) -> Iterator[Block]:
    """Say whether two answers are to the same question."""
    if not asked:
        yield Sentence(T("Data, weights and limits are the same."))
        return
    yield Sentence(T("They answer different questions."))
    for d in asked:
        if d.key == FINGERPRINT:
            yield Sentence(T("Their data differ: fingerprints {a} and {b}.",
                             a=str(d.a)[:SHORT], b=str(d.b)[:SHORT]))  # fmt: skip
    others = [d for d in asked if d.key != FINGERPRINT]
    if others:
        yield instances.differences(others, towns)
    if data is not None:
        yield Heading(T("What differs in the data"), 2)
        yield from instances.blocks(data, towns, level=3)


def _pair(p: Pair) -> tuple[Cell, ...]:
    known = {"objective": T("weighted sum"), "bound": T("proven bound"), "seconds": T("seconds")}
    title = CRITERIA[p.name].title if p.name in CRITERIA else known.get(p.name, p.name)
    return title, Figure(p.a, 2), Figure(p.b, 2), Figure(p.difference, 2, signed=True)


def _proofs(a: Proof, b: Proof) -> tuple[tuple[Cell, ...], ...]:
    def gap(value: float | None) -> Cell:
        return "–" if value is None else T("{percent} %", percent=float(f"{100 * value:.3g}"))

    return (
        (T("status"), STATUS[a.status], STATUS[b.status]),
        (T("gap"), gap(a.gap), gap(b.gap)),
        (T("back end"), a.solver, b.solver),
        (T("formulation"), a.formulation, b.formulation),
    )


def _plans(found: Plans, towns: Mapping[str, str]) -> Iterator[Block]:
    yield Sentence(T("Equal in both: {count}.", count=found.equal))
    told: list[tuple[Text, list[Text]]] = [
        (T("New, in B only: {count}", count=len(found.new)),
         [_one(p, towns) for p in found.new]),
        (T("Gone, in A only: {count}", count=len(found.gone)),
         [_one(p, towns) for p in found.gone]),
        (T("At another seat: {count}", count=len(found.reseated)),
         [_seat(p, towns) for p in found.reseated]),
        (T("In another legal form: {count}", count=len(found.reformed)),
         [_form(p, towns) for p in found.reformed]),
        (T("Other members: {count}", count=len(found.regrouped)),
         [_members(p, towns) for p in found.regrouped]),
    ]  # fmt: skip
    for heading, items in told:
        if not items:
            continue
        yield Heading(heading, 3)
        shown = items if len(items) <= MOST else items[:EXAMPLES]
        for item in shown:
            yield Sentence(item, BULLET)
        if len(items) > len(shown):
            yield Sentence(T("{count} more; all are in the JSON.", count=len(items) - len(shown)))


def _names(ids: Sequence[str], towns: Mapping[str, str]) -> str:
    return ", ".join(towns.get(town, town) for town in ids)


def _one(p: Seated, towns: Mapping[str, str]) -> Text:
    members = _names(p.members, towns)
    return T("{service}, seat {seat}, {form}: {members}", service=p.service,
             seat=named(p.seat, towns), form=p.legal_form, members=members)  # fmt: skip


def _seat(p: Kept, towns: Mapping[str, str]) -> Text:
    return T("{service}, from {a} to {b}: {members}", service=p.a.service,
             a=named(p.a.seat, towns), b=named(p.b.seat, towns),
             members=_names(p.a.members, towns))  # fmt: skip


def _form(p: Kept, towns: Mapping[str, str]) -> Text:
    return T("{service}, from {a} to {b}: {members}", service=p.a.service, a=p.a.legal_form,
             b=p.b.legal_form, members=_names(p.a.members, towns))  # fmt: skip


def _members(p: Kept, towns: Mapping[str, str]) -> Text:
    a, b = named(p.a.seat, towns), named(p.b.seat, towns)
    seat = T("seat {a}", a=b) if a == b else T("seat {a}, then {b}", a=a, b=b)
    none = T("nobody")
    return T("{service}, {seat}: joined by {joined}, left by {left}", service=p.a.service,
             seat=seat, joined=_names(p.joined, towns) or none,
             left=_names(p.left, towns) or none)  # fmt: skip
