"""`make portable`: numerical tests as other processors compute them, and without numba.

Products of matrices are added in another order by every kernel of OpenBLAS, so their last bits
differ; nothing may rest on them. A kernel that this processor cannot run is said to be skipped.
Tests are dealt out: each runs in one of the ways, and as this processor does it in `make test`.
`portable.py --all` runs all of them in every way.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NUMERICAL = (
    "tests/choice", "tests/formulations", "tests/conformance/test_agreement.py",
    *(f"tests/pareto/test_{name}.py" for name in (
        "against_enumeration", "cents", "front", "grid", "indicators", "models", "oracles",
        "region", "represent", "sizes")),
)  # fmt: skip
"""Where floating point counts. Other tests of fronts are of journals, files, clocks and lies."""
KERNELS = {
    "Haswell": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"},
    "Nehalem": {"sse4_2"},
}
"""Kernels of OpenBLAS, and what a processor must be able to do for them."""
CHOICE = "OPENBLAS_CORETYPE"


def kernel() -> str:
    """Return the kernel that numpy's OpenBLAS runs in this process; empty if there is none."""
    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    mapped = Path("/proc/self/maps")
    lines = mapped.read_text(encoding="utf-8").splitlines() if mapped.exists() else []
    for path in {line.split()[-1] for line in lines if "openblas" in line}:
        library = ctypes.CDLL(path)
        for name in ("scipy_openblas_get_corename64_", "openblas_get_corename64_",
                     "scipy_openblas_get_corename", "openblas_get_corename"):  # fmt: skip
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                return str(function().decode())
    return ""


def abilities() -> set[str]:
    """Return what this processor can do, as Linux names it."""
    about = Path("/proc/cpuinfo")
    text = about.read_text(encoding="utf-8") if about.exists() else ""
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    return set(flags[1].split()) if flags else set()


def runs() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield a name, and what to set in the environment."""
    able = abilities()
    for name, needs in KERNELS.items():
        if needs <= able:
            yield f"OpenBLAS {name}", {CHOICE: name}
        else:
            print(f"== skipped: OpenBLAS {name}, this processor has no {', '.join(needs - able)}")
    yield "without numba", {"KOOPOPT_WITHOUT": "numba"}


def main(*, everything: bool) -> int:
    """Run the tests, each in one of the ways or all in every way; return 1 where one failed."""
    failed, ways = [], list(runs())
    for k, (name, chosen) in enumerate(ways, 1):
        print(f"== {name}", flush=True)
        environment = {k: v for k, v in os.environ.items() if k != CHOICE} | chosen
        told = subprocess.run(
            [sys.executable, __file__, "--kernel"], env=environment, capture_output=True, text=True,
            check=True,
        ).stdout.strip()  # fmt: skip
        if told != chosen.get(CHOICE, told):
            print(f"== failed: OpenBLAS runs {told or 'not at all'}, not {chosen[CHOICE]}")
            failed.append(name)
            continue
        turn = "1/1" if everything else f"{k}/{len(ways)}"
        command = [sys.executable, "-m", "pytest", "-n", "auto", "--turn", turn, *NUMERICAL]
        if subprocess.run(command, env=environment, check=False).returncode:
            failed.append(name)
    print(f"== portable: {', '.join(failed) or 'none'} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--kernel"]:
        print(kernel())
    else:
        sys.exit(main(everything=sys.argv[1:] == ["--all"]))
