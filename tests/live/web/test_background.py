"""A room beside a program that goes on: a notebook has its link, and what is decided."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

import koopopt
import koopopt.live
import tiny
from koopopt.errors import DataError, UsageError
from koopopt.evaluation import evaluate
from koopopt.live.web import background
from koopopt.problem import Problem
from live.web.opened import Opened
from living import settled


def browser_of(opened: background.Opened) -> Opened:
    """Return a browser that has not been at the address yet."""
    address = urlsplit(opened.url)
    assert (address.scheme, address.hostname) == ("http", "127.0.0.1")
    assert address.port
    return Opened(cast(Any, None), address.port, address.query.partition("=")[2])


def test_the_link_opens_it_once_and_what_is_done_there_is_read_here(tmp_path: Path) -> None:
    with koopopt.live.open("three-villages", folder=tmp_path) as opened:
        browser = browser_of(opened)
        browser.enter()
        stranger = browser_of(opened).ask("GET", f"/?token={browser.token}", cookie=False)
        assert stranger.status == 403, "it is for one browser"
        browser.act(kind="set", place="rules.max_members", value=2)
        settled(opened.room)
        assert opened.instance.rules["max_members"] == 2
        assert all(len(p.members) <= 2 for p in opened.plan.partnerships)
        again = evaluate(Problem.of(opened.instance), opened.plan)
        assert again.criteria == opened.evaluation.criteria
    with pytest.raises(ConnectionRefusedError):
        browser.connect()
    with koopopt.live.open("three-villages", folder=tmp_path) as opened:
        assert opened.instance.rules["max_members"] == 2, "it was saved"


def test_what_a_notebook_shows_is_a_link_and_no_markup_of_others() -> None:
    with koopopt.live.open(tiny.instance(name="A & B")) as opened:
        shown = opened._repr_html_()
        assert re.findall(r"<(\w+)", shown) == ["p", "a"]
        assert f'href="{opened.url}"' in shown
        assert "A &amp; B" in shown
        assert opened.url in repr(opened)
    assert opened.url not in opened._repr_html_()
    assert "closed" in repr(opened)


def test_a_faulty_instance_leaves_no_port_taken(tmp_path: Path) -> None:
    with koopopt.live.open("three-villages") as opened:
        port = urlsplit(opened.url).port
        assert port is not None
        with pytest.raises(UsageError, match="in use by another program"):
            koopopt.live.open("three-villages", port=port)
    with pytest.raises((DataError, UsageError)):
        koopopt.live.open(tmp_path / "nothing", port=port)
    with koopopt.live.open("three-villages", port=port) as again:
        assert urlsplit(again.url).port == port
