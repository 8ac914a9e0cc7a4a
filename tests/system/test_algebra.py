"""One thread for linear algebra, unless somebody asked for another number."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from koopopt.pareto.workers import Processes
from koopopt.system.algebra import VARIABLES, one_thread_each


def test_started_processes_have_one_thread_and_this_one_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    pool = Processes(1)
    try:
        told = [pool.submit(os.getenv, name).result(60) for name in VARIABLES]
    finally:
        pool.kill()
    assert told == ["1"] * len(VARIABLES)
    assert not [name for name in VARIABLES if name in os.environ]


def test_what_the_environment_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    name = VARIABLES[0]
    monkeypatch.setenv(name, "3")
    with one_thread_each():
        assert os.environ[name] == "3"
    assert os.environ[name] == "3"


def test_the_command_line_asks_before_numpy_is_imported() -> None:
    said = (
        "import os, sys; import koopopt.system.algebra as a; os.environ.clear();"
        "from unittest import mock;"
        "ask = mock.Mock(side_effect=lambda: print('numpy' in sys.modules));"
        "a.one_thread = ask; import koopopt.cli; print(ask.call_count)"
    )
    found = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.split() == ["False", "1"]
