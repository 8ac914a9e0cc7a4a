"""Whether a file ends, before anybody waits for its end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from koopopt.system.readable import ends

posix = pytest.mark.skipif(os.name != "posix", reason="pipes with names, devices")


def test_files_end_and_folders_are_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    assert ends(tmp_path / "file")
    assert not ends(tmp_path)


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ends(tmp_path / "missing")


@posix
def test_a_pipe_that_nobody_writes_to_and_a_device_may_not_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert not ends(tmp_path / "pipe")
    assert not ends(Path("/dev/zero"))


@posix
@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no /dev/fd")
def test_a_pipe_that_is_open_already_ends() -> None:
    reading, writing = os.pipe()
    try:
        assert ends(Path(f"/dev/fd/{reading}"))
    finally:
        os.close(reading)
        os.close(writing)
