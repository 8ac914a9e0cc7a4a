"""Threads of the linear algebra below numpy: one, unless the environment asks for another number.

Matrices here are small. Where they are shared out among cores, threads wait for each other longer
than they compute, and workers beside each other take away each other's cores. The number is read
where numpy is first imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

VARIABLES: Final = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""What the libraries that numpy may have been built with read."""


def one_thread() -> None:
    """Ask for one thread in this process and in those that it starts."""
    for name in VARIABLES:
        os.environ.setdefault(name, "1")


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Ask for one thread in the processes that are started meanwhile."""
    missing = [name for name in VARIABLES if name not in os.environ]
    one_thread()
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)
