"""In which order the page's slider walks through the plans, and what its two ends are called.

The first plan is the best in the first criterion and the last the best in the second, so that the
words at the ends are true; between them plans lie by how far they have gone from one to the other.
A front in two criteria is in that order already.
"""

from __future__ import annotations

import numpy as np

from koopopt.linear import Floats
from koopopt.report.values.decision import Decision
from koopopt.report.words.labels import WORDS
from koopopt.text import Text


def of(decision: Decision) -> list[int]:
    """Return the numbers of the plans in the slider's order."""
    if len(decision.criteria) < 2:
        return list(range(len(decision.plans)))
    first, second = (
        np.array([e.criteria[name] for e in decision.plans]) for name in decision.criteria[:2]
    )
    gone = _part(first) - _part(second)
    start, end = np.lexsort((second, first))[0], np.lexsort((first, second))[0]
    gone[end] = np.inf
    gone[start] = -np.inf
    return [int(k) for k in np.lexsort((first, gone))]


def ends(decision: Decision) -> list[Text]:
    """Return what the plans at the two ends are best in."""
    return [_word(decision, name) for name in decision.criteria[:2]]


def _word(decision: Decision, name: str) -> Text:
    if f"ends_{name}" in WORDS:
        return WORDS[f"ends_{name}"]
    title = {c.name: c.title for c in decision.problem.criteria}[name]
    return Text(WORDS["ends_other"].template, {"criterion": title})


def _part(values: Floats) -> Floats:
    """Return values as parts of their span, 0 to 1."""
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / ((high - low) or 1.0))
