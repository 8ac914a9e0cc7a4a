"""Who works makes no difference: this process, others, a thread pool, a cluster; and what goes
wrong with them is told."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

import koopopt
from koopopt.errors import SolverError
from koopopt.exchange import write_mps
from koopopt.pareto import find, workers
from koopopt.pareto.find import front
from koopopt.pareto.grid import Grid
from koopopt.pareto.plans import PlanSubject
from koopopt.solvers import get
from pareto import processes, standins
from pareto.crews import BORDER, LONG, SMALL, agree, in_proc, spawned, stopped

VILLAGES = [(110000.0, 650.0), (130000.0, 200.0), (135000.0, 0.0)]
"""The front of three-villages, by hand."""


# -- the same front, whoever works -------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3])
def test_several_processes_find_the_same(count, right, at_once):
    agree(right, workers=count)
    if processes.HERE:
        assert processes.gone(processes.below(os.getpid(), tracker=False))


def test_after_a_while_other_processes_join(right, monkeypatch):
    monkeypatch.setattr(find, "SECONDS_BEFORE_WORKERS", 0.02)
    assert front(SMALL, workers=2).values.tolist() == right[0].tolist()


def test_threads_find_the_same(right):
    with ThreadPoolExecutor(2) as pool:
        agree(right, workers=2, executor=pool)


def test_processes_of_the_user_find_the_same(right):
    with spawned(2) as pool:
        agree(right, workers=2, executor=pool)
        assert pool.submit(int).result() == 0  # it is left as it was


def test_a_pool_of_one_may_be_asked_many_questions_at_once(right):
    with spawned(1) as pool:
        agree(right, workers=5, executor=pool)


def test_a_solver_object_serves_as_well_as_its_name(right, at_once):
    agree(right, workers=1, solver=get("highs"))
    agree(right, workers=2, solver=standins.StandIn())


def test_a_solver_that_cannot_leave_this_process_works_here(at_once):
    solver = standins.Bound()
    assert not workers.portable(PlanSubject(BORDER[0], (), Grid((), (), ()), solver))
    found = front(SMALL, workers=2, solver=solver)
    assert found.complete
    # It is asked; what it proves is for others to confirm, for it is none of ours.
    assert solver.calls > 0


def test_a_changed_instance_has_a_front_of_its_own():
    """Oracles are kept, and must not be mistaken."""
    instance = koopopt.read("three-villages")
    assert list(map(tuple, front(instance, workers=1).values)) == VILLAGES
    dear = replace(instance, office_cost=instance.office_cost + 7000.0)
    assert front(dear, workers=1).values.tolist() == [[117000, 650], [135000, 0]]
    assert list(map(tuple, front(instance, workers=1).values)) == VILLAGES


SCRIPT = """
import sys
from pathlib import Path
import koopopt
from koopopt.exchange import read_mps
from koopopt.pareto import find
find.ALONE = 0.0
print("begun")
found = find.front(read_mps(Path(sys.argv[1])), workers=2)
print(found.complete, len(found))
"""


def run_script(script, *args, **how):
    done = subprocess.run(
        [sys.executable, *args], input=script, capture_output=True, text=True, timeout=60,
        check=False, **how,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


@pytest.mark.parametrize("way", ["file", "input", "module"])
def test_a_script_without_a_main_guard(way, right, tmp_path):
    write_mps(SMALL, tmp_path / "model.mps")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    args = {"file": ["script.py"], "input": ["-"], "module": ["-m", "script"]}[way]
    lines = run_script(SCRIPT, *args, str(tmp_path / "model.mps"), cwd=tmp_path)
    assert lines == ["begun", f"True {len(right[0])}", ""]


def test_the_main_module_is_as_it_was(right, at_once):
    main = sys.modules["__main__"]
    before = dict(main.__dict__)
    assert front(SMALL, workers=2).values.tolist() == right[0].tolist()
    for name in ("__file__", "__spec__"):
        assert main.__dict__.get(name, "none") == before.get(name, "none")


DAEMON = """
import multiprocessing, sys
from pathlib import Path
from koopopt.exchange import read_mps
from koopopt.pareto import find

def work(path):
    find.ALONE = 0.0
    return len(find.front(read_mps(path), workers=2))

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(work, (Path(sys.argv[1]),)))
"""


def test_a_daemonic_process_works_alone(right, tmp_path):
    write_mps(SMALL, tmp_path / "model.mps")
    (tmp_path / "daemon.py").write_text(DAEMON, encoding="utf-8")
    lines = run_script("", "daemon.py", str(tmp_path / "model.mps"), cwd=tmp_path)
    assert lines == [f"{len(right[0])}", ""]


# -- stopping ----------------------------------------------------------------------------------


def test_a_search_in_this_process_can_be_stopped():
    stopped(3.0, workers=1)


@in_proc
def test_a_search_in_others_can_be_stopped(at_once):
    stopped(3.0, workers=2)
    assert processes.gone(processes.below(os.getpid(), tracker=False))


def test_a_search_in_threads_can_be_stopped():
    with ThreadPoolExecutor(2) as pool:
        stopped(3.0, workers=2, executor=pool)
        began = time.perf_counter()
    assert time.perf_counter() - began < 6.0  # the threads have heard, too


def test_a_search_in_the_users_processes_can_be_stopped():
    with spawned(1) as pool:
        stopped(3.0, workers=3, executor=pool, solver=standins.Slow(delay=0.4))
        began = time.perf_counter()
        pool.submit(int).result()
    assert time.perf_counter() - began < 3.0  # what had not begun was called off


@pytest.mark.parametrize("count", [1, 2])
def test_time_limits_are_heard(count, at_once):
    began = time.perf_counter()
    found = front(LONG, workers=count, time_limit=1.5)
    assert time.perf_counter() - began < 4.5
    assert not found.complete
    assert not found.interrupted


def test_time_limits_are_heard_where_a_bound_takes_long():
    instance, began = koopopt.read("werra-meissner"), time.perf_counter()
    found = front(instance, ("cost", "bodies"), workers=1, time_limit=2.0)
    assert time.perf_counter() - began < 5.0
    assert not found.complete


def test_nothing_is_asked_where_it_is_too_late():
    """An event that is set already, a time that is over."""
    cancel = threading.Event()
    cancel.set()
    assert front(SMALL, cancel=cancel, workers=2).solves == 0
    assert front(SMALL, time_limit=1e-9, workers=2).solves == 0


# -- what goes wrong ---------------------------------------------------------------------------


def test_a_worker_that_dies_is_told(at_once):
    with pytest.raises(SolverError, match=r"A worker died .* a journal keeps"):
        front(SMALL, workers=2, solver=standins.Dying())
    if processes.HERE:
        assert processes.gone(processes.below(os.getpid(), tracker=False))


def test_a_worker_of_the_users_that_dies_is_told(tmp_path):
    with spawned(2) as pool, pytest.raises(SolverError, match="A worker died"):
        front(SMALL, workers=2, executor=pool, solver=standins.Dying(), journal=tmp_path / "book")
    assert front(SMALL, workers=1, journal=tmp_path / "book").complete


@in_proc
def test_a_worker_that_is_killed_is_told(at_once):
    """As the kernel does where memory is short."""
    before = set(processes.below(os.getpid()))

    def kill(progress):
        if progress.points >= 1:
            for process in processes.below(os.getpid()):
                if process not in before:
                    os.kill(process[0], 9)

    with pytest.raises(SolverError, match="A worker died"):
        front(LONG, workers=2, on_progress=kill)


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_solver_says_is_passed_on(count, at_once):
    with pytest.raises(SolverError, match=r"Not with me, and not \{braces\} times\."):
        front(SMALL, workers=count, solver=standins.Failing())


def test_defects_stay_defects():
    future = Future()
    future.set_exception(ZeroDivisionError("a defect"))
    with pytest.raises(ZeroDivisionError):
        workers.outcome(future)
    for error in (BrokenExecutor(), OSError("no route"), BrokenExecutor("It ended.")):
        future = Future()
        future.set_exception(error)
        with pytest.raises(SolverError) as caught:
            workers.outcome(future)
        assert (str(error) or "BrokenExecutor") in str(caught.value)
        assert ".." not in str(caught.value)
    future = Future()
    future.cancel()
    with pytest.raises(SolverError, match="out of reach"):
        workers.outcome(future)
