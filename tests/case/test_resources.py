"""What is shipped is found: instances, service models, legal forms, each by its name."""

from __future__ import annotations

from pathlib import Path

from koopopt.case import resources


def test_instances_are_folders_with_settings() -> None:
    found = resources.instances()
    assert {"three-villages", "valley", "werra-meissner"} <= found.keys()
    assert all((folder / "instance.toml").is_file() for folder in found.values())


def test_models_are_files_named_as_they_are() -> None:
    services, forms = resources.services(), resources.legal_forms()
    assert "water" in services
    assert forms
    for name, path in (services | forms).items():
        assert (path.stem, path.suffix, path.is_file()) == (name, ".toml", True)


def test_titles_of_models_are_found_without_reading_them_whole() -> None:
    found = resources.service_titles(["water", "payroll", "of-nobody", "../water"])
    assert list(found) == ["payroll", "water"]
    assert all({"de", "en"} <= title.keys() for title in found.values())


def test_a_model_is_called_by_its_place_in_the_library() -> None:
    assert resources.label("water", Path("a/b/services/water.toml")) == "models/services/water.toml"
