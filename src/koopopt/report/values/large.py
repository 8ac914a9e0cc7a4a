"""From where on a plan is large: reports show a part of it then, and say how much is not shown."""

from __future__ import annotations

from typing import Final

MOST_LISTED: Final = 100
"""Partnerships, municipalities or broken rules that a terminal lists one by one."""
EXAMPLES: Final = 10
"""Of more than these the ones that matter most which it names instead."""
MOST_SHARED: Final = 1_000
"""Partnerships of which page and workbook say who pays what, at a tenth of a second for each."""
MOST_FOLDED: Final = 250
"""Municipalities of which a page draws at once also what is folded away."""
MOST_ROWS: Final = 500
"""Rows that a table of the page shows at once; others are looked for, or shown on demand."""
MOST_AREAS: Final = 1_000
"""Areas of a map that a page draws with an element each, as they were given."""
