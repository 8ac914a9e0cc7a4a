"""What it costs, by key, that nobody leaves: the best plan beside the best that nobody leaves.

An answer of `koopopt stable --price`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from koopopt.cli.output import page, say, say_json

if TYPE_CHECKING:
    from koopopt.solving.stability import Price


def show(found: Sequence[Price], late: list[str], lang: str, as_json: bool) -> None:
    """Show what was found for each key; `late` are the keys that there was no time for."""
    from koopopt.report.terminal import prices
    from koopopt.storage import objects

    if not as_json:
        say(prices.render(found, late, page(lang)))
        return
    best = found[0].best
    say_json(
        {"instance": best.problem.instance.name, "kind": found[0].rule.stable,
         "best": objects.of_result(best, best.reasons, lang),
         "keys": [
             {"key": p.rule.shared_by, "survives": p.survives, "price": p.share,
              "leaving": [{"service": v.service, "members": list(v.members),
                           "text": v.text.render(lang)} for v in p.leaving],
              "plan": objects.of_result(p.stable, p.stable.reasons, lang)}
             for p in found],
         "late": late}
    )  # fmt: skip
