"""What is taken unless somebody says otherwise; the command line reads it before all else."""

from __future__ import annotations

from typing import Final

SECONDS: Final = 60.0
"""For one question."""
