"""Files wait beside their place, and nothing is left of them that was not moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.system.beside import TEMPORARY_PREFIX, beside


def test_what_is_moved_stays_and_the_rest_goes(tmp_path: Path) -> None:
    with beside(tmp_path) as there:
        assert (there.parent, there.name.startswith(TEMPORARY_PREFIX)) == (tmp_path, True)
        (there / "done").write_text("x", "utf-8")
        (there / "rest").write_text("y", "utf-8")
        (there / "done").replace(tmp_path / "done")
    assert [path.name for path in tmp_path.iterdir()] == ["done"]


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with beside(tmp_path) as there:
            (there / "half").write_text("x", "utf-8")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_two_do_not_meet(tmp_path: Path) -> None:
    with beside(tmp_path) as one, beside(tmp_path) as two:
        assert one != two
