"""What an imported instance begins with where nobody says otherwise: assumptions."""

from __future__ import annotations

from typing import Final

SERVICES: Final = ("water", "wastewater", "housing", "local-area")
MAX_MEMBERS: Final = 6
"""Most members of a partnership."""
OFFICE_COST: Final = 40_000.0
"""EUR a year."""
