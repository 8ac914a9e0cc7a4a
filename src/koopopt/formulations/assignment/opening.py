"""Which hubs to open: hubs are opened, closed and swapped while that helps (a p-median's search).

It knows costs of hubs and of members there, and how many partnerships there may be, not the other
rules: what comes out is a plan to try.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from koopopt.linear import Bools, Floats, Ints

OUT_OF_REACH: Final = 1e3
"""What is impossible costs so many times the largest cost."""
MAX_MOVES: Final = 1_000
MIN_GAIN: Final = 0.5
"""Costs are whole numbers: a gain below this is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """Costs of one service.

    Attributes
    ----------
    alone : (n,) array
        What it costs to be served neither as a hub nor by one.
    hub : (n,) array
        What it costs to be an open hub.
    member : (n, n) array
        What member i costs at hub h; on the diagonal, as much as what is impossible.
    most : int
        Hubs that may be open.
    """

    alone: Floats
    hub: Floats
    member: Floats
    most: int

    @classmethod
    def of(cls, alone: Floats, hub: Floats, member: Floats, most: int) -> Openings:
        """Take costs of which those that are infinite are impossible."""
        parts = [np.abs(p[np.isfinite(p)]).max(initial=1.0) for p in (alone, hub, member)]
        far = OUT_OF_REACH * max(parts)
        capped = [np.where(np.isfinite(p), p, far) for p in (alone, hub, member)]
        np.fill_diagonal(capped[2], far)
        return cls(capped[0], capped[1], capped[2], most)

    def served(self, open_: Bools) -> tuple[Ints, Floats, Floats]:
        """Return where who is no hub is served, -1 for alone, what that costs, and the next best.

        For the hubs it is the same, as if each were closed.
        """
        hubs = np.flatnonzero(open_)
        n = len(self.alone)
        costs = np.column_stack([self.alone, self.member[:, hubs]])
        first = costs.argmin(axis=1)
        best = costs[np.arange(n), first]
        costs[np.arange(n), first] = np.inf
        second = costs.min(axis=1)
        return np.append(-1, hubs)[first], best, second

    def improved(self, open_: Bools) -> Bools:
        """Return the hubs to open that no single opening, closing or swap improves."""
        open_ = open_.copy()
        for _ in range(MAX_MOVES):
            gain, enters, leaves = self._best_move(open_)
            if gain > -MIN_GAIN:
                break
            open_[enters[enters >= 0]] = True
            open_[leaves[leaves >= 0]] = False
        return open_

    def _best_move(self, open_: Bools) -> tuple[float, Ints, Ints]:
        """Return the change of cost by the best move, who opens and who closes; -1 is nobody."""
        nobody = np.array([-1])
        at, best, second = self.served(open_)
        hubs, others = np.flatnonzero(open_), np.flatnonzero(~open_)
        member = self.member[np.ix_(others, others)]
        held = best[others]
        near = np.minimum(member, held[:, None])
        enter = (near - held[:, None]).sum(axis=0) + self.hub[others] - held
        moves = [(0.0, nobody, nobody)]
        if len(hubs) < self.most and len(others):
            k = int(enter.argmin())
            moves.append((float(enter[k]), others[k : k + 1], nobody))
        if len(hubs):
            own = best[hubs]  # without itself
            mine = (at[others] == hubs[:, None]).astype(float)
            more = second[others] - held
            leave = mine @ more + own - self.hub[hubs]
            k = int(leave.argmin())
            moves.append((float(leave[k]), nobody, hubs[k : k + 1]))
            # Who enters takes some of those whom the other one leaves, and is none of them itself.
            spared = np.minimum(member, second[others][:, None]) - near - more[:, None]
            np.fill_diagonal(spared, -more)
            swap = enter + leave[:, None] + mine @ spared
            swap += np.minimum(self.member[np.ix_(hubs, others)] - own[:, None], 0.0)
            if len(others):
                k, j = divmod(int(swap.argmin()), len(others))
                moves.append((float(swap[k, j]), others[j : j + 1], hubs[k : k + 1]))
        return min(moves, key=lambda move: move[0])
