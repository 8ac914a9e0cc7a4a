"""Commands say the same savings to other programs, wherever they show plans."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import koopopt
from koopopt.case.plan import Partnership, Plan
from koopopt.cli import main, running
from koopopt.inquiry.ranges import ranges
from koopopt.problem import Problem
from koopopt.savings.samples import SAMPLES
from koopopt.savings.saving import Savings
from koopopt.storage import objects

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"
OFFICE = "cost = 5000.0\n"


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance whose office costs may be others."""
    folder = tmp_path_factory.mktemp("ranges") / "villages"
    shutil.copytree(VILLAGES, folder)
    text = (folder / "instance.toml").read_text("utf-8")
    assert text.count(OFFICE) == 1
    text = text.replace(OFFICE, f"{OFFICE}cost_range = [1000.0, 20000.0]\n")
    (folder / "instance.toml").write_text(text, "utf-8")
    return folder


def said(*args: str | Path) -> Any:
    done = CliRunner().invoke(main, list(map(str, args)))
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def expected(villages: Path, table: Any) -> dict[str, Any]:
    parts = [
        Partnership(p["service"], tuple(p["members"]), p["seat"], p["legal_form"])
        for p in table["partnerships"]
    ]
    return objects.of_saving(Savings(Problem.of(koopopt.read(villages))), Plan(parts))


def test_solve_and_evaluate(villages: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    solved = said("solve", villages, "--json", "--quiet", "--out", out)
    want = expected(villages, solved)
    assert want
    assert {"saving": solved["saving"]} == want
    alone = said("evaluate", villages, "--plan", out / "plan.csv", "--json")
    assert {"saving": alone["saving"]} == want
    assert "saving" not in json.loads((out / "run.json").read_text("utf-8"))


def test_front_and_choose(villages: Path, tmp_path: Path) -> None:
    told = said("front", villages, "--json", "--quiet", "--no-journal")
    assert told["points"]
    for point in told["points"]:
        assert {"saving": point["saving"]} == expected(villages, point)
    (tmp_path / "front.json").write_text(json.dumps(told), "utf-8")
    chosen = said("choose", tmp_path, "--point", "1", "--json", "--quiet",
                  "--alternatives", "1", "--tolerance", "cost=100000")  # fmt: skip
    for plan in (chosen, *chosen["alternatives"]["plans"]):
        assert {"saving": plan["saving"]} == expected(villages, plan)


def test_the_same_quantiles_as_ranges_say(villages: Path, tmp_path: Path) -> None:
    """With the defaults of both only where there is time: 200 cases are solved."""
    out, count = tmp_path / "run", None if "KOOPOPT_NIGHTLY" in os.environ else 6
    said("solve", villages, "--json", "--quiet", "--out", out)
    asked = () if count is None else ("--samples", str(count))
    found = said("ranges", out, "--json", "--quiet", *asked)
    assert found["samples"]["solved"] == (count or 200)
    savings = Savings(Problem.of(koopopt.read(villages)), **({"samples": count} if count else {}))
    saving = objects.of_saving(savings, koopopt.load(out).plan)["saving"]
    assert saving["quantiles"] == found["saving"]
    assert saving["modelled"] == found["base"]["saving"]
    assert inspect.signature(ranges).parameters["samples"].default == SAMPLES == 200


def test_a_moment_in_any_case_then_only_while_there_is_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = running.Moment(began=time.perf_counter() - 100, cancel=threading.Event())
    monkeypatch.setattr(running, "_now", [moment])
    free, bound, late = running.going_on(), running.going_on(1000.0), running.going_on(50.0)
    assert free()
    assert bound()
    assert late()
    moment.began -= 10 * running.SHOWING_GRACE
    assert free()
    assert bound()
    assert not late()
    moment.cancel.set()
    assert not free()
    assert not bound()
    assert running.going_on()()
