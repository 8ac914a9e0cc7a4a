"""Everything that others may build on, a line each: `docs/reference/public.txt`.

    python docs/make_public.py [--breaking]

A line that is new is an addition. One that is gone breaks what others have built: it is refused
unless `--breaking` says that it is meant. So whatever may be added later stands in lines of its
own: optional parameters, options; what is required stands in the first line.
"""

from __future__ import annotations

import difflib
import enum
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from koopopt.certifying.document import CERTIFICATE_FORMAT
from koopopt.cli import main
from koopopt.storage.front_schema import FRONT_FORMAT
from koopopt.storage.json_schemas import SCHEMAS
from koopopt.storage.run_schema import RUN_FORMAT

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "reference" / "public.txt"
HOMES = ("koopopt", "koopopt.choice", "koopopt.live")
"""Modules whose `__all__` is public."""
MADE = (
    "Alternatives", "Bond", "Calibration", "Choice", "Evaluation", "Facts", "Front", "Problem",
    "Rate", "Result", "Robustness",
)  # fmt: skip
"""Values that only koopopt makes: their fields are public, how they are made is not."""
READ = {
    "run.json": {1, RUN_FORMAT},
    "front.json": {FRONT_FORMAT},
    "certificate": {CERTIFICATE_FORMAT},
}
"""Formats of what was computed that are read, by kind of file."""
BREAKS = """\
What others may rely on is gone or changed:

{lines}

Until it has been announced it has to stay (docs/reference/stability.md): keep it, let it give a
DeprecationWarning that names what to use instead, and tell it in CHANGELOG.md under Deprecated.
Once its time is over: python docs/make_public.py --breaking, and CHANGELOG.md under Removed.
A required parameter that is new breaks callers, too: give it a default.
"""


def names() -> Iterator[str]:
    """Yield the public names of modules, their members and parameters."""
    for module in HOMES:
        for name in import_module(module).__all__:
            yield from _of(f"{module}.{name}", getattr(import_module(module), name))
    stable = _page("plugins.md").partition("## What is stable")[2]
    for module, told in re.findall(r"^\| `(koopopt\.[\w.]+)` \| (.+) \|$", stable, re.M):
        for name in re.findall(r"`(\w+)`", told):
            yield from _of(f"{module}.{name}", getattr(import_module(module), name))


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def _of(name: str, thing: object) -> Iterator[str]:
    if inspect.isclass(thing):
        yield from _called(name, thing)
        for member in sorted(_members(thing)):
            found = inspect.getattr_static(thing, member, None)
            if isinstance(found, (classmethod, staticmethod)) or inspect.isfunction(found):
                yield from _called(f"{name}.{member}", getattr(thing, member))
            else:
                yield f"{name}.{member}"
    elif inspect.isroutine(thing):
        yield from _called(name, thing)
    else:
        yield name


def _members(kind: type) -> set[str]:
    """Return what a class of ours has for everybody: methods, properties and fields."""
    own = [base for base in kind.__mro__ if base.__module__.startswith("koopopt")]
    found = {name for base in own for name in (*vars(base), *vars(base).get("__annotations__", ()))}
    return {name for name in found if not name.startswith("_")}


def _called(name: str, thing: object) -> Iterator[str]:
    """Yield how a thing is called: with what is required, and a line for all that is optional."""
    if isinstance(thing, type) and (issubclass(thing, enum.Enum) or thing.__name__ in MADE):
        yield name
        return
    parameters = list(inspect.signature(thing).parameters.values())  # type: ignore[arg-type]
    if parameters and parameters[0].name == "self":
        parameters = parameters[1:]
    required = [p for p in parameters if p.default is p.empty]
    yield f"{name}({', '.join(_parameter(p) for p in required)})"
    for place, p in enumerate(parameters, 1):
        if p.default is not p.empty:
            place_of = f"{place}: " if p.kind is p.POSITIONAL_OR_KEYWORD else ""
            yield f"{name}(… {place_of}{p.name}={_default(p.default)})"


def _parameter(parameter: inspect.Parameter) -> str:
    before = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    only = "=" if parameter.kind is parameter.KEYWORD_ONLY else ""
    return f"{before}{parameter.name}{only}"


def _default(value: object) -> str:
    return repr(value) if value is None or type(value) in (bool, int, float, str) else "…"


def commands(command: click.Command = main, called: str = "koopopt") -> Iterator[str]:
    """Yield commands, their arguments and options."""
    context = click.Context(command)
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    needed = [f"{p.opts[0]}{_taken(p)}" for p in options if p.required]
    yield " ".join([called, *arguments, *needed])
    for option in options:
        for spelt in (*option.opts, *option.secondary_opts):
            once = f" {spelt}{_taken(option)}"
            yield called + once
            if option.multiple:
                yield called + once * 2
    for name, below in sorted(getattr(command, "commands", {}).items()):
        yield from commands(below, f"{called} {name}")


def _taken(option: click.Option) -> str:
    return "" if option.is_flag or option.count else " …" * option.nargs


def formats() -> Iterator[str]:
    """Yield formats of files, schemas, extras and entry points."""
    for name, numbers in READ.items():
        yield from (f"{name} of format {number}" for number in sorted(numbers))
    yield from (f"schema {name}" for name in SCHEMAS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].keys() - {"dev", "docs"}
    yield from (f"extra koopopt[{name}]" for name in sorted(extras))
    plugins = re.findall(r"^\| `(koopopt\.\w+)` \| (?:the|any)", _page("plugins.md"), re.M)
    yield from (f"entry point {point}" for point in plugins)
    yield from (f"exit code {code}" for code in re.findall(r"^\| (\d+) \|", _page("cli.md"), re.M))


def listed() -> str:
    """Return the list, as the code has it."""
    return "".join(f"{line}\n" for line in (*names(), *commands(), *formats()))


def gone(old: str, new: str) -> str:
    """Return what to do where lines of the old list are missing in the new one; else nothing."""
    lost = set(old.splitlines()) - set(new.splitlines())
    shown = [d for d in difflib.ndiff(old.splitlines(), new.splitlines()) if d[:1] in "-+"]
    return BREAKS.format(lines="\n".join(shown)) if lost else ""


if __name__ == "__main__":
    made = listed()
    there = FILE.read_text("utf-8") if FILE.exists() else ""
    if "--breaking" not in sys.argv and (told := gone(there, made)):
        sys.exit(told)
    FILE.write_text(made, encoding="utf-8")
