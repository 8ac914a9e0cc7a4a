"""Comparisons in words and tables: `blocks` of any, from what `koopopt.comparing` found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from koopopt.comparing.values import Comparison
from koopopt.report.values.blocks import Block, Heading, Sentence
from koopopt.report.values.compared import benchmarks, fronts, instances, runs
from koopopt.text import T


def blocks(found: Comparison, towns: Mapping[str, str]) -> Iterator[Block]:
    """Yield what a comparison says.

    Parameters
    ----------
    found : Comparison
    towns : mapping id -> name
        Of municipalities and sites; ids that are not named stand for themselves.
    """
    yield Heading(T("A: {a}, B: {b}", a=found.a, b=found.b), 1)
    if found.instances is not None:
        yield Sentence(
            T("The instances are equal in all that is compared.")
            if found.equal
            else T("The instances differ.")
        )
        yield from instances.blocks(found.instances, towns)
    if found.runs is not None:
        yield Sentence(
            T("Both runs answer the same question with the same plan.")
            if found.equal
            else T("The runs differ.")
        )
        yield from runs.blocks(found.runs, towns)
    if found.fronts is not None:
        yield Sentence(
            T("Both fronts answer the same question with the same points.")
            if found.equal
            else T("The fronts differ.")
        )
        yield from fronts.blocks(found.fronts, towns)
    if found.benchmarks is not None:
        yield Sentence(
            T("All in all nothing changed beyond the spread of the seeds.")
            if found.equal
            else T("The results differ.")
        )
        yield from benchmarks.blocks(found.benchmarks)
