"""`koopopt models`, `instances`, `solvers`, `plugins`: what is there to be named elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from koopopt.cli.command import Group, command, language
from koopopt.cli.output import page, say, say_json
from koopopt.cli.sources import json_option
from koopopt.text import LANGUAGES, T, in_language


def _titles(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, dict[str, str]]]:
    return [(name, dict(table.get("title", {}))) for name, table in tables]


def _table(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


@click.command(
    "models", cls=Group, invoke_without_command=True,
    text=T("List the models of services and legal forms, and grant programmes; `models show NAME`"
           " explains one."),
)  # fmt: skip
@click.pass_context
def models(ctx: click.Context) -> int:
    """List the model library."""
    if ctx.invoked_subcommand is not None:
        return 0
    from koopopt.case import resources
    from koopopt.report.terminal import inventory

    services = _titles((name, _table(path)) for name, path in resources.services().items())
    sets = [
        (name, {lang: _forms_in_words(path, lang) for lang in LANGUAGES})
        for name, path in resources.legal_forms().items()
    ]
    programmes = _titles(
        (name, _table(path)) for name, path in resources.grant_programmes().items()
    )
    groups = [
        (T("Services"), services),
        (T("Sets of legal forms"), sets),
        (T("Grant programmes"), programmes),
    ]
    say(inventory.names(page(language(ctx)), groups))
    return 0


def _forms_in_words(path: Path, lang: str) -> str:
    return "; ".join(in_language(form["title"], lang) for form in _table(path)["legal_form"])


@command("show", text=T("Explain a model: each figure, its unit, its source, how sure it is."))
@click.argument("name", metavar="NAME")
def show(lang: str, name: str) -> int:
    """Show a service model, a set of legal forms, a programme, or all that share the name."""
    from koopopt.case import resources
    from koopopt.grants.reading import library_programme
    from koopopt.reading.models import demand_models, library_forms, library_service
    from koopopt.report.terminal import inventory

    services, sets = resources.services(), resources.legal_forms()
    programmes = resources.grant_programmes()
    if name in services:
        say(inventory.service(page(lang), library_service(name)))
    if name in sets:
        say(inventory.legal_forms(page(lang), library_forms(name)))
    if name in programmes:
        say(inventory.programme(page(lang), library_programme(name)))
    demand_models([name], [*services, *sets, *programmes])
    return 0


models.add_command(show)


@command("instances", text=T("List the shipped instances."))
def instances(lang: str) -> int:
    """List names and titles."""
    from koopopt.case import resources
    from koopopt.report.terminal import inventory

    rows = _titles(
        (name, _table(path / "instance.toml")) for name, path in resources.instances().items()
    )
    say(inventory.names(page(lang), [(T("Instances"), rows)]))
    return 0


@command("solvers", text=T("List the back ends: which are there, and what they can do."))
def solvers(lang: str) -> int:
    """List the back ends."""
    from koopopt.report.terminal import inventory
    from koopopt.solvers import overview

    say(inventory.back_ends(page(lang), overview()))
    return 0


@command("plugins", text=T("List what other packages add, and what of it cannot be used."))
@json_option
def plugins(lang: str, as_json: bool) -> int:
    """List the plug-ins."""
    from koopopt.report.terminal import inventory
    from koopopt.report.values.plugins import found

    rows = found()
    if as_json:
        say_json({"plugins": [inventory.plugin_table(row, lang) for row in rows]})
    else:
        say(inventory.plugins(page(lang), rows))
    return 0
