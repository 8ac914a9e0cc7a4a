"""What a grant programme asks for, as its file says it: one definition for values and schema.

A table that a file does not have is a question that its sources do not answer, never one that is
answered with no. See `koopopt.case.library`, whose files are made in the same manner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from annotated_types import Gt, Le, MinLen
from pydantic import ConfigDict

from koopopt.case.library import STRICT, NonNegative, Size, Sourced, Title
from koopopt.case.sense import GRANT_PATTERN, ID_PATTERN
from koopopt.case.states import LEGAL_FORMS
from koopopt.errors import Fault
from koopopt.exact import CENTS_PER_EURO, whole
from koopopt.language.hints import Names
from koopopt.text import LANGUAGES, T

Percent = Annotated[float, Gt(0), Le(100)]
Note = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersAsked(Sourced):
    """How many members a partnership must have."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    least: Size
    """Least number of members."""
    perhaps: Size | None = None
    """From so many on a grant is not shut out: by exception, or where sources do not tell."""
    note: Note = field(default_factory=dict)
    """What else is to be known, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsAsked(Sourced):
    """How long members must bind themselves."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    least: Size
    """Least number of years."""
    note: Note = field(default_factory=dict)
    """What else is to be known, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingAsked(Sourced):
    """How much must be saved, a year."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    least_percent: Percent
    """Least saving, in percent of what the members paid before."""
    grant_counts: Literal["yes", "no", "unknown"] = "unknown"
    """Whether the grant itself may be counted as saved."""
    otherwise: Note = field(default_factory=dict)
    """What does as well and no figure shows, by language: a clearly better service."""
    note: Note = field(default_factory=dict)
    """What else is to be known, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibleAsked(Sourced):
    """How much eligible cost there must be."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    least: NonNegative
    """Least eligible cost, EUR once."""
    note: Note = field(default_factory=dict)
    """What else is to be known, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsked(Sourced):
    """That the cooperation is a new one."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    note: Note = field(default_factory=dict)
    """What else is to be known, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Sourced):
    """How much there may be at the most, in one case or by one source."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Title
    """In which case, by language."""
    by_members: Annotated[Mapping[str, NonNegative], MinLen(1)]
    """EUR once, by number of members: `"2"`, `"3"`, `"4+"`."""
    each_further: NonNegative = 0.0
    """EUR more for each member above the largest number that is named."""
    most_percent: Percent | None = None
    """The most in percent of eligible cost."""
    note: Note = field(default_factory=dict)
    """What else is to be known, by language."""

    def cents(self, members: int) -> int | None:
        """Return the most in cents once; None where nothing is said of so many members."""
        if (exact := self.by_members.get(str(members))) is not None:
            return whole(exact, CENTS_PER_EURO)
        open_ended = {int(k[:-1]): k for k in self.by_members if k.endswith("+")}
        fitting = [size for size in open_ended if size <= members]
        if fitting:
            return whole(self.by_members[open_ended[max(fitting)]], CENTS_PER_EURO)
        top = max((int(k) for k in self.by_members if not k.endswith("+")), default=members)
        if not self.each_further or members < top:
            return None
        first = whole(self.by_members[str(top)], CENTS_PER_EURO)
        return first + (members - top) * whole(self.each_further, CENTS_PER_EURO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Sourced):
    """A condition that no figure decides."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Title
    """The condition, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof(Sourced):
    """A document that an application needs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    title: Title
    """The document, by language."""
    kind: Literal["document", "comparison"] = "document"
    """`comparison` is the table of previous and joint cost, which koopopt writes."""
    when: Literal["application", "later"] = "application"
    """Whether it belongs to the application, or is due later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Sourced):
    """What is to be known besides."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    text: Title
    """The remark, by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantProgramme(Sourced):
    """What a grant programme asks for; what it does not say is not known."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Annotated[str, MinLen(1)]
    """Name of the programme: that of its file."""
    title: Title
    """Title by language: `de`, `en`."""
    states: tuple[str, ...] = ()
    """Keys of the states whose municipalities it is for, two digits; none: not said."""
    looked_at: str = ""
    """When the sources were looked at: year, or year and month."""
    valid_until: str = ""
    """The last day, where there is one."""
    members: MembersAsked | None = None
    years: YearsAsked | None = None
    saving: SavingAsked | None = None
    eligible: EligibleAsked | None = None
    new: NewAsked | None = None
    amount: tuple[Amount, ...] = ()
    """The most that may be granted, a table `[[amount]]` for each case or source."""
    condition: tuple[Condition, ...] = ()
    """Conditions that no figure decides, a table `[[condition]]` each."""
    evidence: tuple[Proof, ...] = ()
    """Documents that are asked for, a table `[[evidence]]` each."""
    remark: tuple[Remark, ...] = ()
    """What is to be known besides, a table `[[remark]]` each."""


def sense(programme: GrantProgramme, id_: str, file: str) -> Iterator[Fault]:
    """Yield what a type cannot say of a programme."""
    if programme.id != id_ or not ID_PATTERN.fullmatch(programme.id):
        yield Fault(
            file,
            T("The id of a programme is the name of its file, {id}, in letters, digits, '-' and"
              " '_'.", id=repr(id_)),
            T("Correct the id, or rename the file."),
            column="id",
            value=programme.id,
        )  # fmt: skip
    states = Names(LEGAL_FORMS)
    for k, state in enumerate(programme.states, start=1):
        if state not in states:
            rule = T("There is no German state {state}: keys go from 01 to 16.", state=repr(state))
            yield Fault(file, rule, states.remedy(state), column=f"states[{k}]", value=state)
    asked = programme.members
    if asked is not None and asked.perhaps is not None and asked.perhaps >= asked.least:
        yield Fault(
            file,
            T("perhaps must be less than least = {least}.", least=asked.least),
            T("Correct one of the two."),
            column="members.perhaps",
            value=str(asked.perhaps),
        )
    for k, amount in enumerate(programme.amount, start=1):
        for size in amount.by_members:
            if not GRANT_PATTERN.fullmatch(size):
                yield Fault(
                    file,
                    T('A grant is given for a number of members: "2", "3", "4+".'),
                    T("Correct the key."),
                    column=f"amount[{k}].by_members",
                    value=size,
                )
        if amount.each_further and any(size.endswith("+") for size in amount.by_members):
            yield Fault(
                file,
                T("each_further says what a number with a plus says already."),
                T("Delete one of the two."),
                column=f"amount[{k}].each_further",
                value=str(amount.each_further),
            )
    for place, title in _by_language(programme):
        if unknown := [lang for lang in title if lang not in LANGUAGES]:
            yield Fault(
                file,
                T("Texts are given by language: {known}.", known=", ".join(sorted(LANGUAGES))),
                T("Correct the key."),
                column=place,
                value=unknown[0],
            )


def _by_language(programme: GrantProgramme) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the texts of a programme and where they stand."""
    yield "title", programme.title
    for name in ("members", "years", "saving", "eligible", "new"):
        if (table := getattr(programme, name)) is not None:
            yield f"{name}.note", table.note
    if programme.saving is not None:
        yield "saving.otherwise", programme.saving.otherwise
    for k, amount in enumerate(programme.amount, start=1):
        yield f"amount[{k}].title", amount.title
        yield f"amount[{k}].note", amount.note
    for k, condition in enumerate(programme.condition, start=1):
        yield f"condition[{k}].title", condition.title
    for k, proof in enumerate(programme.evidence, start=1):
        yield f"evidence[{k}].title", proof.title
    for k, remark in enumerate(programme.remark, start=1):
        yield f"remark[{k}].text", remark.text
