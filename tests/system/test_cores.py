"""How many cores can be used, as the process and its control groups are limited."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from koopopt.system import cores


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def machine(root: Path, groups: str) -> Path:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(groups)
    return root / "sys/fs/cgroup"


def limit(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


def test_without_a_limit_all_that_the_process_may_run_on(tmp_path: Path) -> None:
    limit(machine(tmp_path, "0::/\n"), cpu__max="max 100000\n")
    assert cores.usable(tmp_path) == 8
    assert cores.usable(tmp_path / "nothing") == 8


@pytest.mark.parametrize(("share", "count"), [(200, 2), (150, 2), (50, 1), (1600, 8)])
def test_a_container_has_fewer(tmp_path: Path, share: int, count: int) -> None:
    limit(machine(tmp_path, "0::/\n"), cpu__max=f"{share * 1000} 100000\n")
    assert cores.usable(tmp_path) == count


def test_a_limit_of_a_group_above_holds_as_well(tmp_path: Path) -> None:
    top = machine(tmp_path, "0::/batch/job\n")
    limit(top / "batch/job", cpu__max="600000 100000\n")
    limit(top / "batch", cpu__max="300000 100000\n")
    assert cores.usable(tmp_path) == 3


def test_so_it_is_in_version_one(tmp_path: Path) -> None:
    top = machine(tmp_path, "4:memory:/x\n2:cpu,cpuacct:/x/y\n")
    limit(top / "cpu/x/y", cpu__cfs_quota_us="-1\n", cpu__cfs_period_us="100000\n")
    limit(top / "cpu/x", cpu__cfs_quota_us="400000\n", cpu__cfs_period_us="100000\n")
    assert cores.usable(tmp_path) == 4


def test_a_machine_that_says_nothing_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores.usable(tmp_path) == 1
