"""Running a benchmark: every instance by every method with every seed, one after the other."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import koopopt
from koopopt.bench import processes
from koopopt.bench.job import PLAIN
from koopopt.bench.methods import Method
from koopopt.bench.recipes import FRONT, GAME, Recipe
from koopopt.bench.registry import BenchSet
from koopopt.bench.results import Folder, Row


@dataclass(frozen=True, slots=True)
class Limits:
    """What each run may take: seconds, and bytes of memory (None: half of what is free)."""

    seconds: float
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """One run that is to be made."""

    recipe: Recipe
    method: Method
    seed: int

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """That of its row."""
        recipe, method = self.recipe, self.method
        return recipe.of, recipe.instance, method.formulation, method.solver, self.seed


def settings(limits: Limits, data: Path | None) -> dict[str, Any]:
    """Return what rows must have in common to be compared."""
    return {
        "version": koopopt.__version__, "python": platform.python_version(), "machine": machine(),
        "time_limit": limits.seconds, "memory": limits.memory,
        "data": None if data is None else str(data.resolve()),
    }  # fmt: skip


@cache
def machine() -> str:
    """Return processor, cores and system, in short; nothing that names the machine."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        model = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")),
                     model)  # fmt: skip
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def todo(found: Sequence[Recipe], methods: Sequence[Method], seeds: Sequence[int]) -> list[Todo]:
    """Return all runs; those of one instance follow each other, so that times can be compared.

    Peers are not asked for fronts and games.
    """
    return [
        Todo(r, method, seed)
        for r in found
        for seed in seeds
        for method in methods
        if r.kind not in (FRONT, GAME) or method.formulation != PLAIN
    ]


def run(
    wanted: Sequence[Todo],
    folder: Folder,
    limits: Limits,
    sets: Mapping[str, BenchSet],
    tick: Callable[[], bool],
) -> Iterator[Row]:
    """Run what is not known yet, and yield each row when it is on disk.

    Raises
    ------
    koopopt.bench.processes.Cancelled
        Where `tick` says so; the run that was going on leaves no row.
    """
    known = folder.known()
    for one in wanted:
        if one.key in known:
            continue
        row, track = _measured(one, limits, sets[one.recipe.of], tick)
        folder.add(row, track)
        yield row


def _measured(
    one: Todo, limits: Limits, of: BenchSet, tick: Callable[[], bool]
) -> tuple[Row, list[tuple[float, float | None, float | None]]]:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    recipe, method = one.recipe, one.method
    question = {"kind": recipe.kind, "given": dict(recipe.given), "seed": one.seed,
                "formulation": method.formulation, "solver": method.solver}  # fmt: skip
    said = processes.run(question, seconds=limits.seconds, memory=limits.memory, tick=tick)
    end = said.end
    best = of.best.get(recipe.instance)
    if best is not None and best.of not in ("", end.get("fingerprint", "")):
        best = None
    row = Row(
        set=recipe.of, instance=recipe.instance, formulation=method.formulation,
        solver=method.solver, seed=one.seed, status=end["status"],
        seconds=float(end.get("seconds") or 0.0), value=end.get("value"), bound=end.get("bound"),
        gap=end.get("gap"), peak_mb=round(said.peak / 1e6, 1) if said.peak else None,
        version=koopopt.__version__, machine=machine(),
        best_value=None if best is None else best.value,
        best_bound=None if best is None else best.bound,
        size=end.get("size"), services=end.get("services"), used=end.get("used", ""),
        solver_version=end.get("solver_version", ""), python=platform.python_version(),
        time_limit=limits.seconds,
        memory_mb=None if limits.memory is None else limits.memory / 1e6,
        fingerprint=end.get("fingerprint", ""), started=started, points=end.get("points"),
        message=" ".join(str(end.get("message") or "").split()),
    )  # fmt: skip
    return row, [(p["seconds"], p["value"], p["bound"]) for p in said.track]
