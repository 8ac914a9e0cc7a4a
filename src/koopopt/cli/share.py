"""`koopopt share`: who pays what of each partnership of a run or a front, and who would leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from koopopt.cli.command import command, option
from koopopt.cli.output import page, say, say_json
from koopopt.cli.types import NumberOption, PlaceOption, SourceOption
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.sharing.allocation import Allocation, Payment


@command(
    "share", text=T("Say who pays what of each partnership, under which key, and who would leave.")
)
@click.argument("source", metavar="SOURCE", type=SourceOption())
@option(
    "--key",
    "keys",
    multiple=True,
    metavar="KEY",
    text=T(
        "population, demand, equal, alone, scrb, shapley, or two parts as 30%equal+population."
        " Can be repeated; all but two parts unless said."
    ),
)
@option(
    "--plan",
    type=NumberOption(1, whole=True),
    text=T("The plan of a front to begin with, from 1; unless said the best by the weights."),
)
@option(
    "--instance",
    type=PlaceOption(str),
    metavar="INSTANCE",
    text=T("The instance of the run or the front, if it is not where it was."),
)
@option("--json", "as_json", is_flag=True, text=T("Print the result as one JSON object."))
def share(
    lang: str,
    source: Path,
    keys: tuple[str, ...],
    plan: int | None,
    instance: str | None,
    as_json: bool,
) -> int:
    """Read a run or a front, share the costs of one of its plans, show."""
    from koopopt.report.terminal import shares
    from koopopt.report.write import prepared
    from koopopt.sharing.allocation import allocations
    from koopopt.sharing.keys import KEYS, Key
    from koopopt.storage import reading

    asked = [Key.parse(key) for key in dict.fromkeys(keys or KEYS)]
    decision = prepared(reading.any_of(source, instance=instance), plan=plan)
    evaluation = decision.plans[decision.chosen]
    found = allocations(evaluation.problem, evaluation.plan, asked)
    if as_json:
        named = evaluation.problem.instance.name
        say_json({"instance": named, "partnerships": [_object(a) for a in found]})
    else:
        say(shares.render(evaluation.problem, found, page(lang)))
    return 0


def _object(a: Allocation) -> dict[str, Any]:
    from koopopt.sharing.allocation import euros

    def by_member(cents: Sequence[int]) -> dict[str, float]:
        return {i: euros(c) for i, c in zip(a.members, cents, strict=True)}

    def core(payment: Payment) -> dict[str, Any]:
        groups = [{"members": list(b.members), "gain": euros(b.gain)} for b in payment.blocking]
        return {"groups": payment.groups, "blocking": groups}

    p = a.partnership
    return {
        "service": p.service, "seat": p.seat, "legal_form": p.legal_form,
        "players": list(a.members), "cost": euros(a.cost), "office": euros(a.office),
        "alone": by_member(a.alone),
        "keys": {name: by_member(paid.cents) for name, paid in a.payments.items()},
        "offices": {name: by_member(paid.office) for name, paid in a.payments.items()},
        "today": {
            name: None if paid.today is None else by_member(paid.today)
            for name, paid in a.payments.items()
        },
        "stability": {name: core(paid) for name, paid in a.payments.items()},
        "fairest": {"key": a.fairest.name, "largest_loss": max(0.0, euros(a.fairest_loss))},
    }  # fmt: skip
