"""Bytes and text of files that users name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from koopopt.errors import DataError
from koopopt.importing import files
from koopopt.importing.files import content, decoded, require

TEXT = "Große Kreisstadt\nMüden – Örtze\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"),
     ("utf-16", "UTF-16"), ("utf-32", "UTF-32")],
)  # fmt: skip
def test_text_of_any_encoding(encoding: str, told: str) -> None:
    assert decoded("a.txt", TEXT.encode(encoding)) == (TEXT, told)


def test_text_of_big_ends() -> None:
    assert decoded("a.txt", b"\xfe\xff" + TEXT.encode("utf-16-be"))[0] == TEXT
    assert decoded("a.txt", b"\0\0\xfe\xff" + TEXT.encode("utf-32-be"))[0] == TEXT


@pytest.mark.parametrize(
    ("data", "rule", "row"),
    [
        (TEXT.encode().decode("cp1252").encode(), "Umlauts are spoilt", 1),
        (TEXT.encode().decode("latin-1").encode(), "Umlauts are spoilt", 1),
        ("Aue\nM\ufffdden".encode(), "Umlauts are spoilt", 2),
        (b"Aue\nM\x81den", "neither UTF-8 nor Windows-1252", 2),
        (b"Aue\0", "This is no text", None),
        (b"\xff\0Aue", "This is no text", None),
        (b"\xff\xfeA", "This is no text", None),
        (b"\xef\xbb\xbfM\xfcden", "This is no text", None),
    ],
)
def test_what_is_no_text_or_was_spoilt(data: bytes, rule: str, row: int | None) -> None:
    with pytest.raises(DataError, match=rule) as caught:
        decoded("a.txt", data)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row) == ("a.txt", row)


def test_only_files_of_a_size_that_can_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"ab")
    assert content(path) == b"ab"
    require(path)
    monkeypatch.setattr(files, "MAX_BYTES", 1)
    with pytest.raises(DataError, match=r"a\.txt: The file is larger"):
        content(path)
    path.write_bytes(b"")
    wrongs = {path: "empty", tmp_path: "no file", tmp_path / "x": "no such", Path("\0"): "no such"}
    for wrong, rule in wrongs.items():
        with pytest.raises(DataError, match=rule):
            require(wrong)


@pytest.mark.skipif(os.name != "posix", reason="pipes and permissions")
def test_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="no file"):
        content(tmp_path / "pipe")


def test_what_is_open_already_is_read() -> None:
    out, into = os.pipe()
    os.write(into, TEXT.encode())
    os.close(into)
    assert content(Path(f"/dev/fd/{out}")) == TEXT.encode()
    os.close(out)


def test_a_pipe_that_says_nothing_is_an_empty_file() -> None:
    out, into = os.pipe()
    os.close(into)
    with pytest.raises(DataError, match="empty"):
        content(Path(f"/dev/fd/{out}"))
    os.close(out)
