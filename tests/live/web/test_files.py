"""The page's files: those that are listed, with their types, and nothing by any other name."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from koopopt.live.web import files
from live.web.conftest import OURS, TOKEN, client_of
from live.web.stand_in import StandIn


@pytest.fixture
def browser(tmp_path: Path, room: StandIn, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    page = tmp_path / "page"
    (page / "parts").mkdir(parents=True)
    for name in (
        "index.html",
        "main.js",
        "style.css",
        "icon.svg",
        "parts/map.js",
        "notes.py",
        ".x",
    ):
        (page / name).write_text(f"/* {name} */", encoding="utf-8")
    (page / "leak.js").symlink_to(tmp_path / "secret.js")
    (tmp_path / "secret.js").write_text("secret", encoding="utf-8")
    listed = files.listed(page)
    monkeypatch.setattr(files, "listed", lambda: listed)
    made = client_of(room)
    made.get(f"/?token={TOKEN}")
    made.headers.update(OURS)
    return made


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"), ("/page/main.js", "text/javascript; charset=utf-8"),
        ("/page/style.css", "text/css; charset=utf-8"), ("/page/icon.svg", "image/svg+xml"),
        ("/page/parts/map.js", "text/javascript; charset=utf-8"),
    ],
)  # fmt: skip
def test_files_have_their_types(browser: TestClient, path: str, kind: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert "/*" in answer.text
    assert browser.head(path).headers["content-length"] == answer.headers["content-length"]


@pytest.mark.parametrize(
    "path",
    ["/page/notes.py", "/page/.x", "/page/leak.js", "/page/nothing.js", "/page/", "/page/parts",
     "/page/%2e%2e/secret.js", "/page/..%2fsecret.js", "/page//etc/passwd",
     "/page/parts/../main.js", "/page/%00", "/page/main.js%00.css", "/page/C:%5Cx.js",
     "/index.html", "/secret.js"],
)  # fmt: skip
def test_no_other_name_leads_to_a_file(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    if answer.status_code == 200:  # the client itself resolves `..`
        assert answer.text == "/* main.js */"
    else:
        assert answer.status_code == 404
    assert "secret" not in answer.text
