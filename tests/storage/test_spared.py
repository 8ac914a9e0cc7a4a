"""What is read, and instances, are never written over, by whatever name they are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from koopopt.case import resources
from koopopt.errors import UsageError
from koopopt.storage.spared import is_one_of, spare


@pytest.fixture
def villages(tmp_path: Path) -> Path:
    folder = tmp_path / "villages"
    folder.mkdir()
    for file in resources.instances()["three-villages"].iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_other_places_are_free(villages: Path, tmp_path: Path) -> None:
    spare(
        [villages, "valley", None], files=[tmp_path / "a.lp", None], folders=[(None, ["run.json"])]
    )
    spare([villages], folders=[(tmp_path / "out", ["run.json"])], files=[villages / "model.lp"])


def test_a_file_that_is_read_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "front.json").write_text("{}", "utf-8")
    for name in ("front.json", "../" + tmp_path.name + "/front.json"):
        with pytest.raises(UsageError, match="is one of the files that are read"):
            spare([tmp_path / "front.json"], files=[tmp_path / name])
    with pytest.raises(UsageError, match="is one of the files that are read"):
        spare([tmp_path / "front.json"], folders=[(tmp_path, ["front.json"])])


def test_files_of_an_instance_are_not_replaced_though_nothing_reads_them(villages: Path) -> None:
    for name in ("municipalities.csv", "instance.toml", "travel.csv"):
        with pytest.raises(UsageError, match="belongs to the instance in its folder"):
            spare([], files=[villages / name])
    with pytest.raises(UsageError, match="holds the files of an instance"):
        spare([], folders=[(villages, ["run.json"])])


@pytest.mark.skipif(not hasattr(os, "link"), reason="links")
def test_a_link_is_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x", "utf-8")
    os.link(tmp_path / "a", tmp_path / "b")
    assert is_one_of(tmp_path / "b", [tmp_path / "a"])
    assert not is_one_of(tmp_path / "c", [tmp_path / "a", tmp_path / "c"])  # there is none
