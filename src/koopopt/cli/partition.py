"""The partition that no group would leave under a key of one weight, and who blocks it if any.

An answer of `koopopt stable`: found by taking the partnership of the least cost per weight, again
and again, and looked through for groups that would leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from koopopt.cli.output import page, say, say_json
from koopopt.cli.plans import texts

if TYPE_CHECKING:
    from koopopt.evaluation import Evaluation
    from koopopt.problem import Problem
    from koopopt.sharing.keys import Key
    from koopopt.sharing.stability import Blocked


@dataclass(frozen=True, eq=False)
class CorePartition:
    """The partition that taking the least cost per weight gives, looked through."""

    key: Key
    evaluation: Evaluation
    blocking: Sequence[Blocked]
    looked: int

    @classmethod
    def of(cls, problem: Problem, key: Key) -> CorePartition:
        """Find it, service by service."""
        from koopopt.case.plan import Partnership, Plan
        from koopopt.evaluation import evaluate
        from koopopt.report.terminal.stability import MOST_SHOWN
        from koopopt.sharing.admissible import Admissible
        from koopopt.sharing.burdens import Burdens
        from koopopt.sharing.stability import blocking, core_partition

        found: list[Partnership] = []
        leaving: list[Blocked] = []
        looked = 0
        for s in range(len(problem.facts.services)):
            all_of = Admissible.known(problem, s)
            burdens = Burdens(problem, s, key)
            chosen = core_partition(all_of, burdens)
            found += chosen
            looked += len(all_of.coalitions)
            leaving += blocking(burdens, chosen, MOST_SHOWN)
        return cls(key, evaluate(problem, Plan(tuple(found))), leaving, looked)

    @property
    def holds(self) -> bool:
        """Whether nobody leaves it and every partnership keeps its rules.

        Not so at times where somebody pays nothing by the key, or two ratios are equal: who must
        not be alone may be left over.
        """
        whole = {rule.name for rule in self.evaluation.problem.plan_rules}
        kept = all(v.rule in whole for v in self.evaluation.violations)
        return kept and not self.blocking

    def show(self, lang: str, as_json: bool) -> None:
        """Show it."""
        from koopopt.case.facts import euros
        from koopopt.report.terminal import stability

        e, looked = self.evaluation, self.looked
        if not as_json:
            say(stability.render(e, self.key, self.blocking, looked, page(lang)))
            return
        say_json(
            {"instance": e.problem.instance.name, "key": self.key.name,
             "stable": not self.blocking, "coalitions": looked, "criteria": dict(e.criteria),
             "violations": texts(e.violations, lang),
             "blocking": [{"service": b.service, "members": list(b.members),
                           "gains": [euros(gain) for gain in b.gains]} for b in self.blocking],
             "partnerships": e.partnerships()}
        )  # fmt: skip
