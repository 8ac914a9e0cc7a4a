"""What the ranges of numbers mean for a plan, as blocks, in words of so many in 100 cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from koopopt.case.facts import euros
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.case.ranges import Path
from koopopt.criteria import CRITERIA
from koopopt.inquiry.ranges import Bar, Ranges
from koopopt.report.values.amounts import change
from koopopt.report.values.blocks import (
    BULLET,
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Sentence,
    Words,
    figure,
)
from koopopt.report.values.savings import against_alone, doubts, in_100
from koopopt.savings.saving import HIGH, LOW
from koopopt.text import T, Text, listed

MOST_PAIRS: Final = 12
"""Pairs beyond the plan's own that are told."""

TITLES: Final[Mapping[tuple[str, ...], Text]] = {
    ("office", "cost"): T("cost of an office"),
    ("travel", "speed_kmh"): T("speed, km/h"),
    ("travel", "detour"): T("detour of roads"),
    ("demand", "per_inhabitant"): T("demand per inhabitant"),
    ("cost", "scale"): T("level of costs (scale)"),
    ("cost", "elasticity"): T("elasticity of costs"),
    ("cost", "flat_above"): T("end of the advantage of size"),
    ("cost", "tiers", "fixed"): T("fixed cost of a size"),
    ("cost", "tiers", "per_unit"): T("cost per unit of a size"),
    ("travel", "trips_per_inhabitant"): T("trips per inhabitant"),
    ("identity", "weight"): T("weight of local identity"),
    ("fixed_cost",): T("fixed cost"),
    ("cost_per_extra_member",): T("cost per further member"),
    ("cost_per_pair",): T("cost per pair of members"),
    ("grant", "amounts"): T("grant"),
    ("grant", "years"): T("years of the grant"),
}
"""What numbers are called, by the words of their path."""


def blocks(found: Ranges) -> Iterator[Block]:
    """Yield what was found."""
    instance = found.evaluation.problem.instance
    yield Heading(instance.title or instance.name, 1)
    yield Sentence(
        T("Numbers with ranges: {count}. Every value in a range counts as equally likely and"
          " independent of the others.", count=len(found.numbers))
    )  # fmt: skip
    if any(number.path[-1] == "elasticity" for number in found.numbers):
        yield Sentence(T("Where an elasticity changes, the level of costs goes with it, so that all"
                         " alone cost what they did."))  # fmt: skip
    for number in found.held:
        yield Sentence(T("{place} was given for this plan, so its range is not asked.",
                         place=number.place))  # fmt: skip
    yield from _tornado(found)
    if found.samples:
        yield from _samples(found)
        yield from _partnerships(found)
        yield from _pairs(found)
        yield from _records(found)
    yield from _reach(found)


def _tornado(found: Ranges) -> Iterator[Block]:
    """Tell what drives the result."""
    yield Heading(T("One number at a time: what the plan saves, EUR a year"), 2)
    if found.base is not None:
        yield Sentence(T("As the numbers are: {saving}.", saving=figure(euros(found.base.saving))))
    headings = (
        T("Number"), T("from"), T("to"), T("saving at first"), T("at last"), T("swing"),
        T("another plan better by"),
    )  # fmt: skip
    yield Grid(headings, tuple(_bar(found, bar) for bar in found.bars), name=T("Uncertain numbers"))


def _bar(found: Ranges, bar: Bar) -> tuple[Cell, ...]:
    low, high = (None if end is None else euros(end.saving) for end in (bar.low, bar.high))
    return (
        named(found.evaluation.problem.instance, bar.number.path),
        Figure(bar.number.low, None), Figure(bar.number.high, None),
        Figure(low), Figure(high), Figure(euros(bar.swing) if len(bar.ends) == 2 else None),
        Figure(float(bar.regret) if bar.regret else None),
    )  # fmt: skip


def _samples(found: Ranges) -> Iterator[Block]:
    """Tell what the plan saves, and how it compares with the best plans."""
    yield Heading(T("All numbers at once: {count} samples (seed {seed})",
                    count=len(found.samples), seed=found.seed), 2)  # fmt: skip
    if (saved := found.saved) is not None:
        yield Sentence(against_alone(saved))
        middle = change(-euros(saved.at(0.5)))
        yield Sentence(T("In the middle of all cases it {middle} a year.", middle=middle))
        yield from map(Sentence, doubts(saved))
    for rule, count in found.broken.items():
        yield Sentence(T("In {count} of 100 cases it breaks the rule {rule}.", rule=rule,
                         count=in_100(count, len(found.samples))))  # fmt: skip
    proven = len(found.proven)
    if not proven:
        return
    yield Sentence(T("In {count} of 100 cases no plan is better, in {near} it is within 1 % of the"
                     " best plan.", count=in_100(found.unchanged, proven),
                     near=in_100(found.near, proven)))  # fmt: skip
    if (half := found.regret(0.5)) is not None:
        yield Sentence(T("It is worse than the best plan by {half} in the middle and by at most"
                         " {most} in 90 of 100 cases (weighted sum).", half=figure(half),
                         most=figure(found.regret(HIGH) or 0.0)))  # fmt: skip
    best = [figure(found.best_saving(share) or 0.0) for share in (LOW, HIGH)]
    yield Sentence(T("Whoever knew the numbers beforehand would save between {low} and {high} EUR a"
                     " year in 80 of 100 cases.", low=best[0], high=best[1]))  # fmt: skip


def _partnerships(found: Ranges) -> Iterator[Block]:
    """Tell how often the best plan has the partnerships of this one."""
    proven = len(found.proven)
    if not proven or not found.partnerships:
        return
    yield Heading(T("How often the best plan has the partnerships of this one"), 2)
    rows: list[tuple[Cell, ...]] = [
        (_service(found, p.service), Figure(in_100(same, proven)),
         Figure(in_100(within, proven)), _members(found, p))
        for p, same, within in sorted(found.partnerships, key=lambda row: (-row[1], row[0]))
    ]  # fmt: skip
    headings = (T("Service"), T("in 100 cases"), T("with others"), T("Members"))
    yield Grid(headings, tuple(rows), (0, 3), T("Partnerships in 100 cases"))


def _pairs(found: Ranges) -> Iterator[Block]:
    """Tell which pairs are often together that this plan does not have together."""
    own = {
        (p.service, a, b)
        for p in found.evaluation.plan.pooled
        for a in p.members
        for b in p.members
    }
    facts, proven = found.evaluation.problem.facts, len(found.proven)
    others = [(pair, count) for pair, count in found.pairs.items() if pair not in own]
    often = sorted(others, key=lambda row: (-row[1], row[0]))[:MOST_PAIRS]
    if not often:
        return
    yield Heading(T("Pairs that are often together in the best plan, and not in this one"), 2)
    rows: list[tuple[Cell, ...]] = [
        (_service(found, s), Figure(in_100(count, proven)),
         listed((facts.seat_name(a), facts.seat_name(b))))
        for (s, a, b), count in often
    ]  # fmt: skip
    headings = (T("Service"), T("in 100 cases"), T("Pair"))
    yield Grid(headings, tuple(rows), (0, 2), T("Pairs in 100 cases"))


def _records(found: Ranges) -> Iterator[Block]:
    """Tell which of the plans found stands up best."""
    if not found.records:
        return
    first, proven = found.records[0], len(found.proven)
    mine = next(s for s in found.records if s.plan == found.evaluation.plan)
    yield Heading(T("Which plan stands up best"), 2)
    if first.plan == mine.plan:
        yield Sentence(T("Of {count} plans found, this one is within 1 % of the best most often.",
                         count=len(found.records)))  # fmt: skip
        return
    yield Sentence(T("Of {count} plans found, another one is within 1 % of the best most often: in"
                     " {near} of 100 cases, this one in {mine}.", count=len(found.records),
                     near=in_100(first.near, proven),
                     mine=in_100(mine.near, proven)))  # fmt: skip
    if first.plan.pooled:
        yield Sentence(T("It has these partnerships:"))
    else:
        yield Sentence(T("In it all stay alone."))
    for p in first.plan.pooled:
        values = {"service": _service(found, p.service), "members": _members(found, p)}
        yield Sentence(Text("{service}: {members}", values), BULLET)


def _reach(found: Ranges) -> Iterator[Block]:
    """Tell what was not worked out, or not proven."""
    if found.without_plan:
        yield Sentence(T("In {count} samples no plan keeps all rules.", count=found.without_plan))
    if found.unproven:
        yield Sentence(T("In {count} samples the best plan is not proven: they count for what this"
                         " plan saves only.", count=found.unproven))  # fmt: skip
    if (missing := found.asked - len(found.samples)) > 0:
        yield Sentence(T("Time was over: {count} of {asked} samples are missing.", count=missing,
                         asked=found.asked))  # fmt: skip
    if found.proven and not found.records:
        yield Sentence(T("Time was over before the plans were compared."))


def named(instance: Instance, path: Path) -> Text:
    """Return what a number is called, with the service or legal form that it belongs to."""
    first, *rest = path
    if first == "weights":
        return T("weight of {criterion}", criterion=CRITERIA[str(rest[0])].title)
    titles: dict[object, dict[str, Mapping[str, str]]] = {
        "service": {s.id: s.title for s in instance.services},
        "legal_form": {f.id: f.title for f in instance.legal_forms},
    }
    if first not in titles:
        return TITLES[tuple(map(str, path))]
    whose = titles[first][str(rest[0])]
    return Text("{whose}: {what}", {"whose": whose, "what": _what(rest[1:])})


def _what(path: list[str | int]) -> Text:
    """Return the words of a path within a service or legal form."""
    words = tuple(part for part in path if isinstance(part, str))
    size = next((part + 1 for part in path if isinstance(part, int)), None)
    if words[:2] == ("grant", "amounts"):
        return T("{what} {which}", what=TITLES["grant", "amounts"], which=words[2])
    if size is None:
        return TITLES[words]
    return Text("{what} {size}", {"what": TITLES[words], "size": size})


def _service(found: Ranges, service: str) -> Words:
    facts = found.evaluation.problem.facts
    return facts.services[facts.service_index[service]].title


def _members(found: Ranges, p: Partnership) -> Text:
    return listed(map(found.evaluation.problem.facts.seat_name, p.members))
