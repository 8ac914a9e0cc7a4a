"""How files name what they were computed from: a shipped name, or a place that comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.reading.whereabouts import located, path_of, source_of, whereabouts


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_shipped_instance_is_its_name_unless_a_folder_is_called_so(tmp_path: Path) -> None:
    assert whereabouts("valley") == "valley"
    (tmp_path / "valley").mkdir()
    (tmp_path / "valley" / "instance.toml").write_text("", "utf-8")
    assert whereabouts("valley") == str(tmp_path.resolve() / "valley")


@pytest.mark.parametrize("name", ["a b", "ä{x}", "%41", "file:x"])
def test_a_place_is_absolute_and_comes_back(name: str, tmp_path: Path) -> None:
    assert path_of(located(name)) == str(tmp_path.resolve() / name)


def test_what_was_not_given_by_name_has_no_source() -> None:
    assert source_of(object()) is None
    assert source_of("valley") == "valley"
    assert source_of(Path("x")) == str(Path("x").resolve())
