"""The wheel holds what it needs, and works where nothing else of koopopt is."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DISTRIBUTIONS = packages_distributions()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    _run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)
    )
    (built,) = out.glob("*.whl")
    return built


def test_it_holds_models_instances_types_and_translations(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("models", "instances", "schemas"):
        shipped = [p for p in (ROOT / folder).rglob("*") if p.is_file()]
        assert {f"koopopt/{p.relative_to(ROOT).as_posix()}" for p in shipped} <= names
    assert "koopopt/benchmarks/registry.toml" in names
    assert "koopopt/py.typed" in names
    assert "koopopt/locale/de/LC_MESSAGES/koopopt.mo" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [n for n in names if re.match(r"(tests|docs|benchmarks)/|.*\.pyc$", n)]


def test_it_installs_and_solves_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Its dependencies are lent by this environment, koopopt itself is not."""
    home, empty = tmp_path / "venv", tmp_path / "empty"
    empty.mkdir()
    _run(sys.executable, "-m", "venv", "--without-pip", str(home))
    paths = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    scripts = Path(sysconfig.get_path("scripts", "venv", vars=paths))
    python = str(scripts / Path(sys.executable).name)
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    _run(*pip, "install", "--no-index", "--no-deps", str(wheel))
    # Folders named in a .pth file are searched last, and their own .pth files (that of an
    # editable koopopt, say) are not read.
    lent = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (site / "lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    where = _run(python, "-c", "import koopopt; print(koopopt.__file__)", cwd=empty)
    assert Path(where.strip()).is_relative_to(site)
    koopopt = str(scripts / "koopopt")
    solved = _run(koopopt, "solve", "three-villages", "--json", cwd=empty)
    assert json.loads(solved)["objective"] == 116500.0
    assert "Bewiesen" in _run(koopopt, "solve", "three-villages", "--lang=de", cwd=empty)
    assert "werra-meissner" in _run(koopopt, "instances", cwd=empty)
    assert "p-medians" in _run(koopopt, "bench", cwd=empty)
    assert "Water supply" in _run(koopopt, "models", "show", "water", cwd=empty)
    assert list(empty.iterdir()) == []
    _run(koopopt, "solve", "three-villages", "--report=page.html", cwd=empty)
    assert "Three villages" in (empty / "page.html").read_text("utf-8")


def test_entry_point_leads_to_the_command_line() -> None:
    assert PROJECT["scripts"] == {"koopopt": "koopopt.cli:main"}


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = [*PROJECT["dependencies"]]
    for extra in PROJECT["optional-dependencies"].values():
        listed += [d for d in extra if not d.startswith("koopopt[")]
    for dependency in listed:
        assert re.search(rf'"{re.escape(dependency)}"[],]+ +# \S+', text), dependency


def test_constraints_pin_every_direct_dependency() -> None:
    pinned = dict(_pins())
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    assert _names(*groups) <= pinned.keys()


def test_constraints_fit_what_the_project_allows() -> None:
    from packaging.requirements import Requirement

    pinned = dict(_pins())
    listed = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for dependency in (d for group in listed for d in group if not d.startswith("koopopt[")):
        requirement = Requirement(dependency)
        assert requirement.specifier.contains(pinned[_plain(requirement.name)]), dependency


LIVE = {"starlette", "uvicorn", "h11"}
"""What the extra of the decision room brings."""
EXTRAS = {k: v for k, v in PROJECT["optional-dependencies"].items() if k != "dev"}


def test_every_import_is_a_declared_dependency() -> None:
    """Nothing is relied on because something else happens to bring it."""
    shipped = _names(PROJECT["dependencies"], *EXTRAS.values())
    _all_declared(ROOT / "src", shipped)
    _all_declared(ROOT / "tests", shipped | _names(PROJECT["optional-dependencies"]["dev"]))


def test_what_extras_bring_is_imported_where_it_is_used() -> None:
    """Whoever has no extra can import koopopt; what needs one says so when it is called."""
    extra = _names(*EXTRAS.values()) - _names(PROJECT["dependencies"])
    # Imported by nobody who has no numba.
    compiled = ("kernels.py", "stream_kernels.py", "walking_compiled.py")
    only_with = {name: {"numba"} for name in compiled}
    web = ROOT / "src" / "koopopt" / "live" / "web"  # imported by who opens the decision room
    for path in (ROOT / "src").rglob("*.py"):
        needed = {name for module in _imports(path, at_once=True) for name in _brought_by(module)}
        allowed = LIVE if path.parent == web else only_with.get(path.name, set())
        assert needed & extra <= allowed, path


def _all_declared(folder: Path, declared: set[str]) -> None:
    scripts = (ROOT / "validation").glob("*.py")  # on the path of the tests (pyproject.toml)
    own = {path.stem for path in [*folder.iterdir(), *scripts]} | {"koopopt", "_typeshed"}
    known = own | set(sys.stdlib_module_names)
    for path in folder.rglob("*.py"):
        for module in set(_imports(path)) - known:
            assert _brought_by(module) & declared, f"{path}: {module} is no declared dependency"


def _imports(path: Path, *, at_once: bool = False) -> Iterator[str]:
    """Yield the top-level modules that a file imports; `at_once`: when it is imported itself."""
    waiting: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]
        elif not (at_once and _put_off(node)):
            waiting += ast.iter_child_nodes(node)


def _put_off(node: ast.AST) -> bool:
    """Whether what stands in it is not run when the file is imported."""
    checking = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return checking or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def _brought_by(module: str) -> set[str]:
    """Return the names of the distributions that a module may come from."""
    return {_plain(name) for name in DISTRIBUTIONS.get(module, [])}


def _names(*groups: list[str]) -> set[str]:
    """Return the names of the dependencies in these lists."""
    listed = (d for group in groups for d in group if not d.startswith("koopopt["))
    return {_plain(re.split(r"[<>=!~\[ ]", dependency)[0]) for dependency in listed}


def test_no_file_names_a_place_of_its_own() -> None:
    """No machine's paths and no index but the default one."""
    for name in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run", "README.md"):
        text = (ROOT / name).read_text("utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|file://|/(home|root|opt)/", text)


def _pins() -> list[tuple[str, str]]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    found = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(parts) == 2 for parts in found)
    return [(_plain(name), version) for name, version in found]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _run(*args: str, cwd: Path | None = None) -> str:
    hidden = ("PYTHONPATH", "LC_ALL", "LC_MESSAGES", "LANG", "KOOPOPT_DEBUG")
    env = {k: v for k, v in os.environ.items() if k not in hidden}
    done = subprocess.run(args, capture_output=True, text=True, env=env, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
