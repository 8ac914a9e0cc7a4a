"""The loop of the walk through partitions, compiled (numba). Importing this module needs numba."""

from __future__ import annotations

from numba import njit

from koopopt.formulations.partition import walking_loop

walk = njit(cache=True, nogil=True)(walking_loop.walk)
