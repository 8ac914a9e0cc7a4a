"""Searches that are killed and run again until they are done find the same front.

Kills come at random moments: some after so many answers, wherever that is, some after so many
seconds, be it before the search has begun. With KOOPOPT_NIGHTLY set there are over fifty of them.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import koopopt
from koopopt.exchange import write_mps
from koopopt.pareto.find import front
from pareto import processes, programs

pytestmark = pytest.mark.skipif(not processes.HERE, reason="looks into /proc")

FACTOR = 7 if os.environ.get("KOOPOPT_NIGHTLY") else 1
LAUNCH = """
from koopopt.pareto import find
find.ALONE = 0.0  # workers from the first question on
from koopopt.cli import main
main()
"""
PATIENCE = 60.0


def knapsack():
    rng = np.random.default_rng((1, 3, 25))
    weights = rng.integers(1, 100, 25)
    return programs.knapsack(rng.integers(1, 100, (3, 25)), weights, int(weights.sum() // 2))


CRITERIA = ("cost", "travel", "bodies")
CASES = [("model", 1, 2), ("model", 2, 3), ("problem", 2, 3)]
"""What, workers, kills."""


def answers(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


class Search:
    """`koopopt front` with a journal, again and again."""

    def __init__(self, what, workers, folder):
        self.what, self.folder, self.book = what, folder, folder / "book"
        if what == "model":
            write_mps(knapsack(), folder / "model.mps")
            subject = ["--model", str(folder / "model.mps")]
        else:
            subject = ["border", "--criteria", ",".join(CRITERIA)]
        self.command = [
            sys.executable, "-c", LAUNCH, "front", *subject, "--workers", str(workers),
            "--journal", str(self.book), "--out", str(folder / "out"), "--json", "--quiet",
        ]  # fmt: skip

    def start(self):
        with open(self.folder / "said", "wb") as said:
            return subprocess.Popen(self.command, stdout=said, stderr=subprocess.STDOUT)

    def said(self):
        return (self.folder / "said").read_text(encoding="utf-8")

    def killed(self, rng):
        """Start it and kill it at a random moment; return False where it was done before that."""
        known, process = answers(self.book), self.start()
        if rng.random() < 0.7:
            enough, until = known + rng.randint(1, 25), time.monotonic() + PATIENCE
            while process.poll() is None and answers(self.book) < enough:
                assert time.monotonic() < until, self.said()
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.03))
        else:
            time.sleep(rng.uniform(0, 1.5))
        if process.poll() is not None:
            assert process.returncode == 0, self.said()
            return False
        below = processes.below(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert processes.gone(below), f"left behind: {below}"
        return True

    def finished(self):
        """Run it to its end; return the values of the points."""
        process = self.start()
        assert process.wait(PATIENCE) == 0, self.said()
        table = json.loads(self.said())
        assert table["complete"]
        return [list(point["criteria"].values()) for point in table["points"]]


@pytest.fixture(scope="module")
def right():
    """What searches find that nobody kills."""
    return {
        "model": front(knapsack(), workers=1).values,
        "problem": front(koopopt.read("border"), CRITERIA, workers=1).values,
    }


@pytest.mark.parametrize(("what", "workers", "kills"), CASES, ids=str)
def test_a_killed_search_finds_the_same_front(what, workers, kills, right, tmp_path):
    rng = random.Random(f"{what} {workers}")
    search = Search(what, workers, tmp_path)
    count = done = 0
    while count < kills * FACTOR:
        if search.killed(rng):
            count += 1
        else:
            done += 1
            search.book.unlink()  # begin anew
        assert done <= 5 * FACTOR
    known = answers(search.book)
    np.testing.assert_allclose(search.finished(), right[what], rtol=1e-9, atol=1e-6)
    assert answers(search.book) >= known
    verify = [sys.executable, "-m", "koopopt", "verify", str(tmp_path / "out"), "--sample", "0"]
    verified = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
