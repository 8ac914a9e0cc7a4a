"""Journals for tests: how they are made, read, and refused."""

import json
import os
import zlib

import numpy as np
import pytest

import koopopt
from koopopt.errors import DataError
from koopopt.pareto import find
from pareto import programs

VILLAGES = koopopt.read("three-villages")
posix = pytest.mark.skipif(os.name != "posix", reason="signals, locks and owners of files")


def knapsack():
    rng = np.random.default_rng(4)
    weights = rng.integers(1, 100, 12)
    return programs.knapsack(rng.integers(1, 100, (3, 12)), weights, int(weights.sum() // 2))


SUBJECTS = {"model": (knapsack(), ()), "problem": (koopopt.read("border"), ("cost", "bodies"))}


def front(what=VILLAGES, criteria=(), **how):
    return find.front(what, criteria, workers=1, **how)


def sealed(table):
    """Return a line as a journal holds it."""
    body = json.dumps(table, separators=(",", ":"))
    return f'{{"sum":"{zlib.crc32(body.encode()):08x}","of":{body}}}\n'.encode()


def head_of(content):
    return json.loads(content.split(b"\n")[0])["of"]


def refused(path, said="", what=VILLAGES, criteria=(), **how):
    """Check that a journal is refused and left as it is; return what is said."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DataError) as caught:
        front(what, criteria, journal=path, **how)
    text = caught.value.render("en")
    assert caught.value.exit_code == 3
    assert str(path) in text
    assert said in text
    assert "ame another file" in text
    assert before is None or path.read_bytes() == before
    return text


def told(entry):
    """Return an answer as something to compare."""
    task, answer = entry
    point = answer.point and (answer.point.values, answer.point.solution)
    return (task.upper, task.weights, task.kind, answer.found, point, answer.bound, answer.solver,
            answer.seconds, answer.message)  # fmt: skip
