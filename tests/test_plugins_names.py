"""Names of plug-ins: what is refused is told and not used; each kind has names of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

import plugged


def catalogue(folder: Path, domain: str, **words: str) -> None:
    """Write a German catalogue."""
    there = folder / "de" / "LC_MESSAGES"
    there.mkdir(parents=True, exist_ok=True)
    held = Catalog(locale="de", domain=domain)
    for english, german in words.items():
        held.add(english, german)
    with (there / f"{domain}.mo").open("wb") as file:
        write_mo(file, held)


TALK = """
from koopopt.criteria import Criterion
from koopopt.text import T

talk = Criterion("talk", T("words"), T("sounds"), 1.0)
"""


def test_translations_that_are_refused_are_told_and_not_used(tmp_path: Path) -> None:
    locales = {"talk": "tongue.locale", "koopopt": "tongue.locale", "a b": "tongue.locale"}
    points = {"koopopt.criteria": {"talk": "talk:talk"}, "koopopt.locale": locales}
    site = plugged.package(tmp_path / "site", "talk", points, TALK)
    for name in (*locales, "good"):
        said = {"sounds": "Laute"} if name == "good" else {"words": "Worte"}
        catalogue(site / "tongue" / "locale", name, **said)
    plugged.package(site, "twin", {"koopopt.locale": {"talk": "tongue.locale"}})
    plugged.package(site, "good", {"koopopt.locale": {"good": "tongue.locale"}})
    said = plugged.koopopt("solve", "three-villages", "--lang=de", site=site)
    assert "words (Laute)" in said
    told = [line for line in said.splitlines() if line.startswith("Warnung: ")]
    assert len(told) == len(set(told)) == 4
    assert sum("'talk'" in line for line in told) == 2
    late = plugged.several(["--version"], ["--help", "--lang=de"], ["instances"], site=site)
    assert "Warn" not in late


def test_a_set_of_legal_forms_may_be_named_like_a_service(tmp_path: Path) -> None:
    points = {"koopopt.services": {"land": "landed.models"}}
    site = plugged.package(tmp_path / "site", "landed", points)
    (site / "landed.py").unlink()
    models, example = site / "landed" / "models", plugged.EXAMPLE / "src/koopopt_example/models"
    shutil.copytree(example, models)
    harbour, forms = models / "services" / "harbour.toml", models / "legal_forms" / "freedonia.toml"
    shutil.copy(forms, models / "legal_forms" / "harbour.toml")
    shutil.copy(forms, models / "legal_forms" / "water.toml")
    for name in ("a-b", "a_b"):
        shutil.copy(harbour, models / "services" / f"{name}.toml")
    listed, shown, _ = plugged.several(
        ["plugins", "--json"], ["models", "show", "harbour"], site=site
    ).split("exit 0\n")
    rows = json.loads(listed[listed.index("{\n") :])["plugins"]
    twice = "Its package offers 'a-b' twice, so neither is used."
    assert {(row["kind"], row["name"]): row["reason"] for row in rows} == {
        ("service", "a-b"): twice,
        ("service", "a_b"): twice,
        ("service", "harbour"): None,
        ("legal_forms", "freedonia"): None,
        ("legal_forms", "harbour"): None,
        ("legal_forms", "water"): None,
    }
    assert "Harbour (harbour)" in shown
    assert "Guild (guild)" in shown
