"""Who works makes no difference: this process, others, a thread pool, a cluster; and what goes
wrong with them is told."""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import koopopt
from koopopt.errors import SolverError
from koopopt.exchange import write_mps
from koopopt.linear import ModelBuilder
from koopopt.pareto import find, workers
from koopopt.pareto.find import front
from koopopt.pareto.grid import Grid
from koopopt.pareto.models import ModelSubject
from koopopt.pareto.oracle import Found, Question
from koopopt.pareto.units import grid_of
from koopopt.solvers import get
from pareto import processes, programs, standins

VILLAGES = [(110000.0, 650.0), (130000.0, 200.0), (135000.0, 0.0)]
"""The front of three-villages, by hand."""
in_proc = pytest.mark.skipif(not processes.HERE, reason="looks into /proc")


def knapsack(k, items, seed=0):
    rng = np.random.default_rng((seed, k, items))
    weights = rng.integers(1, 100, items)
    return programs.knapsack(rng.integers(1, 100, (k, items)), weights, int(weights.sum() // 2))


SMALL = knapsack(3, 12)
LONG = knapsack(3, 60)  # takes minutes
BORDER = koopopt.read("border"), ("cost", "bodies")


@pytest.fixture(scope="module")
def right():
    return front(SMALL, workers=1).values, front(*BORDER, workers=1).values


@pytest.fixture
def at_once(monkeypatch):
    """Let other processes work from the first question on."""
    monkeypatch.setattr(find, "SECONDS_BEFORE_WORKERS", 0.0)


def agree(right, **how):
    for subject, values in zip(((SMALL, ()), BORDER), right, strict=True):
        found = front(*subject, **how)
        assert found.complete
        assert found.values.tolist() == values.tolist()


def spawned(count):
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


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
    assert not workers.portable(find.plans.PlanSubject(BORDER[0], (), Grid((), (), ()), solver))
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


def stopped(seconds_to_stop, **how):
    """Set the event from another thread once there are two points; return the front."""
    cancel, enough = threading.Event(), threading.Event()
    told = []

    def look(progress):
        if progress.points >= 2 and not enough.is_set():
            enough.set()

    def stop():
        enough.wait(60)
        time.sleep(0.3)
        told.append(time.perf_counter())
        cancel.set()

    thread = threading.Thread(target=stop)
    thread.start()
    found = front(LONG, cancel=cancel, on_progress=look, **how)
    assert time.perf_counter() - told[0] < seconds_to_stop
    thread.join()
    assert found.interrupted
    assert not found.complete
    assert len(found) >= 2
    assert 0 < found.unexplored <= 1


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


# -- answers that break their box by a hair ----------------------------------------------------


class Hair(standins.StandIn):
    """HiGHS, whose solutions overshoot the limit of the box by so much, so many times."""

    def __init__(self, over, times):
        super().__init__(f"hair {over} {times}")  # oracles are told apart by it
        self.over, self.times, self.sides = over, times, []

    def solve(self, model, control, *, weights=None, start=None):
        self.sides.append(float(model.row_upper[-1]))
        over = self.over if len(self.sides) <= self.times else 0.0
        side = model.row_upper.copy()
        side[-1] += over
        return super().solve(replace(model, row_upper=side), control, weights=weights, start=start)


def continuous():
    """x + y ≥ 10, both continuous: the front is a line."""
    builder = ModelBuilder()
    x, y = builder.columns(["x", "y"], 0.0, 20.0, False)
    builder.entries(builder.rows(["sum"], 10.0), [x, y])
    builder.objective("f1", [x], 1.0)
    builder.objective("f2", [y], 1.0)
    return builder.build()


def hairy(over, times):
    """Ask for the least y where x is 3 at most: that is 7; the unit is a thousandth."""
    solver = Hair(over, times)
    model = continuous()
    grid = grid_of(model, {"f1": 1.0, "f2": 1.0})
    assert grid.exact == (False, False)
    subject = ModelSubject(model, grid, solver)
    return solver, workers.answer(subject, Question((3000, None), (0, 1)))


@pytest.mark.parametrize("over", [0.002, 0.04])
def test_a_box_that_is_left_is_drawn_tighter(over):
    solver, reply = hairy(over, times=1)
    assert reply.found is Found.POINT
    assert 6998 - 1000 * over <= reply.bound <= 7000 - 1000 * over  # proven of the whole box
    assert reply.point.values[0] <= 3.0
    assert reply.point.values[1] >= 7.0
    first, second = solver.sides
    assert first == 3.0 > second + over


def test_a_box_that_is_always_left_is_given_up():
    solver, reply = hairy(0.4, times=99)
    assert reply.found is Found.STOPPED
    assert reply.point is None
    assert reply.bound is not None
    assert reply.bound <= 7000
    assert len(solver.sides) == 3


def test_that_a_tighter_box_is_empty_says_nothing_of_the_box():
    """The tightened box has no solution, the one that was asked for has."""
    builder = ModelBuilder()
    x, y = builder.columns(["x", "y"], 0.0, [1.0, 20.0], [True, False])
    builder.entries(builder.rows(["sum"], 3.6, 3.6), [x, y], [0.6, 1.0])  # (1, 3) and (0, 3.6)
    builder.objective("f1", [x], 1.0)
    builder.objective("f2", [y], 1.0)
    model = builder.build()
    solver = Hair(0.61, times=1)
    subject = ModelSubject(model, grid_of(model, {"f2": 1.0}), solver)
    reply = workers.answer(subject, Question((None, 3000), (1, 0)))
    assert len(solver.sides) > 1
    assert reply.found is Found.STOPPED
    assert reply.bound == 0


# -- a cluster ---------------------------------------------------------------------------------


def ended(process):
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Cluster:
    """A Dask scheduler and its workers, each a process."""

    def __init__(self, stack, folder):
        self.stack, self.folder = stack, folder
        self.file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--port", "0", "--scheduler-file", str(self.file))
        until = time.monotonic() + 20
        while not self.address and time.monotonic() < until:
            time.sleep(0.05)
        self.workers = [self.worker() for _ in range(2)]

    @property
    def address(self):
        try:
            return json.loads(self.file.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError):
            return None

    def worker(self):
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny")

    def start(self, what, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *options]
        command += ["--host", "tcp://127.0.0.1", "--no-dashboard"]
        said = self.stack.enter_context((self.folder / f"{what}.log").open("ab"))
        tests = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        process = subprocess.Popen(
            command, stdout=said, stderr=said, env={**os.environ, "PYTHONPATH": tests}
        )
        self.stack.callback(ended, process)
        return process


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("distributed")
    with ExitStack() as stack:
        yield Cluster(stack, tmp_path_factory.mktemp("dask"))


@pytest.fixture
def client(cluster):
    from distributed import Client

    with Client(cluster.address, timeout=20) as client:
        client.wait_for_workers(2, timeout=20)
        yield client


def test_a_cluster_finds_the_same(client, right):
    agree(right, workers=3, executor=client.get_executor())
    before = {worker: len(data) for worker, data in client.run(_known).items()}
    assert sum(before.values()) >= 2  # it was they who made oracles
    assert len(before) == 2


def _known():
    from koopopt.pareto.workers import _oracles

    return list(map(str, _oracles))


def test_the_command_line_of_a_cluster(cluster, client, right, tmp_path):
    write_mps(SMALL, tmp_path / "model.mps")
    command = [sys.executable, "-m", "koopopt", "front", "--model", str(tmp_path / "model.mps")]
    command += ["--dask", cluster.address, "--json", "--quiet", "--no-journal"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["complete"]
    values = [list(point["criteria"].values()) for point in table["points"]]
    assert values == right[0].tolist()


def test_a_search_on_a_cluster_can_be_stopped(client):
    stopped(3.0, workers=2, executor=client.get_executor())


def test_a_worker_of_a_cluster_that_dies_is_replaced_by_another(cluster, client, right):
    dead = []

    def kill(progress):
        if not dead:
            dead.append(cluster.workers[0])
            dead[0].kill()

    found = front(SMALL, workers=2, executor=client.get_executor(), on_progress=kill)
    cluster.workers.append(cluster.worker())
    assert dead
    assert found.complete
    assert found.values.tolist() == right[0].tolist()


def test_a_question_that_kills_every_worker_is_told(cluster, client):
    for _ in range(3):  # Dask asks no more than four
        cluster.workers.append(cluster.worker())
    client.wait_for_workers(4, timeout=20)
    with pytest.raises(SolverError, match="A worker died"):
        front(SMALL, workers=1, executor=client.get_executor(), solver=standins.Dying())
