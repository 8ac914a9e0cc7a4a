"""A journal that is damaged, of another search, or none is refused and left as it is."""

import os
import random
from dataclasses import replace

import pytest

import koopopt
from koopopt.errors import DataError
from koopopt.pareto.journal import JOURNAL_FORMAT, Journal
from koopopt.problem import Problem
from pareto.books import VILLAGES, front, head_of, knapsack, posix, refused, sealed, told


def test_a_cut_is_refused_wherever_it_is(whole, tmp_path):
    path = tmp_path / "book"
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"damaged|cut off"):
            Journal.open(path, head_of(whole)["subject"])
        assert path.read_bytes() == whole[:length]
    for length in (1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        refused(path)


def test_a_changed_byte_is_refused_wherever_it_is(whole, tmp_path):
    path, subject = tmp_path / "book", head_of(whole)["subject"]
    path.write_bytes(whole)
    book, right = Journal.open(path, subject)
    book.close()
    rng, harmless = random.Random(3), 0
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.randrange(8)
        path.write_bytes(changed)
        try:
            book, known = Journal.open(path, subject)
        except DataError:
            assert path.read_bytes() == changed
            continue
        book.close()
        harmless += 1  # a number may be written in two ways
        assert list(map(told, known)) == list(map(told, right))
    assert harmless < 5
    for place in (10, len(whole) // 2, len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        refused(path)


def test_lines_that_are_missing_or_too_many_are_refused(whole, tmp_path):
    lines = whole.splitlines(keepends=True)
    path = tmp_path / "book"
    for content in (
        whole + lines[-1],
        whole + b"\n",
        whole + b"{}",
        b"".join(lines[:2] + lines[3:]),
        b"\n" + whole,
        b"\xef\xbb\xbf" + whole,
        whole.replace(b"\n", b"\r\n"),
    ):
        path.write_bytes(content)
        refused(path)


def test_the_line_that_is_damaged_is_named(whole, tmp_path):
    lines = whole.splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"point"', b'"paint"', 1)
    path = tmp_path / "book"
    path.write_bytes(b"".join(lines))
    assert "row 3" in refused(path, "The line is damaged")


def test_another_version_is_refused(whole, tmp_path):
    path = tmp_path / "book"
    lines = whole.splitlines(keepends=True)
    for other in (JOURNAL_FORMAT + "1", JOURNAL_FORMAT[:-1] + "1"):
        path.write_bytes(sealed({**head_of(whole), "format": other}) + b"".join(lines[1:]))
        assert other in refused(path, "this version reads")


@pytest.mark.parametrize(
    ("what", "criteria", "how"),
    [
        (koopopt.read("border"), (), {}),
        (replace(VILLAGES, office_cost=1.0), (), {}),
        (Problem.of(VILLAGES, limits={"travel": 300}), (), {}),
        (VILLAGES, ("cost", "bodies"), {}),
        (VILLAGES, ("travel", "cost"), {}),
        (VILLAGES, ("cost", "travel", "bodies"), {}),
        (VILLAGES, (), {"resolution": {"cost": 5.0}}),
        (knapsack(), (), {}),
    ],
    ids=["instance", "content", "rules", "criteria", "order", "more", "resolution", "model"],
)
def test_the_journal_of_another_search_is_refused(whole, what, criteria, how, tmp_path):
    path = tmp_path / "book"
    path.write_bytes(whole)
    refused(path, "of another instance or model, of other rules", what, criteria, **how)


def test_the_journal_of_another_model_is_refused(tmp_path):
    model = knapsack()
    front(model, journal=tmp_path / "book")
    path, said = tmp_path / "book", "of another instance or model, of other rules"
    refused(path, said, replace(model, row_upper=model.row_upper + 1))
    refused(path, said, replace(model, upper=model.upper + 1))
    refused(path, said, replace(model, value=model.value * 2))
    refused(path, said, model, ("f1", "f2"))


FILES = {
    "random": random.Random(5).randbytes(5000),
    "zeros": b"\0" * 1000,
    "text": b"Dear Sir or Madam,\n\n",
    "newline": b"\n",
    "no end": b'{"sum":"00000000","of":',
    "json": b'{"instance": "three-villages", "points": []}\n',
    "list": b"[1, 2]\n",
    "number": b"7",
    "deep": b"[" * 200_000,
    "deep and sealed": b'{"sum":"00000000","of":' + b"[" * 100_000 + b"\n",
    "long number": b"1" * 100_000,
    "csv": b"service;partnership\nwater;1\n",
    "latin": "Gemeinde Bühl\n".encode("latin-1"),
    "utf-16": '{"of": {}}\n'.encode("utf-16"),
    "sealed": sealed({"format": "something else", "size": "1"}),
    "sealed list": sealed(["koopopt front journal 1"]),
    "sealed other": sealed({"subject": "x"}),
}


@pytest.mark.parametrize("content", FILES.values(), ids=list(FILES))
def test_another_file_is_refused(content, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    refused(path, "not a journal of a front, or it is damaged")


def test_a_folder_is_refused(tmp_path):
    refused(tmp_path, "no file")


def test_a_place_where_no_folder_can_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    refused(tmp_path / "file" / "book", "cannot be opened")


@posix
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "no file")


@posix
def test_a_file_without_permission_is_refused(whole, tmp_path):
    path = tmp_path / "book"
    path.write_bytes(whole)
    path.chmod(0)
    tmp_path.chmod(0o500)
    root = os.geteuid() == 0
    if root:  # may do anything
        os.seteuid(65534)
    try:
        for name in ("book", "new"):
            with pytest.raises(DataError, match="fault") as caught:
                Journal.open(tmp_path / name, "subject")
            assert "cannot be opened: Permission denied" in caught.value.render("en")
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o700)
        path.chmod(0o600)
    assert path.read_bytes() == whole
