"""What other packages add works on a Dask cluster, where its workers have them, too."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

import plugged
from pareto.clusters import Cluster

pytest.importorskip("distributed")

UNEXPECTED = 1


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plugged.example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def land(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plugged.land(tmp_path_factory.mktemp("land"), site)


def front(land: Path, *how: str) -> list[str]:
    return ["front", str(land), "--criteria=cost,bodies,far", "--no-journal", "--quiet", *how]


def test_workers_that_have_the_plug_in_find_the_same(
    site: Path, land: Path, tmp_path: Path
) -> None:
    # The scheduler lacks it, and hands on what it cannot read.
    with ExitStack() as stack:
        cluster = Cluster(stack, tmp_path, sites=(site, site))
        ways = [["--out=here"], [f"--dask={cluster.address}", "--out=there"]]
        said = plugged.several(*[front(land, *way) for way in ways], site=site, cwd=tmp_path)
    assert said.count("exit 0") == 2
    here, there = (
        json.loads((tmp_path / way / "front.json").read_text("utf-8")) for way in ("here", "there")
    )
    assert there["complete"]
    assert there["plugins"] == {"koopopt-example": "1.0"}
    assert len(there["points"]) > 1
    for one, other in zip(here["points"], there["points"], strict=True):
        assert one["criteria"] == other["criteria"]


def test_workers_that_lack_the_plug_in_are_told(site: Path, land: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        cluster = Cluster(stack, tmp_path, sites=(None,))
        words = front(land, f"--dask={cluster.address}")
        said = plugged.koopopt(*words, site=site, code=UNEXPECTED, cwd=tmp_path)
    assert "A worker has other plug-ins: needed are koopopt-example 1.0, there are none." in said
    assert "Install the same packages for every worker." in said
