"""`koopopt models`, `instances`, `solvers`: what is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from koopopt.case import resources


def test_lists(run: Any) -> None:
    assert "Wasserversorgung" in run("models", "--lang", "de").stdout
    shown = run("models", "show", "water").stdout
    assert "assumption" in shown
    assert "Statistik Hessen" in shown
    assert "votes" in run("models", "show", "hessen").stdout
    assert "werra-meissner" in run("instances").stdout
    assert "highs" in run("solvers").stdout


SERVICE = """
title.en = "Harbour"
demand.per_inhabitant = {demand}
cost = {{ kind = "power", scale = 100.0, elasticity = 0.8 }}
travel.trips_per_inhabitant = 1
"""
FORMS = '[[legal_form]]\nid = "{id}"\ntitle.en = "Guild"\n'


@pytest.fixture
def shown(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `models show` with a model that a plug-in could bring."""

    def show(kind: str, text: str) -> Any:
        (tmp_path / kind).mkdir()
        path = tmp_path / kind / "harbour.toml"
        path.write_text(text, "utf-8")
        monkeypatch.setattr(resources, kind, lambda: {"harbour": path})
        return run("models", "show", "harbour")

    return show


def test_a_service_has_the_id_of_its_file(shown: Any) -> None:
    assert "Harbour (harbour)" in shown("services", SERVICE.format(demand=1)).stdout


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("services", SERVICE.format(demand="-1"), "column demand.per_inhabitant"),
        ("services", "id = 5\n" + SERVICE.format(demand="'many'"), "column id"),
        ("legal_forms", FORMS.format(id=""), "column legal_form[1].id"),
        ("legal_forms", FORMS.format(id="alone"), "The id 'alone' is taken"),
    ],
)
def test_faults_of_a_model_are_told(shown: Any, kind: str, text: str, said: str) -> None:
    result = shown(kind, text)
    assert result.exit_code == 3
    assert f"models/{kind}/harbour.toml" in result.stderr
    assert said in result.stderr
