"""The live room: how long until what was changed is answered, and until a drag is told.

    python benchmarks/live.py [--case NAME] [--towns N] [--actions N] [--switch SECONDS]

On the Werra-Meißner-Kreis: seconds from an action to its proven plan, with the prices of rules
being found meanwhile, when a weight is moved, when a rule is lifted or has another value, and when
that is undone; seconds of a look (a drag, by the evaluator), idle, beside prices, and beside a
solve that takes long. Then a synthetic county: seconds to the first plan that keeps the rules, and
to the proven one. Last, memory over many actions on a small case.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import random
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from koopopt.live.room import Room
from koopopt.synthetic.county import generate

HARD = "services.water.rules.contiguous"
"""Lifting it makes a question of half a minute and more."""
GOING_ON = ("waiting", "solving")
WEIGHTS = (5.0, 15.0, 8.0, 12.0, 20.0, 3.0, 11.0, 7.0, 6.0, 25.0, 9.0, 4.0, 13.0, 18.0)


def said(what: str, seconds: Iterable[float]) -> None:
    """Print the median, the 95th percentile and the largest of some times."""
    ranked = sorted(seconds)
    at = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    print(f"{what:46s} median {statistics.median(ranked):6.3f}  p95 {at:6.3f}"
          f"  max {ranked[-1]:6.3f}  of {len(ranked)}")  # fmt: skip


class Player:
    """Who does things in a room, and listens."""

    def __init__(self, room: Room) -> None:
        self.room, self._events = room, room.subscribe()

    def answered(self) -> dict[str, Any]:
        """Wait for the answer to what was asked last."""
        while True:
            event = self._events.get(120.0)
            if event is None:
                raise TimeoutError("no answer in two minutes")
            answer = event[1].get("answer")
            if answer is not None and answer["status"] not in GOING_ON:
                return dict(answer)

    def seconds(self, **action: Any) -> float:
        """Do something, and return how long its answer takes."""
        while self._events.get(0) is not None:
            pass
        began = time.perf_counter()
        answer = self.room.act(action)["answer"]
        if answer["status"] in GOING_ON:
            self.answered()
        return time.perf_counter() - began

    def looks(self, count: int, pause: float = 0.02) -> list[float]:
        """Return how long random drags take to be told."""
        case, shown = self.room.case(), self.room.state()["plan"]["partnerships"]
        towns = [town["id"] for town in case["towns"]]
        dice, found = random.Random(1), []
        for _ in range(count):
            k = dice.randrange(len(case["services"]))
            own = [p["members"] for p in shown if p["service"] == k]
            to = [towns[i] for i in dice.choice(own)] if own and dice.random() < 0.7 else None
            began = time.perf_counter()
            self.room.look(case["services"][k]["id"], dice.choice(towns), to)
            found.append(time.perf_counter() - began)
            time.sleep(pause)
        return found


def county(case: str) -> None:
    """Print what is measured on a county."""
    began = time.perf_counter()
    with Room(case) as room:
        player = Player(room)
        opened = time.perf_counter() - began
        player.answered()
        print(
            f"{case}: opened in {opened:.2f} s, answered after {time.perf_counter() - began:.2f} s"
        )
        moved = []
        for weight in WEIGHTS:
            time.sleep(0.3)  # prices have begun
            moved.append(player.seconds(kind="set", place="weights.travel", value=weight))
        said("weight moved, prices being found", moved)
        player.seconds(kind="reset")
        lifted, back = [], []
        for control in room.case()["controls"]:
            rule = control["group"] in ("rule", "form", "service") and control["value"]
            if rule and control["kind"] == "flag" and not control["place"].endswith("contiguous"):
                lifted.append(player.seconds(kind="set", place=control["place"], value=False))
                back.append(player.seconds(kind="undo"))
        said("rule lifted", lifted)
        said("undone", back)
        sizes = [player.seconds(kind="set", place="rules.max_members", value=n) for n in (5, 4, 3)]
        said("rule with another value", sizes)
        player.seconds(kind="reset")
        room.stop_prices()
        time.sleep(0.5)
        player.looks(20)
        said("look, idle", player.looks(60))
        room.prices()
        said("look, prices being found", player.looks(60))
        room.act({"kind": "set", "place": HARD, "value": False})
        said("look, beside a hard solve", player.looks(60))
        began = time.perf_counter()
        room.cancel()
        player.answered()
        print(f"that solve cancelled in {time.perf_counter() - began:.2f} s")
        began = time.perf_counter()
    print(f"closed in {time.perf_counter() - began:.2f} s")


def large(towns: int) -> None:
    """Print how long the first plan of a synthetic county takes, and the proven one."""
    instance = generate(towns)
    began = time.perf_counter()
    with Room(instance) as room:
        plan = room.state()["plan"]
        first = time.perf_counter() - began
        kept = not plan["violations"]
        answer = Player(room).answered()
        print(f"synthetic county of {towns}: first plan {first:.2f} s"
              f" ({'keeps the rules' if kept else 'breaks rules'}, {plan['value']:,.0f}),"
              f" {answer['status']} {time.perf_counter() - began:.2f} s"
              f" ({answer['value']:,.0f})")  # fmt: skip


def memory(actions: int) -> None:
    """Print how much memory many actions on a small case take."""
    with Room("three-villages") as room:
        player, dice = Player(room), random.Random(2)
        player.answered()
        town = [t["id"] for t in room.case()["towns"]]
        service = room.case()["services"][0]["id"]
        for k in range(actions + 1):
            if k % max(1, actions // 5) == 0:
                print(f"after {k} actions {resident():.0f} MB")
            kind = dice.choice(("set", "move", "undo", "start"))
            if kind == "set":
                place, value = "weights.travel", dice.uniform(0, 50)
                room.act({"kind": kind, "place": place, "value": value})
            elif kind == "move":
                who, other = dice.sample(town, 2)
                to = dice.choice([None, [other]])
                room.act({"kind": kind, "service": service, "town": who, "to": to})
            elif kind == "undo" and room.state()["undo"]:
                room.act({"kind": kind})
            else:
                room.act({"kind": "start", "from": dice.choice(["best", "alone"])})
            if k % 7 == 0:
                player.seconds(kind="set", place="weights.cost", value=dice.uniform(0.5, 2))


def resident() -> float:
    """Return the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", default="werra-meissner")
    parser.add_argument("--towns", type=int, default=60)
    parser.add_argument("--actions", type=int, default=1000)
    parser.add_argument("--switch", type=float, help="seconds a thread may run beside others")
    asked = parser.parse_args()
    if asked.switch is not None:
        sys.setswitchinterval(asked.switch)
    county(asked.case)
    large(asked.towns)
    memory(asked.actions)


if __name__ == "__main__":
    main()
