"""Services that count something twice."""

from __future__ import annotations

from pathlib import Path

import koopopt
from koopopt.writing.scaffold import scaffold


def _with(services: str, folder: Path) -> list[str]:
    made = scaffold("x", folder / "x")
    text = (made / "instance.toml").read_text("utf-8")
    (made / "instance.toml").write_text(
        text.replace('services = ["water"]', f"services = [{services}]", 1), "utf-8"
    )
    return [note.render() for note in koopopt.read(made).notes]


def test_a_service_beside_its_parts_is_noted(tmp_path: Path) -> None:
    (note,) = _with('"it", "administration", "water", "payroll"', tmp_path)
    assert note.startswith("instance.toml, column services: The cost of 'administration' holds")
    assert "that of it, payroll already: together they are counted twice." in note


def test_parts_alone_and_the_whole_alone_are_fine(tmp_path: Path) -> None:
    assert _with('"it", "payroll"', tmp_path / "a") == []
    assert _with('"administration", "water"', tmp_path / "b") == []


def test_it_is_no_part_of_what_an_instance_means() -> None:
    from dataclasses import replace

    instance = koopopt.generate(4, services=["it", "water"])
    other = replace(
        instance, services=tuple(replace(s, part_of="") for s in instance.services)
    )  # fmt: skip
    assert instance.services[0].part_of == "administration"
    assert other.fingerprint == instance.fingerprint
