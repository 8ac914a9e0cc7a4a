"""What is wrong with a command line is said in words, with exit code 2."""

from __future__ import annotations

from typing import Any

import pytest

WRONG = [
    (["slove"], "'slove'. Did you mean 'solve'?"),
    (["solve"], "INSTANCE"),
    (["solve", "tiny", "other"], "other"),
    (["solve", "tiny", "--sedd", "1"], "Did you mean '--seed'?"),
    (["solve", "tiny", "--gap"], "--gap: a value is missing"),
    (["solve", "tiny", "--weight", "cost"], "--weight needs NAME=VALUE"),
    (["solve", "tiny", "--weight", "=3"], "--weight needs NAME=VALUE"),
    (["solve", "tiny", "--weight", "cost="], "--weight needs NAME=VALUE"),
    (["solve", "tiny", "--weight", "cost=abc"], "'abc' is not a number"),
    (["solve", "tiny", "--weight", "cost=1,5"], "Write 1.5"),
    (["solve", "tiny", "--weight", "cost=1.234,5"], "Write 1234.5"),
    (["solve", "tiny", "--limit", "travel=20.000"], "Write 20000 or 20."),
    (["solve", "tiny", "--limit", "travel=12.345"], "Write 12345 or 12.3450."),
    (["solve", "tiny", "--time-limit", "10,000"], "Write 10 or 10000."),
    (["solve", "tiny", "--weight", "cost=nan"], "'nan' is not a number"),
    (["solve", "tiny", "--weight", "cost=inf"], "'inf' is not a number"),
    (["solve", "tiny", "--weight", "cost=1_0"], "'1_0' is not a number"),
    (["solve", "tiny", "--weight", "cots=1"], "'cots'"),
    (["solve", "tiny", "--weight", "cost=0", "--weight", "travel=0"], "every plan would be best"),
    (["solve", "tiny", "--weight", "cost=-1"], "must be a finite number, 0 or more"),
    (["solve", "tiny", "--weight", "cost=1", "--weight", "cost=2"], "'cost' is given twice"),
    (["solve", "tiny", "--limit", "cost"], "--limit needs NAME=VALUE"),
    (["solve", "tiny", "--limit", "price=1"], "'price'"),
    (["solve", "tiny", "--lexicographic", "cost,,travel"], "commas between them"),
    (["solve", "tiny", "--lexicographic", "cost,travle"], "'travle'"),
    (["solve", "tiny", "--lexicographic", "cost,cost"], "stands twice"),
    (["solve", "tiny", "--gap", "-0.1"], "--gap is -0.1; it must be 0 or more"),
    (["solve", "tiny", "--gap", "inf"], "'inf' is not a number"),
    (["solve", "tiny", "--time-limit", "0"], "--time-limit is 0; it must be more than 0"),
    (["solve", "tiny", "--time-limit", "1m"], "'1m' is not a number"),
    (["solve", "tiny", "--threads", "0"], "--threads is 0; it must be 1 or more"),
    (["solve", "tiny", "--threads", "1.5"], "'1.5' is not a whole number"),
    (["solve", "tiny", "--seed", "-1"], "--seed is -1; it must be 0 or more"),
    (["solve", "tiny", "--seed", "99999999999"], "is not a whole number"),
    (["solve", "tiny", "--formulation", "partiton"], "Did you mean 'partition'?"),
    (["solve", "tiny", "--lang", "fr"], "--lang: there is no 'fr'"),
    (["evaluate", "tiny"], "'--plan' is missing"),
    (["export", "tiny"], "'--format' is missing"),
    (["export", "tiny", "--format", "xml"], "there is no 'xml'"),
    (["models", "show", "watre"], "Did you mean 'water'?"),
    (["schema", "servise"], "Did you mean 'service'?"),
    (["schema", "--out", "x.json"], "--out needs the name of a schema. Known are instance"),
]


@pytest.mark.parametrize(("args", "said"), WRONG, ids=[" ".join(args) for args, _ in WRONG])
def test_wrong_command_lines(on_stage: Any, args: list[str], said: str) -> None:
    result = on_stage("optimal", *args)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stdout == ""


@pytest.mark.parametrize(("args", "_"), WRONG, ids=[" ".join(args) for args, _ in WRONG])
def test_they_are_said_in_german_too(on_stage: Any, args: list[str], _: str) -> None:
    result = on_stage("optimal", "--lang", "de", *args)
    assert result.exit_code == 2
    assert result.stderr.startswith("Fehler: ")
    assert result.stdout == ""


def test_no_command_shows_the_help(run: Any) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: koopopt" in result.output


def test_help_speaks_the_language_of_the_environment(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Usage: koopopt solve" in run("solve", "--help").stdout
    assert "Aufruf: koopopt solve" in run("solve", "--help", "--lang", "de").stdout
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "Aufruf: koopopt solve" in run("solve", "--help").stdout
    assert "Usage: koopopt solve" in run("--lang=en", "solve", "--help").stdout
    monkeypatch.setenv("LC_ALL", "C")
    assert "Usage: koopopt solve" in run("solve", "--help").stdout


@pytest.mark.parametrize(
    "command",
    [
        "solve",
        "evaluate",
        "check",
        "new",
        "models",
        "models show",
        "instances",
        "solvers",
        "export",
    ],
)
def test_every_command_has_help_in_both_languages(run: Any, command: str) -> None:
    english, german = (run(*command.split(), "--help", "--lang", lang) for lang in ("en", "de"))
    assert english.exit_code == german.exit_code == 0
    assert english.stdout != german.stdout
    assert "--lang [de|en]" in german.stdout


def test_version(run: Any) -> None:
    import koopopt

    assert run("--version").stdout == f"koopopt {koopopt.__version__}\n"
