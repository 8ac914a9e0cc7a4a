"""How a node is split: of some likely ways, the one that raises bounds most."""

from __future__ import annotations

from dataclasses import replace

from koopopt.formulations.partition.node import Node, Split, branchings
from koopopt.formulations.partition.rounds import Rounds

BRANCHINGS_TRIED, IN_VAIN = 8, 3
"""Ways to split a node that are tried, and how many in a row that are no better."""


def split(rounds: Rounds, node: Node, most: float) -> Split | None:
    """Return the best way to split a node that the master is in; None where there is nothing.

    Strong branching: both halves of each way are tried with the columns at hand. A bound of `most`
    prunes a half, so it counts no more than that.
    """
    master, standing = rounds.master, rounds.standing
    ways = branchings(node, master.columns, master.value, master.office, most=BRANCHINGS_TRIED)
    here = master.objective
    best, chosen, in_vain = -1.0, ways[:1], 0
    for way in ways if len(ways) > 1 else ():
        if in_vain == IN_VAIN:
            break
        in_vain += 1
        gains = []
        for half in way.halves:
            master.enter(half)
            rounds.solve()
            gains.append(min(master.objective, most) - here)
        least = 1e-6 * standing.problem.scale.step
        score = max(gains[0], least) * max(gains[1], least)
        if score > best:
            best, in_vain, chosen = score, 0, [replace(way, likely=int(gains[1] < gains[0]))]
    return chosen[0] if chosen else None
