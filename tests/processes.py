"""Programs that tests start and stop: clean surroundings, and no process that outlives its test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src"
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES", "KOOPOPT_DEBUG")},
    "PYTHONPATH": f"{SOURCE}{os.pathsep}{TESTS}",
    "LANG": "C.UTF-8",
}
posix = pytest.mark.skipif(os.name != "posix", reason="signals")


@contextmanager
def started(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a program whose outputs are read as text."""
    process = subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
