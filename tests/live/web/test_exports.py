"""What is saved to take along: complete, in its folder, readable, and served to nobody else."""

from __future__ import annotations

import csv
import io
import os
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import tiny
from koopopt.case.plan import Partnership, Plan
from koopopt.live.web import exports
from koopopt.live.web.exports import Exports
from koopopt.problem import Problem
from koopopt.reading.instance import read
from koopopt.reading.plans import read_plan
from live.web.conftest import client_of
from live.web.stand_in import HOSTILE, StandIn, hostile_instance


def saved(client: TestClient, what: str, name: str = "", lang: str = "en") -> tuple[str, bytes]:
    """Save and fetch; return the name of the file and what it holds."""
    answer = client.post("/api/exports", json={"what": what, "name": name, "lang": lang})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert set(made) == {"file", "url", "left_out"}
    fetched = client.get(f"/{made['url']}")
    assert fetched.status_code == 200
    disposition = fetched.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert not set(disposition) & set('<>\r\n"')
    return made["file"], fetched.content


def test_an_instance_as_a_folder_reads_back(
    client: TestClient, room: StandIn, tmp_path: Path
) -> None:
    name, data = saved(client, "instance", "Mein Kreis")
    assert name == "Mein Kreis.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert not [n for n in packed.namelist() if n.startswith("/") or ".." in n]
        packed.extractall(tmp_path / "there")
    assert read(tmp_path / "there").fingerprint == room.instance.fingerprint


def test_an_instance_as_a_workbook_reads_back(
    client: TestClient, room: StandIn, tmp_path: Path
) -> None:
    name, data = saved(client, "instance", "county.xlsx")
    (tmp_path / name).write_bytes(data)
    assert read(tmp_path / name).fingerprint == room.instance.fingerprint


def test_a_plan_is_read_as_evaluate_reads_it(
    client: TestClient, room: StandIn, tmp_path: Path
) -> None:
    pool = Partnership("water", ("01", "02"), "01", "association")
    alone = [p for p in room.plan.partnerships if not (set(p.members) & {"01", "02"})]
    rest = [p for p in room.plan.partnerships if p.service != "water" and p not in alone]
    room.plan = Plan((pool, *alone, *rest))
    name, data = saved(client, "plan")
    (tmp_path / name).write_bytes(data)
    assert read_plan(tmp_path / name, room.instance) == room.plan


def test_the_report_says_what_is_proven_of_the_plan(client: TestClient, room: StandIn) -> None:
    problem = Problem.of(room.instance)
    room.solved = tiny.result(problem)
    assert room.solved.plan is not None
    room.problem, room.plan = problem, room.solved.plan
    name, page = saved(client, "page", "Report.html")
    assert name == "Report.html"
    assert b"Proven" in page
    assert b"Bewiesen" in saved(client, "page", lang="de")[1]


def test_the_report_of_a_plan_of_ones_own_claims_nothing(client: TestClient, room: StandIn) -> None:
    page = saved(client, "page")[1].decode()
    assert "The plan keeps all rules." in page
    assert "Proven: no better plan" not in page
    assert "Planned by hand" in page


def test_the_report_of_a_plan_that_breaks_rules_says_so(tmp_path: Path) -> None:
    instance = tiny.instance()
    instance = replace(instance, rules={**instance.rules, "together": [("01", "02")]})
    browser = opened(StandIn(tmp_path / "room", instance))
    page = saved(browser, "page")[1].decode()
    assert "The plan breaks" in page
    assert saved(browser, "workbook")[0] == "workbook.xlsx"


def opened(room: StandIn) -> TestClient:
    browser = client_of(room, None)
    browser.headers.update({"content-type": "application/json"})
    return browser


def test_the_trail_as_a_table_and_as_a_text(client: TestClient) -> None:
    for name in tiny.HOSTILE:
        action = {"action": {"kind": "keep", "name": name}, "note": "=1+1|x\ny"}
        assert client.post("/api/actions", json=action).status_code == 200
    _, table = saved(client, "trail")
    rows = list(csv.reader(io.StringIO(table.decode(), newline="")))
    assert rows[0] == ["number", "when", "what", "why"]
    assert len(rows) == 1 + len(tiny.HOSTILE)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    name, text = saved(client, "trail", "Monday.md")
    assert name == "Monday.md"
    lines = text.decode().splitlines()
    assert len(lines) == 4 + len(tiny.HOSTILE), "one line a step"
    assert "<script>" not in text.decode()
    assert "\x1b" not in text.decode()


def test_hostile_names_in_the_case_are_only_names(tmp_path: Path) -> None:
    browser = opened(StandIn(tmp_path / "room", hostile_instance()))
    for what in ("instance", "plan", "workbook", "page", "trail"):
        name, data = saved(browser, what, HOSTILE)
        assert not set(name) & set("<>/\\:\"'")
        if what == "page":
            assert HOSTILE.encode() not in data
    held = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*"))
    assert [p for p in held if p.count("/") == 1] == ["room/exports"]


def test_nothing_is_replaced(client: TestClient, room: StandIn) -> None:
    names = [saved(client, "plan", "the plan.csv")[0] for _ in range(3)]
    assert names == ["the plan.csv", "the plan-2.csv", "the plan-3.csv"]
    assert room.folder is not None
    assert sorted(os.listdir(room.folder / "exports")) == sorted(names), "and nothing is left over"


def test_only_what_was_made_here_is_served(client: TestClient, room: StandIn) -> None:
    name, _ = saved(client, "plan")
    assert room.folder is not None
    folder = room.folder / "exports"
    (folder / "private.csv").write_text("private", encoding="utf-8")
    (room.folder / "journal.jsonl").write_text("private", encoding="utf-8")
    for other in ("private.csv", "..%2fjournal.jsonl", "%2e%2e/journal.jsonl", "", ".",
                  "plan.csv%00", f"{folder}/private.csv", f"/{name}", f"{name}/"):  # fmt: skip
        answer = client.get(f"/api/exports/{other}")
        assert answer.status_code in (404, 405), other
        assert b"private" not in answer.content
    (folder / name).unlink()
    (folder / name).symlink_to(folder / "private.csv")
    assert client.get(f"/api/exports/{name}").status_code == 404, "a link is not what was made"


def test_a_folder_that_leads_elsewhere_is_not_written_to(
    client: TestClient, room: StandIn, tmp_path: Path
) -> None:
    assert room.folder is not None
    room.folder.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (room.folder / "exports").symlink_to(tmp_path / "elsewhere")
    answer = client.post("/api/exports", json={"what": "plan"})
    assert answer.status_code == 422
    assert os.listdir(tmp_path / "elsewhere") == []


def test_without_a_folder_nothing_is_saved(tmp_path: Path) -> None:
    answer = opened(StandIn(None)).post("/api/exports", json={"what": "plan"})
    assert answer.status_code == 422
    assert "no folder" in answer.json()["problem"]["en"]


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    client: TestClient, room: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "write_table", full)
    answer = client.post("/api/exports", json={"what": "plan"})
    assert answer.status_code == 422
    problem = answer.json()["problem"]
    assert "No space left on device" in problem["en"]
    assert room.folder is not None
    assert os.listdir(room.folder / "exports") == []


@pytest.mark.parametrize(
    "body", [{"what": "passwords"}, {}, {"what": "plan", "name": "x" * 300},
             {"what": "plan", "lang": "fr"}, {"what": "plan", "path": "/tmp"}],
)  # fmt: skip
def test_other_exports_are_refused(client: TestClient, room: StandIn, body: Any) -> None:
    assert client.post("/api/exports", json=body).status_code == 422
    assert room.folder is not None
    assert not room.folder.exists()


def test_exports_at_once_do_not_take_each_others_name(room: StandIn) -> None:
    made: list[str] = []
    shelf = Exports(room)  # type: ignore[arg-type]
    threads = [
        threading.Thread(target=lambda: made.append(shelf.make("plan", "p", "en")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 6
