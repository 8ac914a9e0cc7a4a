from __future__ import annotations

import pytest

from koopopt.pareto import find
from pareto import books, crews


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a whole journal of the front of three villages."""
    path = tmp_path_factory.mktemp("whole") / "book"
    books.front(journal=path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def right():
    return find.front(crews.SMALL, workers=1).values, find.front(*crews.BORDER, workers=1).values


@pytest.fixture
def at_once(monkeypatch):
    """Let other processes work from the first question on."""
    monkeypatch.setattr(find, "SECONDS_BEFORE_WORKERS", 0.0)
