"""What `koopopt whatif` and `koopopt price` share: reading, the first solve, effects as JSON."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from koopopt.cli import documents
from koopopt.cli.command import option
from koopopt.cli.output import note
from koopopt.cli.running import INTERRUPTED, patient, read, run
from koopopt.cli.solve import show_result
from koopopt.cli.solved import exit_code
from koopopt.cli.sources import (
    json_option,
    limit_option,
    memory_option,
    opened,
    quiet_option,
    time_option,
    weight_option,
)
from koopopt.cli.types import NumberOption
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.case.plan import Plan
    from koopopt.cli.progress import Watch
    from koopopt.inquiry.asking import Inquiry
    from koopopt.inquiry.effect import Effect
    from koopopt.inquiry.rules import InForce
    from koopopt.inquiry.tables import Answers
    from koopopt.problem import Problem
    from koopopt.report.values.blocks import Block

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")
A = TypeVar("A")


def asking_options(function: F) -> F:
    """Add the options of a command that asks many questions about an instance."""
    for add in (
        quiet_option,
        documents.out_option,
        json_option,
        memory_option,
        time_option,
        option(
            "--workers", type=NumberOption(1, whole=True), default=2,
            text=T("How many questions are answered at a time."),
        ),
        limit_option,
        weight_option,
    ):  # fmt: skip
        function = add(function)
    return function


def given(
    instance: str,
    lang: str,
    weights: dict[str, float],
    limits: dict[str, float],
    watch: Watch,
    time_limit: float | None,
) -> Problem:
    """Read an instance, with other weights and with limits besides its own."""
    from koopopt.inquiry.rules import owned
    from koopopt.problem import Problem

    def reading() -> Problem:
        return owned(Problem.of(opened(instance, lang), weights=weights, limits=limits))

    watch.phase(T("reading"))
    return read(reading, watch.show, time_limit)


def inquired(
    problem: Problem, watch: Watch, work: Callable[[Inquiry], R], **limits: Any
) -> tuple[Inquiry, R | None, bool]:
    """Find the best plan, then have questions asked; None where there is no plan to begin with.

    Returns as well whether a stop was asked for.
    """
    moment = patient()
    watch.phase(T("looking for the best plan"))

    def asking(cancel: threading.Event) -> tuple[Inquiry, R | None]:
        from koopopt.inquiry.asking import Inquiry

        inquiry = Inquiry(problem, cancel=cancel, began=moment.began, **limits)
        found = None if inquiry.best.evaluation is None else work(inquiry)
        return inquiry, found

    (inquiry, found), stopped = run(asking, watch.show)
    return inquiry, found, stopped


def told(watch: Watch) -> Callable[[int, int], None]:
    """Return who shows how many questions are answered."""

    def tell(done: int, of: int) -> None:
        watch.phase(T("{done} of {count} questions answered", done=done, count=of))

    return tell


def shown(
    inquiry: Inquiry,
    found: Answers[A] | None,
    stopped: bool,
    name: str,
    table: Callable[[A, Plan], dict[str, Any]],
    blocks: Callable[..., Iterable[Block]],
    subject: Text,
    lang: str,
    as_json: bool,
    outputs: Sequence[Path],
) -> int:
    """Show the answers, and return the exit code; the best plan's where there is none to ask of.

    Parameters
    ----------
    found : Answers or None
    name : str
        Of the answers in JSON.
    table : callable
        Makes an answer, beside the best plan, an object of JSON.
    blocks : callable
        Says all of them, of the best result.
    """
    best = inquiry.best
    if found is None or best.plan is None:
        show_result(best, lang, as_json)
        if outputs:
            note(T("There is no plan, so no report was written.").render(lang))
        return exit_code(best, stopped)
    plan = best.plan

    def whole() -> dict[str, Any]:
        from koopopt.storage import objects

        answers = [table(answer, plan) for answer in found]
        told = objects.of_result(best, best.reasons, lang)
        return {"instance": best.problem.instance.name, "best": told, name: answers}

    answer = documents.Answer(
        found, lambda wide: blocks(best, found, wide=wide), best.problem.instance, subject
    )
    documents.hand_over(answer, outputs, lang, whole if as_json else None)
    return INTERRUPTED if stopped else 0


def effect_object(effect: Effect | None, plan: Plan, lang: str) -> dict[str, Any] | None:
    """Return an effect for JSON, with the partnerships that are in no place of the plan before."""
    if effect is None:
        return None
    e = effect.evaluation
    known = {(p.service, p.members, p.seat) for p in plan.partnerships}
    new = [] if e is None else e.partnerships()
    new = [p for p in new if (p["service"], tuple(p["members"]), p["seat"]) not in known]
    return {
        "status": effect.status.value, "objective": None if e is None else e.objective,
        "low": effect.low, "high": effect.high, "proven": effect.exact,
        "criteria": dict(effect.criteria), "solved": effect.solved,
        "reasons": [reason.render(lang) for reason in effect.reasons], "new_partnerships": new,
    }  # fmt: skip


def rule_object(rule: InForce) -> dict[str, Any]:
    """Return a rule in force for JSON."""
    return {
        "name": rule.name, "place": rule.place, "owner": rule.owner or None, "key": rule.key,
        "written": rule.written, "services": list(rule.services),
    }  # fmt: skip
