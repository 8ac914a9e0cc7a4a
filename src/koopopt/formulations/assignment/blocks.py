"""Blocks: a hub with the municipalities it may serve, in one legal form and class of sizes.

For hub h with candidates i and modes m (one a piece of the cost curve), y[h,m] opens the hub and
x[i,h,m] ≤ y[h,m] are its members; the hub itself is a member where it is open. Every rule about
one partnership is a row Σ_i a_i x[i,h,m] + b y[h,m] ≤ 0 that holds whatever the hub does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from koopopt.case.facts import TOLERANCE, Facts
from koopopt.case.library import Votes
from koopopt.exact import CENTS_PER_EURO
from koopopt.formulations.assignment.draft import MEMBER_COLUMN, OPEN_COLUMN, Mode, ModelDraft
from koopopt.formulations.assignment.modes import Sizes
from koopopt.formulations.pieces import Curve, Piece, first_points, pieces
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules import Conditions, NoLosers, Saving

LINE_ERROR = 1e-12
"""Relative error of what lines add up to in floating point, generously."""


@dataclass(slots=True, eq=False)
class _Rows:
    """Rows a·x + b·y ≤ 0, the same in every mode of a block."""

    names: list[tuple[str, str]] = field(default_factory=list)
    """What the row says, and whom besides the hub it concerns (with a comma after each)."""
    member: list[int] = field(default_factory=list)
    """Position of the member without whom the row says nothing, -1 for none."""
    equal: list[bool] = field(default_factory=list)
    a: list[Floats] = field(default_factory=list)
    b: list[float] = field(default_factory=list)

    def add(
        self, what: str, of: str, a: Floats, b: float, *, member: int = -1, equal: bool = False
    ) -> None:
        self.names.append((what, of))
        self.member.append(member)
        self.equal.append(equal)
        self.a.append(a)
        self.b.append(b)


@dataclass(slots=True, eq=False)
class ModelBlock:
    """One block, being written.

    Attributes
    ----------
    who : (k,) int array
        Candidates, the hub not among them.
    steps : (n, n) int array
        Least number of borders to cross, n where there is no way.
    losers : collection of int
        Members for whom the rows of `no_losers` are written.
    first : int
        Number of its first mode, for names.
    """

    draft: ModelDraft
    facts: Facts
    service: int
    conditions: Conditions
    hub: int
    sizes: Sizes
    who: Ints
    steps: Ints
    losers: Collection[int] = ()
    first: int = 1

    def write(self, curve: Curve, points: Collection[float], priced: bool) -> int:
        """Write columns and rows; return the number of modes."""
        facts, h, who = self.facts, self.hub, self.who
        if not self._possible():
            return 0
        self._cap_votes()
        who = self.who
        if len(who) < self.sizes.smallest - 1:
            return 0
        demand = facts.demand[self.service]
        low, high = self.reach(demand)
        start_points = first_points(curve, low, high) if priced else []
        found = pieces(curve, low, high, [*start_points, *points])
        least, most, slope, start = _arrays(found)
        kept = demand[h] + demand[who] <= most[:, None] * (1 + TOLERANCE)
        kept &= self._most_with(demand) >= least[:, None] * (1 - TOLERANCE)
        form, ids = facts.instance.legal_forms[self.sizes.form].id, facts.ids
        right = [f"{ids[h]},{form},{self.first + k}]" for k in range(len(found))]
        s = facts.services[self.service].id
        first = len(self.draft.modes)
        y = self.draft.columns(
            [f"y[{s},{r}" for r in right],
            OPEN_COLUMN,
            self.service,
            member=h,
            hub=h,
            cost=start + self.sizes.fixed + slope * demand[h],
            mode=first + np.arange(len(found)),
        )
        left = [f"[{s},{ids[i]}," for i in who]
        mode, at = np.nonzero(kept)
        x = np.full(kept.shape, -1)
        x[kept] = self.draft.columns(
            [f"x{left[i]}{right[k]}" for k, i in zip(mode.tolist(), at.tolist(), strict=True)],
            MEMBER_COLUMN,
            self.service,
            member=who[at],
            hub=h,
            cost=slope[mode] * demand[who[at]] + self.sizes.extra,
            mode=first + mode,
        )
        for k, piece in enumerate(found):
            mine = x[k] >= 0
            self.draft.modes.append(
                Mode(self.service, h, self.sizes, piece, int(y[k]), who[mine], x[k, mine])
            )
        self._link(left, right, y, x)
        rows = _Rows()
        self._size_rows(rows)
        self._range_rows(rows)
        self._vote_rows(rows)
        self._group_rows(rows)
        self._write_rows(rows, right, y, x)
        least = np.where(least > low * (1 + TOLERANCE), least, -np.inf)
        most = np.where(most < high * (1 - TOLERANCE), most, np.inf)
        self._demand_rows(right, y, x, least, most)
        for rule in self.conditions.no_losers:
            self._loser_rows(right, y, x, found, rule)
        for number, saving in enumerate(self.conditions.savings):
            self._saving_rows(right, y, x, found, saving, number)
        return len(found)

    @property
    def _site(self) -> bool:
        """Whether the hub is a site: it counts among the sizes, and is no member."""
        return self.hub >= self.facts.towns

    def _votes(self, votes: Votes) -> Floats:
        """Return everybody's votes; a site has none."""
        return np.where(
            np.arange(self.facts.n) < self.facts.towns, votes.of(self.facts.population), 0.0
        )

    def reach(self, weight: Floats) -> tuple[float, float]:
        """Return the least and the largest Σ weight that the sizes allow; weights are ≥ 0."""
        others = np.sort(weight[self.who])
        most = min(self.sizes.largest - 1, len(others))
        own = weight[self.hub]
        return (
            float(own + others[: self.sizes.smallest - 1].sum()),
            float(own + others[len(others) - most :].sum()),
        )

    def _most_with(self, weight: Floats) -> Floats:
        """Return the largest Σ weight with each candidate, shape (k,)."""
        others = np.sort(weight[self.who])[::-1]
        fill = others[: max(self.sizes.largest - 2, 0)].sum()
        most = others[: self.sizes.largest - 1].sum()
        return np.asarray(np.minimum(weight[self.who] + fill, most) + weight[self.hub])

    def _possible(self) -> bool:
        """Whether enough candidates are there, and every range can be met."""
        if len(self.who) < self.sizes.smallest - 1:
            return False
        for r in self.conditions.ranges_at(self.hub):
            low, high = self.reach(r.weight)
            if low > r.high + _slack(r.high) or high < r.low - _slack(r.low):
                return False
        return True

    def _cap_votes(self) -> None:
        """Drop candidates with more votes than their share even if all the others join."""
        form = self.facts.instance.legal_forms[self.sizes.form]
        if form.votes is None or self.sizes.smallest - self._site < 3:
            return
        votes = self._votes(form.votes)
        most = form.votes.max_share * self._most_with(votes) + TOLERANCE
        if votes[self.hub] > form.votes.max_share * self.reach(votes)[1] + TOLERANCE:
            self.who = self.who[:0]
        else:
            self.who = self.who[votes[self.who] <= most]

    def _link(self, left: list[str], right: list[str], y: Ints, x: Ints) -> None:
        """X ≤ y."""
        mode, at = np.nonzero(x >= 0)
        where = zip(mode.tolist(), at.tolist(), strict=True)
        names = [f"link{left[i]}{right[k]}" for k, i in where]
        rows = self.draft.builder.rows(names, upper=0.0)
        self.draft.builder.entries(rows, x[mode, at], 1.0)
        self.draft.builder.entries(rows, y[mode], -1.0)

    def _size_rows(self, rows: _Rows) -> None:
        ones = np.ones(len(self.who))
        rows.add("size_min", "", -ones, self.sizes.smallest - 1.0)
        if self.sizes.largest - 1 < len(self.who):
            rows.add("size_max", "", ones, 1.0 - self.sizes.largest)

    def _range_rows(self, rows: _Rows) -> None:
        for k, r in enumerate(self.conditions.ranges_at(self.hub)):
            same = np.ptp(r.weight[: self.facts.towns]) == 0
            if k < len(self.conditions.ranges) and same:
                continue  # a number of members: in the sizes already
            low, high = self.reach(r.weight)
            own, others = r.weight[self.hub], r.weight[self.who]
            if low < r.low:
                rows.add(f"range{k}_min", "", -others, r.low - own)
            if high > r.high:
                rows.add(f"range{k}_max", "", others, own - r.high)

    def _vote_rows(self, rows: _Rows) -> None:
        """v_i ≤ share · Σ v where i is a member and there are three or more."""
        form = self.facts.instance.legal_forms[self.sizes.form]
        if form.votes is None or self.sizes.smallest - self._site < 3:
            return
        share, votes = form.votes.max_share, self._votes(form.votes)
        own, others = votes[self.hub], votes[self.who]
        everyone = np.sort(np.append(others, own))
        fill = everyone[: self.sizes.smallest - 1].sum()
        base = -share * others
        if own > share * (own + fill):
            rows.add("votes", f"{self.facts.ids[self.hub]},", base, own * (1 - share))
        for k in np.flatnonzero(others > share * (others + fill)).tolist():
            a = base + others[k] * _unit(len(others), k)
            rows.add("votes", f"{self.facts.ids[self.who[k]]},", a, -share * own, member=k)

    def _group_rows(self, rows: _Rows) -> None:
        """Write who must not, and who must be together."""
        ids, k = self.facts.ids, len(self.who)
        apart = self.conditions.apart[np.ix_(self.who, self.who)]
        for a, b in zip(*np.nonzero(np.triu(apart)), strict=True) if apart.any() else ():
            both = f"{ids[self.who[a]]},{ids[self.who[b]]},"
            rows.add("apart", both, _unit(k, a) + _unit(k, b), -1.0)
        if self.conditions.contiguous and not self._site:
            self._near_rows(rows)
        here = np.append(self.who, self.hub)
        for g, group in enumerate(self.conditions.groups):
            name = f"together{g}"
            complete = bool(np.isin(group, here).all())
            inside = np.flatnonzero(np.isin(self.who, group)).tolist()
            if self.hub in group and not complete:
                rows.add(name, "", np.zeros(k), 1.0, equal=True)
            follows = _unit(k, inside[0]) if inside and self.hub not in group else np.zeros(k)
            for b in inside:
                leader = follows if complete else np.zeros(k)
                opened = -1.0 if complete and self.hub in group else 0.0
                if (leader != _unit(k, b)).any():
                    member = f"{ids[self.who[b]]},"
                    rows.add(name, member, _unit(k, b) - leader, opened, equal=True)

    def _near_rows(self, rows: _Rows) -> None:
        """Who does not border the hub needs a neighbour, and the hub one, on a way short enough."""
        steps, who, ids = self.steps, self.who, self.facts.ids
        most = self.sizes.largest - 2
        for k in np.flatnonzero(steps[who, self.hub] > 1).tolist():
            member = _unit(len(who), k)
            near = (steps[who, who[k]] == 1) & (steps[who, self.hub] <= most)
            rows.add("near", f"{ids[who[k]]},", member - near, 0.0, member=k)
            if most > 1:
                next_to_hub = (steps[who, self.hub] == 1) & (steps[who, who[k]] <= most)
                rows.add("way", f"{ids[who[k]]},", member - next_to_hub, 0.0, member=k)

    def _write_rows(self, rows: _Rows, right: list[str], y: Ints, x: Ints) -> None:
        a, b = np.array(rows.a), np.array(rows.b)
        member = np.array(rows.member)
        needed = (member < 0) | (x[:, member] >= 0)
        lower = np.where(rows.equal, 0.0, -np.inf)
        service = self.facts.services[self.service].id
        left = [f"{what}[{service},{of}" for what, of in rows.names]
        b = np.broadcast_to(b, needed.shape)
        self._put(left, right, y, x, a=a[None], b=b, needed=needed, lower=lower)

    def _put(
        self, left: list[str], right: list[str], y: Ints, x: Ints, *,
        a: Floats, b: Floats, needed: Bools, lower: Floats,
    ) -> None:  # fmt: skip
        """Write rows by (mode, row) where needed; `a` is (1 or modes, rows, members)."""
        builder = self.draft.builder
        mode, row = np.nonzero(needed)
        names = [left[r] + right[m] for m, r in zip(mode.tolist(), row.tolist(), strict=True)]
        made = np.full(needed.shape, -1)
        made[needed] = builder.rows(names, lower=lower[row], upper=0.0)
        builder.entries(made[needed], y[mode], b[needed])
        full = np.broadcast_to(a, (*needed.shape, x.shape[1]))
        filled = needed[:, :, None] & (x >= 0)[:, None, :] & (full != 0.0)
        m, r, i = np.nonzero(filled)
        builder.entries(made[m, r], x[m, i], full[filled])

    def _demand_rows(self, right: list[str], y: Ints, x: Ints, least: Floats, most: Floats) -> None:
        """Least · y ≤ Σ d x ≤ most · y."""
        demand = self.facts.demand[self.service]
        own, others = demand[self.hub], demand[self.who]
        needed = np.isfinite(np.stack([least, most], axis=1))
        if not needed.any():
            return
        s = self.facts.services[self.service].id
        b = np.where(needed, np.stack([least - own, own - most], axis=1), 0.0)
        left = [f"demand_min[{s},", f"demand_max[{s},"]
        a = np.stack([-others, others])[None]
        self._put(left, right, y, x, a=a, b=b, needed=needed, lower=np.full(2, -np.inf))

    def _loser_rows(
        self, right: list[str], y: Ints, x: Ints, lines: list[Piece], rule: NoLosers
    ) -> None:
        """share_i · cost ≤ (1 + tolerance) · alone_i · Σ share if i is a member."""
        total = rule.share.sum()
        if not self.losers or total <= 0:
            return
        facts, s, h, who = self.facts, self.service, self.hub, self.who
        demand, key = facts.demand[s], rule.share / total
        _, _, slope, start = _arrays(lines)
        cost_y = start + self.sizes.fixed + slope * demand[h]
        cost_x = slope[:, None] * demand[who] + self.sizes.extra
        positions = [(h, -1), *((int(i), k) for k, i in enumerate(who))]
        wanted = [(i, k) for i, k in positions if i in self.losers]
        if not wanted:
            return
        number = np.array([i for i, _ in wanted])
        allowed = (1 + rule.tolerance) * facts.alone_cost[s, number]
        b = key[number] * cost_y[:, None] - allowed * key[h]
        a = key[number][:, None] * cost_x[:, None, :] - allowed[:, None] * key[who]
        worst = np.maximum(b + np.maximum(a, 0.0).sum(axis=2), 0.0)
        for r, (_, k) in enumerate(wanted):
            if k >= 0:  # if i is no member the row says nothing
                a[:, r, k] += worst[:, r]
                b[:, r] -= worst[:, r]
        left = [f"no_loser[{facts.services[s].id},{facts.ids[i]}," for i, _ in wanted]
        lower = np.full(len(wanted), -np.inf)
        self._put(left, right, y, x, a=a, b=b, needed=np.ones(b.shape, bool), lower=lower)

    def _saving_rows(
        self, right: list[str], y: Ints, x: Ints, lines: list[Piece], saving: Saving, number: int
    ) -> None:
        """Cost ≤ kept · Σ alone, a little more for rounding: what is left of it is learnt."""
        facts, s, h, who = self.facts, self.service, self.hub, self.who
        demand, alone = facts.demand[s], float(saving.kept) * facts.alone_cost[s]
        _, _, slope, start = _arrays(lines)
        fixed = self.sizes.fixed + (0.0 if saving.granted else self.sizes.grant)
        cost_y, cost_x = start + slope * demand[h], slope[:, None] * demand[who]
        size = np.abs(start) + abs(fixed) + np.abs(cost_x).sum(axis=1) + np.abs(alone).sum()
        b = cost_y + fixed - alone[h] - 1.0 / CENTS_PER_EURO - LINE_ERROR * size
        a = cost_x + self.sizes.extra - alone[who]
        left = [f"saving{number}[{facts.services[s].id},"]
        needed, lower = np.ones((len(lines), 1), bool), np.array([-np.inf])
        self._put(left, right, y, x, a=a[:, None], b=b[:, None], needed=needed, lower=lower)


def _arrays(lines: list[Piece]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return low, high, slope and intercept of the pieces."""
    low, high, slope, intercept = np.array([(p.low, p.high, p.slope, p.intercept) for p in lines]).T
    return low, high, slope, intercept


def _unit(size: int, k: int) -> Floats:
    unit = np.zeros(size)
    unit[k] = 1.0
    return unit


def _slack(value: float) -> float:
    return TOLERANCE * max(1.0, abs(value))
