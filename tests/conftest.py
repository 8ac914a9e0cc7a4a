"""Settings of all tests, and three choices.

`KOOPOPT_WITHOUT=PACKAGE` in the environment runs them as if it were not installed, `--one-in N`
takes the first, the N+1st, ... of the cases of each test, and `--turn K/N` the Kth part of all
cases, which are dealt out in N turns: every case is part of one of them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest
from hypothesis import settings

# Here, not in a hook: other conftests import koopopt, which looks for packages, before hooks run.
for package in os.environ.get("KOOPOPT_WITHOUT", "").split():
    sys.modules[package] = None  # type: ignore[assignment]  # now `import` cannot find it

from koopopt.system.algebra import one_thread  # noqa: E402

one_thread()  # as the command line does: workers beside each other have a core each

# How long an example takes says more about the machine than about the code.
settings.register_profile("koopopt", deadline=None)
settings.load_profile("koopopt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--one-in", type=int, default=1, metavar="N")
    parser.addoption("--turn", default="1/1", metavar="K/N")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    every, seen = config.getoption("--one-in"), Counter[str]()
    turn, turns = map(int, config.getoption("--turn").split("/"))
    taken, left = [], []
    for k, item in enumerate(items):
        test = item.nodeid.partition("[")[0]
        mine = seen[test] % every == 0 and k % turns == turn - 1
        (taken if mine else left).append(item)
        seen[test] += 1
    if left:
        items[:] = taken
        config.hook.pytest_deselected(items=left)
