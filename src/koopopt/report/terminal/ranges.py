"""What the ranges of numbers mean for a plan, on a terminal, in words of so many in 100 cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from koopopt.case.facts import euros
from koopopt.case.plan import Partnership
from koopopt.case.ranges import Ranged
from koopopt.criteria import CRITERIA
from koopopt.inquiry.ranges import Bar, Ranges
from koopopt.language.inert import on_line
from koopopt.report.terminal.page import Page
from koopopt.report.values.savings import against_alone, doubts, in_100, rough
from koopopt.report.values.summary import Title
from koopopt.savings.saving import HIGH, LOW
from koopopt.text import T, Text

MOST_PAIRS: Final = 12
"""Pairs beyond the plan's own that are told."""
_BAR: Final = 20
"""Columns of the longest bar."""

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


def render(found: Ranges, page: Page) -> str:
    """Return what was found as text."""
    problem = found.evaluation.problem
    page.line(page.title(problem.instance.title), "bold")
    page.line(
        T("{count} numbers have ranges. Every value in a range counts as equally likely and"
          " independent of the others. Where an elasticity changes, the level of costs goes with"
          " it, so that all alone cost what they did.", count=len(found.numbers))
    )  # fmt: skip
    for number in found.held:
        page.line(T("{place} was given for this plan, so its range is not asked.",
                    place=number.place))  # fmt: skip
    _tornado(found, page)
    if found.samples:
        _samples(found, page)
        _partnerships(found, page)
        _pairs(found, page)
        _standings(found, page)
    _reach(found, page)
    return page.text()


def _tornado(found: Ranges, page: Page) -> None:
    """Tell what drives the result."""
    page.gap()
    page.line(T("One number at a time: what the plan saves, EUR a year"), "bold")
    if found.base is not None:
        page.line(T("As the numbers are: {saving}.", saving=_money(page, found.base.saving)))
    longest = max((bar.swing for bar in found.bars), default=0)
    page.table(
        [(T("Number"), "left"), (T("from"), "right"), (T("to"), "right"),
         (T("saving at first"), "right"), (T("at last"), "right"),
         (T("another plan better by"), "right"), (T("swing"), "left")],
        (_bar_cells(found, bar, longest, page) for bar in found.bars),
    )  # fmt: skip


def _bar_cells(found: Ranges, bar: Bar, longest: int, page: Page) -> list[str]:
    number, (low, high) = bar.number, (bar.low, bar.high)
    drawn = "#" * max(bool(bar.swing), round(_BAR * bar.swing / max(longest, 1)))
    return [
        named(found, number, page),
        page.any_figure(number.low),
        page.any_figure(number.high),
        "–" if low is None else _money(page, low.saving),
        "–" if high is None else _money(page, high.saving),
        page.figure(float(bar.regret)) if bar.regret else "–",
        drawn,
    ]


def _samples(found: Ranges, page: Page) -> None:
    """Tell what the plan saves, and how it compares with the best plans."""
    page.gap()
    page.line(T("All numbers at once: {count} samples (seed {seed})", count=len(found.samples),
                seed=found.seed), "bold")  # fmt: skip
    page.line(against_alone(found.saved))
    middle = page.figure(rough(found.saving(0.5) or 0.0))
    page.line(T("In the middle of all cases it saves {middle} EUR a year.", middle=middle))
    for doubt in doubts(found.saved):
        page.line(doubt)
    for rule, count in found.broken.items():
        page.line(T("In {count} of 100 cases it breaks the rule {rule}.", rule=rule,
                    count=_hundred(count, len(found.samples), page)))  # fmt: skip
    proven = len(found.proven)
    if not proven:
        return
    page.line(T("In {count} of 100 cases no plan is better, in {near} it is within 1 % of the best"
                " plan.", count=_hundred(found.unchanged, proven, page),
                near=_hundred(found.near, proven, page)))  # fmt: skip
    if (half := found.regret(0.5)) is not None:
        page.line(T("It is worse than the best plan by {half} in the middle and by at most {most}"
                    " in 90 of 100 cases (weighted sum).", half=page.figure(half),
                    most=page.figure(found.regret(HIGH) or 0.0)))  # fmt: skip
    best = [page.figure(found.best_saving(share) or 0.0) for share in (LOW, HIGH)]
    page.line(T("Whoever knew the numbers beforehand would save between {low} and {high} EUR a"
                " year in 80 of 100 cases.", low=best[0], high=best[1]))  # fmt: skip


def _partnerships(found: Ranges, page: Page) -> None:
    """Tell how often the best plan has the partnerships of this one."""
    proven = len(found.proven)
    if not proven or not found.partnerships:
        return
    page.gap()
    page.line(T("How often the best plan has the partnerships of this one"), "bold")
    page.table(
        [(T("Service"), "left"), (T("Members"), "left"), (T("in 100 cases"), "right"),
         (T("with others"), "right")],
        (
            [_service(found, p, page), _members(found, p), _hundred(same, proven, page),
             _hundred(within, proven, page)]
            for p, same, within in sorted(found.partnerships, key=lambda row: (-row[1], row[0]))
        ),
    )  # fmt: skip


def _pairs(found: Ranges, page: Page) -> None:
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
    page.gap()
    page.line(T("Pairs that are often together in the best plan, and not in this one"), "bold")
    titles = {s.id: page.title(s.title) for s in facts.services}
    page.table(
        [(T("Service"), "left"), (T("Pair"), "left"), (T("in 100 cases"), "right")],
        (
            [titles[s], on_line(f"{facts.seat_name(a)}, {facts.seat_name(b)}"),
             _hundred(count, proven, page)]
            for (s, a, b), count in often
        ),
    )  # fmt: skip


def _standings(found: Ranges, page: Page) -> None:
    """Tell which of the plans found stands up best."""
    if not found.standings:
        return
    page.gap()
    first, proven = found.standings[0], len(found.proven)
    mine = next(s for s in found.standings if s.plan == found.evaluation.plan)
    if first.plan == mine.plan:
        page.line(T("Of {count} plans found, this one is within 1 % of the best most often.",
                    count=len(found.standings)))  # fmt: skip
        return
    page.line(T("Of {count} plans found, another one is within 1 % of the best most often: in"
                " {near} of 100 cases, this one in {mine}.", count=len(found.standings),
                near=_hundred(first.near, proven, page),
                mine=_hundred(mine.near, proven, page)))  # fmt: skip
    page.line(T("It has these partnerships:"))
    for p in first.plan.pooled:
        page.line(f"{_service(found, p, page)}: {_members(found, p)}", indent=2)


def _reach(found: Ranges, page: Page) -> None:
    """Tell what was not worked out, or not proven."""
    lines = []
    if found.without_plan:
        lines.append(T("In {count} samples no plan keeps all rules.", count=found.without_plan))
    if found.unproven:
        lines.append(T("In {count} samples the best plan is not proven: they count for what this"
                       " plan saves only.", count=found.unproven))  # fmt: skip
    if (missing := found.asked - len(found.samples)) > 0:
        lines.append(T("Time was over: {count} of {asked} samples are missing.", count=missing,
                       asked=found.asked))  # fmt: skip
    if found.proven and not found.standings:
        lines.append(T("Time was over before the plans were compared."))
    if lines:
        page.gap()
    for line in lines:
        page.line(line)


def named(found: Ranges, number: Ranged, page: Page) -> str:
    """Return what a number is called, with the service or legal form that it belongs to."""
    problem, (first, *rest) = found.evaluation.problem, number.path
    if first == "weights":
        return page.words(T("weight of {criterion}", criterion=CRITERIA[str(rest[0])].title))
    titles: dict[object, dict[str, Title]] = {
        "service": {s.id: s.title for s in problem.facts.services},
        "legal_form": {f.id: f.title for f in problem.instance.legal_forms},
    }
    if first not in titles:
        return page.words(TITLES[tuple(map(str, number.path))])
    whose = page.title(titles[first][str(rest[0])])
    return f"{whose}: {''.join(_parts(rest[1:], page))}"


def _parts(path: list[str | int], page: Page) -> Iterator[str]:
    """Yield the words of a path within a service or legal form."""
    words = tuple(part for part in path if isinstance(part, str))
    size = next((part + 1 for part in path if isinstance(part, int)), None)
    if words[:2] == ("grant", "amounts"):
        yield page.words(T("{what} {which}", what=TITLES["grant", "amounts"], which=words[2]))
        return
    yield page.words(TITLES[words])
    if size is not None:
        yield f" {size}"


def _service(found: Ranges, p: Partnership, page: Page) -> str:
    facts = found.evaluation.problem.facts
    return page.title(facts.services[facts.service_index[p.service]].title)


def _members(found: Ranges, p: Partnership) -> str:
    facts = found.evaluation.problem.facts
    return on_line(", ".join(facts.seat_name(i) for i in p.members))


def _hundred(count: int, of: int, page: Page) -> str:
    """Return so many of 100; neither 0 nor 100 where it is not quite."""
    return page.figure(in_100(count, of))


def _money(page: Page, cents: int) -> str:
    return page.figure(euros(cents))
