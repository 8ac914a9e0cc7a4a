"""`koopopt report --ask`: answers in the page and the workbook, and no option without effect."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"


@pytest.fixture
def solved(run, tmp_path, monkeypatch):
    """The folder of a run of three-villages."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(VILLAGES, tmp_path / "villages")
    assert run("solve", "villages", "--out", "run", "--quiet").exit_code == 0
    return "run"


@pytest.mark.parametrize("lang", ["en", "de"])
def test_what_is_asked_stands_in_the_page(run, solved, tmp_path, lang):
    result = run("report", solved, "--ask", "whatif", "--ask", "prices", "-o", "a.html",
                 "-o", "a.xlsx", "--lang", lang, "--time-limit", "60", obj=lang)  # fmt: skip
    assert result.exit_code == 0, result.output
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.index('id="asked-prices"') < page.index('id="asked-whatif"')
    assert 'id="asked-ranges"' not in page
    assert run("report", solved, "-o", "b.html").exit_code == 0
    assert 'id="asked"' not in (tmp_path / "b.html").read_text(encoding="utf-8")


def test_no_time_leaves_a_report_that_says_so(run, solved, tmp_path):
    result = run("report", solved, "--ask", "whatif", "-o", "a.html", "--time-limit", "0.001",
                 "--quiet")  # fmt: skip
    assert result.exit_code in (0, 5), result.output
    if result.exit_code == 0:
        assert 'id="asked-whatif"' in (tmp_path / "a.html").read_text(encoding="utf-8")
    else:
        assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--samples", "5"], 2, "--samples means nothing without --ask"),
        (["--time-limit", "5"], 2, "--time-limit means nothing without --ask"),
        (["--memory", "1000000"], 2, "--memory means nothing without --ask"),
        (["--ask", "whatif", "-o", "map.svg"], 2, "--ask means nothing without -o FILE.html"),
        (["--ask", "nonsense"], 2, "nonsense"),
        (["--ask", "scenarios"], 2, "has no scenarios"),
        (["--ask", "prices", "--ask", "ranges"], 3, "has a range"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_written(
    run, solved, tmp_path, monkeypatch, args, code, said
):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr("koopopt.report.values.asked.prices", never)
    result = run("report", solved, *args)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert not (tmp_path / "report.html").exists()
