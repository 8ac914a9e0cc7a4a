"""Moves from what is today that all movers gain by, and where they lead.

An answer of `koopopt stable --from-today`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koopopt.cli.output import page, say, say_json
from koopopt.cli.plans import newly_broken, texts

if TYPE_CHECKING:
    from koopopt.problem import Problem
    from koopopt.rules import Violation
    from koopopt.sharing.keys import Key
    from koopopt.sharing.moves import Move, Path


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves from what is today, service by service; `broken` is what all their ends break anew."""

    problem: Problem
    key: Key
    found: Sequence[tuple[Sequence[Move], Path]]
    broken: Sequence[Violation]

    @classmethod
    def of(cls, problem: Problem, key: Key) -> Moves:
        """Look for the moves of all services."""
        from koopopt.evaluation import status_quo
        from koopopt.sharing.burdens import Burdens
        from koopopt.sharing.moves import Moving
        from koopopt.sharing.single import rearranged

        found = []
        today = ends = status_quo(problem)
        for s in range(len(problem.facts.services)):
            moving = Moving(Burdens(problem, s, key))
            start = moving.start(today)
            first = sorted((m for m, _ in moving.moves(start)), key=lambda m: -m.total)
            path = moving.path(start)
            found.append((first, path))
            ends = rearranged(problem, s, ends, path.parts)
        return cls(problem, key, found, newly_broken(problem, today)(ends))

    def show(self, lang: str, as_json: bool) -> None:
        """Show them."""
        from koopopt.report.terminal import moves

        if not as_json:
            say(moves.render(self.problem, self.key, self.found, self.broken, page(lang)))
            return
        services = zip(self.problem.facts.services, self.found, strict=True)
        say_json(
            {"instance": self.problem.instance.name, "key": self.key.name,
             "services": [
                 {"service": service.id, "moves": [_move(m) for m in first],
                  "path": [_move(m) for m in path.moves], "ends": path.ends,
                  "parts": [list(part) for part in path.parts]}
                 for service, (first, path) in services],
             "violations": texts(self.broken, lang)}
        )  # fmt: skip


def _move(m: Move) -> dict[str, Any]:
    from koopopt.case.facts import euros

    gains = {i: euros(cents) for i, cents in m.gains.items()}
    return {"kind": m.kind, "movers": list(m.movers), "to": list(m.to), "gains": gains}
