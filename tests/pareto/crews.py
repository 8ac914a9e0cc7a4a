"""Searches by others than this process: small ones to compare, a long one to stop."""

import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import koopopt
from koopopt.pareto.find import front
from pareto import processes, programs

in_proc = pytest.mark.skipif(not processes.HERE, reason="looks into /proc")


def knapsack(k, items, seed=0):
    rng = np.random.default_rng((seed, k, items))
    weights = rng.integers(1, 100, items)
    return programs.knapsack(rng.integers(1, 100, (k, items)), weights, int(weights.sum() // 2))


SMALL = knapsack(3, 12)
LONG = knapsack(3, 60)  # takes minutes
BORDER = koopopt.read("border"), ("cost", "bodies")


def agree(right, **how):
    for subject, values in zip(((SMALL, ()), BORDER), right, strict=True):
        found = front(*subject, **how)
        assert found.complete
        assert found.values.tolist() == values.tolist()


def spawned(count):
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


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
