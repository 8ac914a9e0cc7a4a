"""The journal: read back exactly, gone on with, by one process at a time."""

import errno
import json
import subprocess
import sys
import threading

import filelock
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.case.plan import Partnership, Plan
from koopopt.errors import DataError
from koopopt.exchange import read_mps, write_mps
from koopopt.pareto.grid import NO_BOUND
from koopopt.pareto.journal import JOURNAL_FORMAT, Journal
from koopopt.pareto.oracle import Answer, Found, Kind, Point
from koopopt.pareto.state import SearchTask
from pareto.books import SUBJECTS, front, head_of, knapsack, posix, refused, sealed, told

# -- what is written ---------------------------------------------------------------------------

number = st.floats(allow_nan=False, allow_infinity=False)
whole_number = st.integers(-(2**100), 2**100)
many = st.lists(number, min_size=1, max_size=4).map(tuple)
text = st.text(max_size=8)
partnership = st.builds(Partnership, text, st.lists(text, min_size=1).map(tuple), text, text)
plan = st.lists(partnership, min_size=1, max_size=4).map(Plan)
point = st.builds(Point, many, plan | many)
answers = st.builds(
    Answer, st.sampled_from(Found), st.none() | point, st.none() | whole_number,
    text, number, st.text(),
)  # fmt: skip
cells = st.lists(st.integers(-(2**61), 2**61) | st.just(NO_BOUND), min_size=1).map(tuple)
weights = st.lists(whole_number, min_size=1, max_size=4).map(tuple)
tasks = st.builds(SearchTask, cells, weights, st.none(), st.sampled_from(Kind))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(tasks, answers), max_size=4))
def test_what_was_written_is_read_back_exactly(tmp_path_factory, entries):
    path = tmp_path_factory.mktemp("journal") / "deep" / "book"
    book, known = Journal.open(path, "subject")
    assert known == []
    for task, answer in entries:
        book.write(task, answer)
    book.close()
    book, known = Journal.open(path, "subject")
    book.close()
    assert list(map(told, known)) == list(map(told, entries))


def test_numbers_of_numpy_are_numbers(tmp_path):
    one = np.float64(0.1)
    task = SearchTask((3, NO_BOUND), (np.int64(5), np.int64(2)), None)
    answer = Answer(Found.POINT, Point((one, one), (one,)), np.int64(7), "x", one)
    book, _ = Journal.open(tmp_path / "book", "subject")
    book.write(task, answer)
    book.close()
    book, known = Journal.open(tmp_path / "book", "subject")
    book.close()
    assert list(map(told, known)) == [told((task, answer))]


@pytest.mark.parametrize("name", SUBJECTS)
def test_all_that_was_asked_stands_in_it(name, tmp_path):
    what, criteria = SUBJECTS[name]
    found = front(what, criteria, journal=tmp_path / "book")
    book, known = Journal.open(
        tmp_path / "book", head_of((tmp_path / "book").read_bytes())["subject"]
    )
    book.close()
    assert [(t.upper, t.weights, a.bound) for t, a in known] == [
        (r.upper, r.weights, r.bound) for r in found.certificate.records
    ]


# -- going on ----------------------------------------------------------------------------------


def stopped_at(points, what, criteria, path):
    """Search until so many points were found."""
    cancel = threading.Event()

    def look(progress):
        if progress.points >= points:
            cancel.set()

    return front(what, criteria, journal=path, cancel=cancel, on_progress=look)


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_search_goes_on_where_it_was(name, tmp_path):
    what, criteria = SUBJECTS[name]
    right = front(what, criteria, journal=tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    assert len(lines) == 1 + right.solves
    for kept in range(1, right.solves + 1):
        path = tmp_path / f"{kept}"
        body = b"".join(lines[1 : 1 + kept])
        size = len(lines[0]) + len(body)
        path.write_bytes(sealed({**head_of(lines[0]), "size": f"{size:015d}"}) + body)
        found = front(what, criteria, journal=path)
        added = path.read_bytes().count(b"\n") - 1 - kept
        assert found.complete
        assert found.values.tolist() == right.values.tolist()
        assert found.solves == kept + added
        assert added < right.solves
    assert added == 0


@pytest.mark.parametrize("name", SUBJECTS)
def test_journals_that_do_not_say_what_a_question_is_for_are_read(name, tmp_path):
    """As those were that were written before questions had a kind."""
    what, criteria = SUBJECTS[name]
    right = front(what, criteria, journal=tmp_path / "book")
    head, *lines = (tmp_path / "book").read_bytes().splitlines(keepends=True)
    tables = [json.loads(line)["of"] for line in lines]
    assert [t.pop("kind") for t in tables].count("ideal") == len(right.criteria)
    body = b"".join(map(sealed, tables))
    size = len(head) + len(body)
    (tmp_path / "old").write_bytes(sealed({**head_of(head), "size": f"{size:015d}"}) + body)
    found = front(what, criteria, journal=tmp_path / "old")
    assert found.complete
    assert found.solves == right.solves
    assert found.values.tolist() == right.values.tolist()


@pytest.mark.parametrize("name", SUBJECTS)
def test_an_interrupted_search_goes_on(name, tmp_path):
    what, criteria = SUBJECTS[name]
    part = stopped_at(2, what, criteria, tmp_path / "book")
    assert part.interrupted
    assert not part.complete
    assert len(part) == 2
    found = front(what, criteria, journal=tmp_path / "book")
    assert found.complete
    assert found.values.tolist() == front(what, criteria).values.tolist()
    records = [(r.upper, r.weights, r.bound, r.cell) for r in found.certificate.records]
    known = [(r.upper, r.weights, r.bound, r.cell) for r in part.certificate.records]
    assert [r[:3] for r in records[: len(known)]] == [r[:3] for r in known]
    for after, before in zip(records, known, strict=False):
        assert before[3] in (after[3], None)  # a point that the part did not hold yet has no name


def test_a_question_that_was_given_up_is_asked_again(whole, tmp_path):
    path = tmp_path / "book"
    book, _ = Journal.open(path, head_of(whole)["subject"])
    task = SearchTask((NO_BOUND, NO_BOUND), (1, 0), None, Kind.IDEAL)
    book.write(task, Answer(Found.STOPPED, None, None, "highs", 1.0, "out of time"))
    book.close()
    assert front(journal=path).complete


def test_a_search_goes_on_with_another_solver_and_seed(tmp_path):
    what, criteria = SUBJECTS["model"]
    stopped_at(4, what, criteria, tmp_path / "book")
    going_on = front(what, criteria, journal=tmp_path / "book", solver="highs", seed=7)
    assert going_on.values.tolist() == front(what, criteria).values.tolist()


def test_an_empty_file_is_begun(tmp_path):
    path = tmp_path / "book"
    path.touch()
    assert front(journal=path).complete
    assert head_of(path.read_bytes())["format"] == JOURNAL_FORMAT


def test_a_torn_end_is_dropped(whole, tmp_path):
    """What a kill in the middle of an answer leaves: the head says *writing*."""
    lines = whole.splitlines(keepends=True)
    right = front()
    for kept in range(1, len(lines)):
        size = sum(map(len, lines[:kept]))
        head = {**head_of(whole), "state": "writing", "size": f"{size:015d}"}
        known = sealed(head) + b"".join(lines[1:kept])
        for torn in (b"", lines[kept][:1], lines[kept][:-1], lines[kept], b"\0" * 40):
            path = tmp_path / "book"
            path.write_bytes(known + torn)
            found = front(journal=path)
            assert found.complete
            assert found.values.tolist() == right.values.tolist()
            content = path.read_bytes()
            assert head_of(content)["state"].strip() == "whole"
            assert int(head_of(content)["size"]) == len(content)


# -- several processes, and a full disk --------------------------------------------------------


@posix
def test_two_processes_do_not_write_at_once(whole, tmp_path):
    path = tmp_path / "book"
    path.write_bytes(whole)
    script = (
        "import sys; from pathlib import Path; from koopopt.pareto.journal import Journal\n"
        "book, _ = Journal.open(Path(sys.argv[1]), sys.argv[2])\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(path), head_of(whole)["subject"]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout.readline() == b"open\n"
            refused(path, "Another process is writing")
        finally:
            other.kill()
    assert front(journal=path).complete  # the lock went with the process


def test_a_file_system_without_locks_is_no_obstacle(tmp_path, monkeypatch):
    def without(*_args, **_how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(filelock, "lock_descriptor", without)
    monkeypatch.setattr(filelock, "unlock_descriptor", without)
    assert front(journal=tmp_path / "book").complete


def test_nothing_stands_beside_a_journal(tmp_path):
    book, _ = Journal.open(tmp_path / "book", "subject")
    assert [path.name for path in tmp_path.iterdir()] == ["book"]
    with pytest.raises(DataError, match="Another process is writing"):
        Journal.open(tmp_path / "book", "subject")
    book.close()
    assert [path.name for path in tmp_path.iterdir()] == ["book"]


@posix
def test_processes_forked_meanwhile_do_not_keep_it_locked(tmp_path):
    path = tmp_path / "book"
    book, _ = Journal.open(path, "subject")
    child = subprocess.Popen(  # inherits the open file, as a fork would
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[book._file.fileno()]
    )
    try:
        book.close()
        again, _ = Journal.open(path, "subject")
        again.close()
    finally:
        child.kill()
        child.communicate()


FULL = """
import resource, sys
from pathlib import Path
from koopopt.exchange import read_mps
from koopopt.pareto.find import front
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
found = front(read_mps(Path(sys.argv[1])), workers=1, journal=Path(sys.argv[2]))
print(found.complete, len(found), *found.messages)
"""


@posix
def test_a_full_disk_does_not_cost_the_search(tmp_path):
    model, path = tmp_path / "model.mps", tmp_path / "book"
    write_mps(knapsack(), model)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(model), str(path)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    right = front(knapsack())
    assert done.stdout.startswith(f"True {len(right)} the journal ends early: ")
    assert path.stat().st_size <= 2000
    again = front(read_mps(model), journal=path)
    assert again.values.tolist() == right.values.tolist()
