"""Questions that a report asks on the spot: what each answers as blocks, and as bars for a picture.

    prices       what each rule costs
    whatif       what happens if one municipality says no
    ranges       how sure the plan and its saving are
    scenarios    the plan in other futures
    roadmap      in which order to found it, and what is paid when

The first two are asked of the case, so of its best plan; the others of the plan that the report
begins with.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from koopopt.case.facts import euros
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.changes import refusals
from koopopt.inquiry.effect import Effect
from koopopt.inquiry.in_words import in_words
from koopopt.inquiry.prices import prices
from koopopt.inquiry.ranges import Ranges, ranges
from koopopt.inquiry.roadmap import roadmap
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.comparing import Comparison
from koopopt.inquiry.scenarios.solving import demand_answerable, optima
from koopopt.inquiry.whatif import what_if
from koopopt.language.hints import Names
from koopopt.report.values import roadmap as of_roadmap
from koopopt.report.values.answers import prices as of_prices
from koopopt.report.values.answers import ranges as of_ranges
from koopopt.report.values.answers import scenarios as of_scenarios
from koopopt.report.values.answers import whatif as of_whatif
from koopopt.report.values.blocks import Block, Heading, Sentence, Words
from koopopt.savings.samples import SAMPLES
from koopopt.sharing.keys import Key
from koopopt.solvers.base import Control
from koopopt.text import T, Text

TOPICS: Final[dict[str, Text]] = {
    "prices": T("What does each rule cost?"),
    "whatif": T("What if one of them says no?"),
    "ranges": T("How sure is this?"),
    "scenarios": T("And in other futures?"),
    "roadmap": T("In which order, and what is paid when?"),
}
"""What can be asked, and the question in words."""
MOST_BARS: Final = 15
NO_BARS: Final = Text("")
"""What the axis of no picture is called."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from one value to another; its end may be known only as lying between two.

    Attributes
    ----------
    name : Text, title or str
    start, end : float
        As far as it reaches for sure.
    least, most : float
        Between which its true end lies; both are `end` where that is proven.
    """

    name: Words
    start: float
    end: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one question.

    Attributes
    ----------
    topic : str
        One of `TOPICS`.
    blocks : tuple of Block
        Without the name of the case.
    bars : tuple of Bar
        The longest ones; may be empty.
    axis : Text
        What their ends are.
    middle : float
        Where a line is drawn: the value as it is.
    """

    topic: str
    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...] = ()
    axis: Text = NO_BARS
    middle: float = 0.0

    @property
    def title(self) -> Text:
        """The question in words."""
        return TOPICS[self.topic]


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for all questions together.

    Attributes
    ----------
    time_limit : float or None
        Seconds from `began`, a moment by `time.perf_counter`.
    memory : int or None
    workers : int
        Of every question.
    samples : int
        Of ranges.
    cancel : threading.Event or None
    tell : callable
        Hears what is being done.
    """

    began: float
    time_limit: float | None = None
    memory: int | None = None
    workers: int = 2
    samples: int = SAMPLES
    cancel: threading.Event | None = None
    tell: Callable[[Text], None] = lambda _: None

    def share(self, parts: int) -> dict[str, Any]:
        """Return the limits of the next question, with an even part of the time that is left."""
        now = time.perf_counter()
        left = None if self.time_limit is None else max(0.0, self.began + self.time_limit - now)
        return {
            "time_limit": None if left is None else left / parts, "memory": self.memory,
            "cancel": self.cancel, "began": now,
        }  # fmt: skip

    def told(self, topic: str) -> Callable[[int, int], None]:
        """Return who hears how many questions of a topic are answered."""

        def tell(done: int, of: int) -> None:
            self.tell(T("{question} {done} of {count} answered", question=TOPICS[topic],
                        done=done, count=of))  # fmt: skip

        return tell


def demand(topics: Iterable[str], plan: Evaluation) -> None:
    """Raise `UsageError` where something cannot be asked of a plan."""
    known = Names(TOPICS)
    for name in topics:
        if name not in known:
            raise UsageError(T("There is no question {name}. {remedy}", name=repr(name),
                               remedy=known.remedy(name)))  # fmt: skip
    if "scenarios" in topics:
        demand_answerable(Cases.of(plan.problem).base)
    if {*topics} - {"roadmap"} and plan.problem.lexicographic:
        raise UsageError(
            T("The plan minimises criteria one after the other, so there is no one number by which"
              " plans compare. Solve with weights.")
        )  # fmt: skip


def ask(topics: Sequence[str], plan: Evaluation, limits: Limits) -> tuple[Section, ...]:
    """Return the answers to questions about a plan and its case.

    Ranges are asked first: where no number has one, nothing has been computed yet.

    Raises
    ------
    UsageError, DataError
        Where something cannot be asked.
    """
    demand(topics, plan)
    asking = {"ranges": _ranges, "scenarios": _scenarios, "roadmap": _roadmap, "prices": _prices,
              "whatif": _whatif}  # fmt: skip
    order = [name for name in asking if name in topics]
    found = {}
    for k, name in enumerate(order):
        limits.tell(Text("{question}", {"question": TOPICS[name]}))
        found[name] = asking[name](plan, limits, limits.share(len(order) - k))
    return tuple(found[name] for name in TOPICS if name in found)


def _prices(plan: Evaluation, limits: Limits, share: dict[str, Any]) -> Section:
    inquiry = Inquiry(plan.problem, workers=limits.workers, start=plan.plan, **share)
    if inquiry.best.evaluation is None:
        return _late("prices")
    found = prices(inquiry, limits.told("prices"))
    dear = [(in_words(p.rule, plan.problem.instance), p.without) for p in found
            if p.rule.wider is None]  # fmt: skip
    bars = [bar for name, effect in dear if (bar := _difference(name, effect, -1))]
    said = of_prices.blocks(inquiry.best, found, wide=False)
    return Section("prices", (*_about(plan, inquiry), *_without_title(said)), _longest(bars),
                   T("what the rule costs (weighted sum)"))  # fmt: skip


def _whatif(plan: Evaluation, limits: Limits, share: dict[str, Any]) -> Section:
    inquiry = Inquiry(plan.problem, workers=limits.workers, start=plan.plan, **share)
    best = inquiry.best.plan
    if best is None:
        return _late("whatif")
    changes = refusals(plan.problem.instance, best)
    found = what_if(inquiry, changes, limits.told("whatif"))
    bars = [bar for w in found if (bar := _difference(w.change.text, w.county, 1))]
    said = of_whatif.blocks(inquiry.best, found, wide=False)
    return Section("whatif", (*_about(plan, inquiry), *_without_title(said)), _longest(bars),
                   T("what the no costs (weighted sum)"))  # fmt: skip


def _ranges(plan: Evaluation, limits: Limits, share: dict[str, Any]) -> Section:
    found = ranges(plan, samples=limits.samples, workers=limits.workers,
                   on_cases=limits.told("ranges"), **share)  # fmt: skip
    if found.base is None and not found.samples and not any(bar.ends for bar in found.bars):
        return _late("ranges")
    bars = tuple(_swings(found))
    middle = 0.0 if found.base is None else euros(found.base.saving)
    said = tuple(_without_title(of_ranges.blocks(found)))
    return Section("ranges", said, bars[:MOST_BARS], T("what the plan saves, EUR a year"), middle)


def _scenarios(plan: Evaluation, limits: Limits, share: dict[str, Any]) -> Section:
    cases = Cases.of(plan.problem)
    own = optima(cases, Control.asked(**share))
    comparison = Comparison.of(cases, [plan.plan], own)
    return Section("scenarios", tuple(_without_title(of_scenarios.blocks(comparison))))


def _roadmap(plan: Evaluation, limits: Limits, share: dict[str, Any]) -> Section:
    problem = plan.problem.plain
    told = of_roadmap.Told(problem, roadmap(problem, plan.plan, **share), Key("demand"))
    said = (*_without_title(of_roadmap.blocks(told)), *of_roadmap.by_year(told))
    return Section("roadmap", said)


def _about(plan: Evaluation, inquiry: Inquiry) -> Iterator[Block]:
    """Say so where the best plan, which is asked about, is not that of the report."""
    best = inquiry.best.evaluation
    if best is not None and best.objective != plan.objective:
        yield Sentence(T("This is asked of the best plan found by the weights, which is not the"
                         " plan that this report begins with."))  # fmt: skip


def _late(topic: str) -> Section:
    return Section(topic, (Sentence(T("There was no time to find this out.")),))


def _without_title(blocks: Iterable[Block]) -> Iterator[Block]:
    return (b for b in blocks if not (isinstance(b, Heading) and b.level == 1))


def _difference(name: Words, effect: Effect, sign: int) -> Bar | None:
    """Return the bar of an effect on the weighted sum; None where it has none, or no bounds."""
    if effect.low is None or effect.high is None or effect.nothing:
        return None
    least, most = sorted((sign * effect.low, sign * effect.high))
    sure = max(least, 0.0) + min(most, 0.0)  # as far as it reaches at least, to either side
    return Bar(name, 0.0, sure + 0.0, least + 0.0, most + 0.0)


def _longest(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    return tuple(sorted(bars, key=lambda bar: -bar.most)[:MOST_BARS])


def _swings(found: Ranges) -> Iterator[Bar]:
    """Yield the bars of a tornado, the longest first."""
    for bar in found.bars:
        if bar.low is not None and bar.high is not None and bar.swing:
            low, high = euros(bar.low.saving), euros(bar.high.saving)
            name = of_ranges.named(found.evaluation.problem.instance, bar.number.path)
            yield Bar(name, low, high, high, high)
