"""Best values and bounds from folders of `koopopt bench`, as lines for `registry.toml`.

    python benchmarks/best_known.py FOLDER [FOLDER ...]

Of each instance the smallest value and the largest bound of koopopt's own runs; peers compute in
floats, so what they claim is left out. The lines belong below the set's `entries`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from koopopt.bench.job import PLAIN
from koopopt.bench.recipes import NAMES
from koopopt.bench.registry import registry
from koopopt.bench.results import Row, read


def main() -> None:
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for folder in sys.argv[1:]:
        for row in read(Path(folder)):
            if row.formulation != PLAIN and row.value is not None and row.bound is not None:
                found[row.set][row.instance].append(row)
    for name, instances in found.items():
        print(f"\n[set.{name}.best]")
        for instance, rows in instances.items():
            value = min(row.value for row in rows if row.value is not None)
            bound = max(row.bound for row in rows if row.bound is not None)
            of = f', of = "{rows[0].fingerprint}"' if registry()[name].kind not in NAMES else ""
            print(f'"{instance}" = {{ value = {value!r}, bound = {bound!r}{of} }}')


if __name__ == "__main__":
    main()
