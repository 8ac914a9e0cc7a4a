"""What is said of rows besides the tables: what is doubtful, better, or failed."""

from __future__ import annotations

from bench.rows import row
from koopopt.bench import told
from koopopt.bench.registry import registry
from koopopt.report.terminal.blocks import written
from koopopt.report.values.blocks import Sentence


def _said(*rows: told.Row) -> str:
    found = told.blocks(rows, list(registry().values()))
    return "\n".join(str(block.text) for block in found if isinstance(block, Sentence))


def test_a_bound_above_the_plan_of_another_is_called_doubtful() -> None:
    said = _said(row("a", "x"), row("a", "y", value=120.0, bound=120.0))
    assert "Doubtful: of a, y · highs claims the bound 120" in said
    assert "Doubtful" not in _said(row("a", "x"), row("a", "y"))


def test_a_better_plan_is_told_with_what_was_known() -> None:
    said = _said(row("a", best_value=101.0, best_bound=99.0))
    assert "1 of 1 runs reached the best known value." in said
    assert "a: auto · highs has value 100.0000 and bound 100.0000" in said


def test_a_run_that_failed_is_told_with_its_reason() -> None:
    assert "Failed: a, auto · highs: no such file" in _said(
        row("a", status="error", value=None, bound=None, gap=None, message="no such file")
    )


def test_every_status_of_a_row_has_words() -> None:
    for name in ("optimal", "feasible", "infeasible", "no_solution", "killed", "memory"):
        assert str(told.status(name))


def test_sets_are_together_only_where_methods_are_compared() -> None:
    two = [row("a"), row("b", set="p-median")]
    compared = [*two, row("a", "x"), row("b", "x", set="p-median")]
    sets = list(registry().values())
    assert "All sets together" not in written(told.blocks(two, sets), "en")
    assert "All sets together" in written(told.blocks(compared, sets), "en")
