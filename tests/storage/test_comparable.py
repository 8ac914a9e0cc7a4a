"""What a path holds is found from its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.comparing.benchmarks import COLUMNS
from koopopt.errors import UsageError
from koopopt.storage import comparable

HEAD = ",".join(COLUMNS)
ROW = "s,i,f,b,1,optimal,1.5,,inf,,90,1,m"


def test_a_table_is_known_by_its_header_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "results"
    file.write_text(f"\ufeff{HEAD},more\r\n{ROW},x\r\n", "utf-8")
    found = comparable.opened(str(file))
    assert found.kind == "benchmarks"
    assert isinstance(found.value, tuple)
    (row,) = found.value
    assert row.measures == {"seconds": 1.5, "value": None, "bound": None, "gap": None,
                            "peak_mb": 90.0}  # fmt: skip


def test_an_instance_with_a_table_of_a_benchmark_beside_is_an_instance() -> None:
    found = comparable.opened("valley")
    assert found.kind == "instances"
    assert found.towns["01"] == "Oberquell"


def test_a_run_and_a_front_in_one_folder_are_asked_about(tmp_path: Path) -> None:
    for name in ("run.json", "front.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="holds a run and a front"):
        comparable.opened(str(tmp_path))


def test_written_is_read_again_by_its_schema(tmp_path: Path) -> None:
    one = comparable.opened("valley")
    text = comparable.written(comparable.compare(one, one))
    assert text.startswith('{\n  "kind": "instances",\n  "equal": true,')
