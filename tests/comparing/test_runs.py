"""What differs in two runs."""

from __future__ import annotations

from dataclasses import replace

import tiny
from koopopt.case.plan import Partnership
from koopopt.comparing import runs
from koopopt.comparing.values import Proof

PROOF = Proof(status="optimal", gap=0.0, solver="s", formulation="f", verified=True)


def p(members: str, seat: str = "", form: str = "pact", service: str = "water") -> Partnership:
    return Partnership(service, tuple(members), seat or members[0], form)


def run(*parts: Partnership, fingerprint: str = "x", **asked: float) -> runs.Run:
    question = runs.Question(fingerprint=fingerprint, asked=asked)
    return runs.Run(question=question, partnerships=parts, criteria={"cost": 10.0 * len(parts)},
                    objective=1.0, bound=1.0, seconds=1.0, proof=PROOF)  # fmt: skip


def test_a_run_equals_itself() -> None:
    found = runs.compare(run(p("abc")), run(p("abc")))
    assert runs.are_equal(found)
    assert found.plans.equal == 1


def test_seats_and_legal_forms_move() -> None:
    found = runs.plans([p("abc"), p("de")], [p("abc", "b"), p("de", form="union")])
    assert [(k.a.seat, k.b.seat) for k in found.reseated] == [("a", "b")]
    assert [(k.a.legal_form, k.b.legal_form) for k in found.reformed] == [("pact", "union")]
    assert (found.equal, found.new, found.gone, found.regrouped) == (0, (), (), ())


def test_members_join_and_leave() -> None:
    (kept,) = runs.plans([p("abc")], [p("bcd")]).regrouped
    assert (kept.joined, kept.left) == (("d",), ("a",))


def test_what_has_little_in_common_is_new_and_gone() -> None:
    found = runs.plans([p("abc")], [p("cde")])
    assert [s.members for s in found.gone] == [tuple("abc")]
    assert [s.members for s in found.new] == [tuple("cde")]
    assert not found.regrouped


def test_the_most_alike_belong_together() -> None:
    found = runs.plans([p("abcd")], [p("ab"), p("abc")])
    assert [(k.b.members, k.left) for k in found.regrouped] == [(tuple("abc"), ("d",))]
    assert [s.members for s in found.new] == [tuple("ab")]


def test_services_are_apart_and_who_is_alone_does_not_count() -> None:
    found = runs.plans([p("abc"), p("x", form="alone")], [p("abc", service="fire")])
    assert (len(found.new), len(found.gone), found.equal) == (1, 1, 0)


def test_who_is_served_at_a_site_counts() -> None:
    assert len(runs.plans([], [p("a", "site")]).new) == 1


def test_another_question_is_told() -> None:
    found = runs.compare(run(p("ab"), limit=1.0), run(p("ab"), limit=2.0, fingerprint="y"))
    assert not found.same_question
    assert not runs.are_equal(found)
    assert [(d.key, d.a, d.b) for d in found.question] == [
        ("fingerprint", "x", "y"), ("limit", 1.0, 2.0),
    ]  # fmt: skip
    assert found.data is None


def test_data_are_compared_where_they_are_at_hand() -> None:
    a = tiny.instance()
    b = replace(a, office_cost=a.office_cost + 1)
    questions = [runs.Question(fingerprint=x.fingerprint, instance=x) for x in (a, b)]
    _, data = runs.asked(*questions)
    assert data is not None
    assert [part.name for part in data.parts if part.differences] == ["office"]


def test_criteria_stand_side_by_side() -> None:
    a, b = run(p("ab")), replace(run(p("ab"), p("cd")), bound=None)
    found = runs.compare(a, b)
    assert [(c.name, c.a, c.b, c.difference) for c in found.criteria] == [("cost", 10, 20, 10)]
    assert [c.difference for c in found.sums] == [0, None, 0]
