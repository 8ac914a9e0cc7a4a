"""`koopopt stable`: a partition that no group of municipalities would leave, or its price.

What is asked for here is answered by `partition`, `moves` and `prices`, or by a solve under the
rule `stable`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from koopopt.cli import prices
from koopopt.cli.command import command, option
from koopopt.cli.moves import Moves
from koopopt.cli.partition import CorePartition
from koopopt.cli.progress import Watch
from koopopt.cli.running import (
    INTERRUPTED,
    NothingYetError,
    NotWorkedOutError,
    patient,
    read,
    run,
)
from koopopt.cli.solve import show_result
from koopopt.cli.solved import exit_code
from koopopt.cli.sources import (
    instance_argument,
    json_option,
    memory_option,
    opened,
    quiet_option,
    time_option,
    travel_option,
    weight_option,
)
from koopopt.cli.types import OneOf
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.problem import Problem
    from koopopt.sharing.keys import Key
    from koopopt.solving.optimise import Result
    from koopopt.solving.stability import Price

KINDS = ("key", "core", "individual")
ANY = "any"
"""Whatever the key: a core that is not empty."""


class NotLookedThroughError(NothingYetError):
    """Time was over before all partnerships were enumerated."""

    by_signal = T("Stopped before all partnerships were looked at: there is nothing to show yet.")
    by_clock = T(
        "The time limit was over before all partnerships were looked at: there is nothing to show"
        " yet."
    )


@command("stable", text=T("Find the partition that no group would leave, or what that costs."))
@instance_argument
@option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    text=T(
        "By what costs are shared: population (unless said), demand, equal, alone, scrb, shapley,"
        " nucleolus, or two parts as 30%equal+population; any with --kind core. Can be repeated"
        " with --price."
    ),
)
@option(
    "--kind",
    type=OneOf(*KINDS),
    default="key",
    text=T(
        "Who might leave: any group (key), members of a partnership together (core), or a member"
        " by itself (individual)."
    ),
)
@option(
    "--price",
    is_flag=True,
    text=T("Compare the best plan by the weights with the best one that nobody leaves, by key."),
)
@option(
    "--from-today",
    is_flag=True,
    text=T("Begin with what is today: which moves do all movers gain by, and where do they lead?"),
)
@travel_option
@weight_option
@time_option
@memory_option
@json_option
@quiet_option
def stable(
    lang: str,
    *,
    instance: str,
    keys: tuple[str, ...],
    kind: str,
    price: bool,
    from_today: bool,
    value_of_travel: float,
    weights: dict[str, float],
    time_limit: float | None,
    memory: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read, find what is asked for, show."""
    from koopopt.case.shares import WEIGHTED
    from koopopt.problem import Problem
    from koopopt.rules import Stable
    from koopopt.sharing.stable import demand_answer

    asked = _asked(keys, kind, price)
    if from_today and (price or kind != "key" or value_of_travel):
        raise UsageError(
            T("--from-today goes with --key only, and without --price and --value-of-travel.")
        )
    rules = [Stable(kind, key and key.name, value_of_travel) for key in asked]  # type: ignore[arg-type]
    first = asked[0]
    moment = patient()
    with Watch(lang, quiet) as watch:
        watch.phase(T("reading"))
        problem = read(
            lambda: Problem.of(opened(instance, lang), weights=weights), watch.show, time_limit
        )
        demand_answer(problem, rules[0])
        if from_today and first is not None:
            watch.phase(T("looking for moves"))
            moves = read(
                lambda: Moves.of(problem, first), watch.show, time_limit, NotWorkedOutError
            )
            moves.show(lang, as_json)
            return 0
        single = first is not None and first.name in WEIGHTED
        if first is not None and single and not price and kind == "key" and not value_of_travel:
            partition = _taken(problem, first, watch, time_limit)
            if partition.holds:
                partition.show(lang, as_json)
                return 0
            watch.tell(T("Taking the least cost per weight leads to no such partition here. Every"
                         " plan counts instead, with rules about the whole plan."))  # fmt: skip
            watch.phase(T("starting"))
        limits: dict[str, Any] = {"time_limit": time_limit, "memory": memory, "began": moment.began}

        def work(cancel: threading.Event) -> list[Price]:
            from koopopt.solving import stability

            every = stability.prices(
                problem, rules, cancel=cancel, on_progress=watch.take, **limits
            )
            return list(every)

        def one(cancel: threading.Event) -> Result:
            from koopopt.solving.optimise import solve

            only = problem.with_stable(rules[0])
            return solve(only, cancel=cancel, on_progress=watch.take, **limits)

        if price:
            found, stopped = run(work, watch.show)
        else:
            result, stopped = run(one, watch.show)
    if price and not found:
        raise NotLookedThroughError(stopped=stopped)
    if price:
        prices.show(found, [rule.shared_by or ANY for rule in rules[len(found) :]], lang, as_json)
        return INTERRUPTED if stopped else 0
    show_result(result, lang, as_json)
    return exit_code(result, stopped)


def _taken(problem: Problem, key: Key, watch: Watch, time_limit: float | None) -> CorePartition:
    """Take the least cost per weight again and again."""
    watch.phase(T("counting coalitions"))
    return read(
        lambda: CorePartition.of(problem, key), watch.show, time_limit, NotLookedThroughError
    )


def _asked(keys: tuple[str, ...], kind: str, price: bool) -> list[Key | None]:
    """Return the keys that are asked for; None is any, of a core."""
    from koopopt.case.shares import WEIGHTED
    from koopopt.sharing.keys import Key

    said = dict.fromkeys(keys or (WEIGHTED if price else WEIGHTED[:1]))
    if len(said) > 1 and not price:
        raise UsageError(T("Several keys are compared with --price only."))
    return [None if key == ANY and kind == "core" else Key.parse(key) for key in said]
