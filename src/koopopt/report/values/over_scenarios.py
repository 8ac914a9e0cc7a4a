"""What a plan is the best of over scenarios, in sentences for a council."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koopopt.solving.optimise import Result, Status
from koopopt.text import T, Text

MEASURED: Final[dict[str, Text]] = {
    "expected": T("The plan of the least weighted mean over all scenarios"),
    "worst": T("The plan that is best in the scenario that is worst for it"),
    "regret": T("The plan of the least regret: it is never far from a scenario's own best plan"),
}
STATES: Final[dict[Status, Text]] = {
    Status.OPTIMAL: T("proven: no plan is better"),
    Status.FEASIBLE: T("a plan; whether there is a better one is open"),
    Status.INFEASIBLE: T("no plan keeps all rules"),
    Status.NO_SOLUTION: T("no plan was found in time"),
}


UNKNOWN_REGRET: Final = T(
    "How far the plan is from a scenario's own best plan is not known: of some scenarios nothing is"
    " proven yet."
)


def purpose(measure: str) -> Text:
    """Return what a plan is the best of."""
    return MEASURED.get(measure, T("The best plan of the scenario {id}", id=measure))


def sentences(result: Result) -> Iterator[Text]:
    """Yield by what a plan was chosen over scenarios, how far that is proven, and of what not."""
    over = result.over_scenarios
    if over is None:
        return
    state = STATES[Status(over.status)]
    yield Text("{purpose} ({state}).", {"purpose": purpose(over.measure), "state": state})
    if over.objective is None:
        return
    if None in over.own.values():
        yield UNKNOWN_REGRET
    elif over.status == Status.OPTIMAL.value or over.bound is None:
        yield T("Value over the scenarios: {value}.", value=round(over.objective, 2))
    else:
        yield T("Value over the scenarios: {value}; no plan is below {least}.",
                value=round(over.objective, 2), least=round(over.bound, 2))  # fmt: skip
    yield T("All other figures are those of the base case; how far the plan is from the best one"
            " there was not asked.")  # fmt: skip
