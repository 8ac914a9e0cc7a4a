"""How many times the random cases of the day `make nightly` runs."""

from __future__ import annotations

import os

NIGHTLY = max(1, int(os.environ.get("KOOPOPT_NIGHTLY", "1")))
