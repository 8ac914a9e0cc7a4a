from __future__ import annotations

from pathlib import Path

import pytest

from reading.boundaries.features import Read


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return Read(tmp_path)
