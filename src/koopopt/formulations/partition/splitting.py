"""How a node is split: of some likely ways, the one that raises bounds most."""

from __future__ import annotations

from koopopt.formulations.partition.node import Node, Split, branchings
from koopopt.formulations.partition.rounds import Rounds

BRANCHINGS_TRIED = 8
"""Ways to split a node that are tried."""


def split(rounds: Rounds, node: Node, most: float) -> Split | None:
    """Return the best way to split a node that the master is in; None where there is nothing.

    Strong branching: both halves of each way are tried with the columns at hand. A bound of `most`
    prunes a half, so it counts no more than that.
    """
    master, standing = rounds.master, rounds.standing
    ways = branchings(node, master.columns, master.value, master.office, most=BRANCHINGS_TRIED)
    here = master.objective
    best, chosen = -1.0, ways[:1]
    for way in ways if len(ways) > 1 else ():
        gains = []
        for half in way.halves:
            master.enter(half)
            rounds.solve()
            gains.append(min(master.objective, most) - here)
        least = 1e-6 * standing.problem.scale.step
        score = max(gains[0], least) * max(gains[1], least)
        if score > best:
            best, chosen = score, [way]
    return chosen[0] if chosen else None
