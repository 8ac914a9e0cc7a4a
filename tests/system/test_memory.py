"""What is free, as Linux and its control groups say, and amounts as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.system import memory

GB = 10**9


def machine(root: Path, available: int, groups: str = "") -> Path:
    (root / "proc/self").mkdir(parents=True)
    kilobytes = available // 1024
    (root / "proc/meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable: {kilobytes} kB\n")
    (root / "proc/self/cgroup").write_text(groups)
    return root


def group(folder: Path, version: int, limit: str, used: int, files: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        2: ("memory.max", "memory.current", "inactive_file"),
    }[version]
    (folder / names[0]).write_text(limit)
    (folder / names[1]).write_text(str(used))
    (folder / "memory.stat").write_text(f"anon 1\n{names[2]} {files}\n")


def test_without_groups_it_is_what_the_kernel_says(tmp_path: Path) -> None:
    assert memory.free(machine(tmp_path, 8 * 2**30)) == 8 * 2**30


def test_a_container_has_less(tmp_path: Path) -> None:
    root = machine(tmp_path, 8 * 2**30, "0::/batch/job\n")
    group(root / "sys/fs/cgroup/batch/job", 2, "max", 0)
    group(root / "sys/fs/cgroup/batch", 2, str(3 * GB), GB, files=GB // 2)
    assert memory.free(root) == 2.5 * GB  # files can be dropped


def test_so_it_is_in_version_one(tmp_path: Path) -> None:
    root = machine(tmp_path, 8 * 2**30, "5:cpu:/x\n4:memory:/x/y\n")
    group(root / "sys/fs/cgroup/memory/x/y", 1, str(2 * GB), GB)
    group(root / "sys/fs/cgroup/memory", 1, str(2**63 - 4096), 5 * GB)
    assert memory.free(root) == GB


def test_a_full_group_leaves_nothing(tmp_path: Path) -> None:
    root = machine(tmp_path, GB, "0::/\n")
    group(root / "sys/fs/cgroup", 2, str(GB), 2 * GB)
    assert memory.free(root) == 0


def test_elsewhere_a_fixed_amount_stands_for_it(tmp_path: Path) -> None:
    assert memory.free(tmp_path) == memory.UNKNOWN_BYTES


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4GB", 4 * GB),
        ("4.5 gb", 4.5 * GB),
        ("500M", 500 * 10**6),
        ("2GiB", 2 * 2**30),
        ("5000 B", 5000),
        ("100 kb", 100_000),
        ("1000", 1000),
    ],
)
def test_amounts(text: str, amount: float) -> None:
    assert memory.parse(text) == amount


def test_a_share_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free", lambda: 8 * GB)
    assert memory.parse("25%") == 2 * GB
    assert memory.usual() == 4 * GB


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "4,5GB", "4 XB", "150%", "0%", "1e9", "nan", "GB", "50%B", "50%IB", "4I", "4IB",
     "\u0664GB", "4\tGB"],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        memory.parse(text)
