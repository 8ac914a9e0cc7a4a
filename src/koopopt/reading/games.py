"""Reading a game from a JSON file: who plays, and what groups pay or get by themselves.

Numbers count as the decimals that were written. All faults are told at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from koopopt.checking.schema import MAX_NUMBER, too_large
from koopopt.errors import DataError, Fault
from koopopt.games.game import LARGEST, MOST_PLAYERS, Game, Kind
from koopopt.language.hints import Names
from koopopt.language.inert import on_line
from koopopt.language.notation import TOO_SMALL
from koopopt.reading.cells import MAX_TEXT_LENGTH
from koopopt.reading.folder import Folder
from koopopt.reading.labels import clean
from koopopt.text import T, Text

KEYS: Final = ("kind", "players", "values")
KINDS: Final[Mapping[str, Kind]] = {"cost": "cost", "gain": "gain"}


def read_game(path: Path) -> Game:
    """Return the game in a JSON file.

    ``{"kind": "cost", "players": ["A", "B"], "values": {"A": 1.0, "B": 1, "A,B": 1.5}}``: every
    single player needs a value; other groups without one count as their best division.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    if not path.exists():
        raise DataError([Fault(path.name, T("The file is missing."), T("Check the path."))])
    folder, name = Folder.holding(path)
    text = folder.text(name)
    reader = _Reader(name, folder.faults)
    game = None if text is None else reader.game(text)
    if reader.faults or game is None:
        raise DataError(reader.faults)
    return game


class _Reader:
    """Reads one file, and notes what is wrong."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file, self.faults = file, faults
        self.complete = False
        """Whether the players are all whom a group may name; where not, groups are told no more of
        than is sure whoever plays."""

    def wrong(self, place: str | None, value: Any, rule: Text, remedy: Text) -> None:
        said = None if value is None else on_line(value if isinstance(value, str) else str(value))
        self.faults.append(Fault(self.file, rule, remedy, column=place, value=said))

    def game(self, text: str) -> Game | None:
        """Return the game; None, with faults, where there is none."""
        data = self._parsed(text)
        if data is None:
            return None
        for key in data:
            if key not in KEYS:
                self.wrong(key, None, T("Unknown key."), Names(KEYS).remedy(key))
        for key in KEYS:
            if key not in data:
                rule = T("This key is missing.")
                self.wrong(key, None, rule, T("Add it; needed are {keys}.", keys=", ".join(KEYS)))
        kind, players = self._kind(data.get("kind")), self._players(data.get("players"))
        values = self._values(data.get("values"), players)
        if self.faults or kind is None or not players:
            return None
        try:
            return Game.of(players, kind, values)
        except ValueError:  # single players are there: then it is the digits
            rule = T("The values have too many digits: largest times players, in units of the"
                     " smallest decimal, is more than {most}.", most=f"{LARGEST:.0e}")  # fmt: skip
            self.wrong("values", None, rule, T("Round them to fewer decimals."))
            return None

    def _parsed(self, text: str) -> dict[str, Any] | None:
        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for key, value in pairs:
                if key in found:
                    rule = T("The key stands twice in one object.")
                    self.wrong(key, None, rule, T("Delete one of them."))
                found[key] = value
            return found

        row = None
        try:
            data = json.loads(
                text, object_pairs_hook=once, parse_float=_number, parse_int=_number,
                parse_constant=Decimal,
            )  # fmt: skip
        except RecursionError:
            rule = T("The values are nested far too deeply.")
        except ValueError as error:
            row = error.lineno if isinstance(error, json.JSONDecodeError) else None
            rule = T("This is no valid JSON.") if text.strip() else T("The file is empty.")
        else:
            if isinstance(data, dict):
                return data
            rule = T("A game is one JSON object.")
        remedy = T("Write {example}.", example=_EXAMPLE)
        self.faults.append(Fault(self.file, rule, remedy, row=row))
        return None

    def _kind(self, said: Any) -> Kind | None:
        if said is None:
            return None
        if isinstance(said, str) and said in KINDS:
            return KINDS[said]
        remedy = T("Known are {known}.", known=", ".join(KINDS))
        self.wrong("kind", said, T("There is no such kind of game."), remedy)
        return None

    def _players(self, said: Any) -> list[str]:
        """Return those who play, each once, as far as they are well named."""
        if said is None:
            return []
        if not isinstance(said, list) or not said:
            rule = T("The players are no list of names.")
            self.wrong("players", None, rule, T('Write for instance ["A", "B"].'))
            return []
        if len(said) > MOST_PLAYERS:
            rule = T("There are {count} players; a game may have {most}.",
                     count=len(said), most=MOST_PLAYERS)  # fmt: skip
            self.wrong("players", None, rule, T("Leave some out, or let some play as one."))
        found: dict[str, None] = {}
        self.complete = True
        for k, name in enumerate(said, 1):
            place, plain = f"players[{k}]", clean(name) if isinstance(name, str) else ""
            if plain in found:
                rule = T("Two players have the same name.")
                self.wrong(place, name, rule, T("Give one of them another name."))
            elif self._named(place, name, plain):
                found[plain] = None
            else:
                self.complete = False
        return list(found)

    def _named(self, place: str, name: Any, plain: str) -> bool:
        """Return whether a player is well named."""
        if not isinstance(name, str):
            self.wrong(place, name, T("A name is no text."), T("Put it into double quotes."))
        elif not plain:
            self.wrong(place, name, T("A name is empty."), T("Give the player a name."))
        elif "," in plain or not plain.isprintable() or len(plain) > MAX_TEXT_LENGTH:
            rule = T("A name holds a comma, a line break or more than {limit} characters.",
                     limit=MAX_TEXT_LENGTH)  # fmt: skip
            self.wrong(place, name, rule, T("Give the player another name."))
        else:
            return True
        return False

    def _values(self, said: Any, players: list[str]) -> dict[int, Fraction]:
        """Return the values of groups by bit mask, if the file has no fault."""
        if said is None:
            return {}
        if not isinstance(said, dict):
            rule = T("The values are no object of groups and numbers.")
            self.wrong("values", None, rule, T("Write {example}.", example=_EXAMPLE))
            return {}
        names, found = Names(players), dict[int, Fraction]()
        # With faulty players there is no game, and no mask: a set of names says which group it is.
        bits = {} if self.faults else {player: 1 << k for k, player in enumerate(players)}
        first: dict[int | frozenset[str], str] = {}
        for group, value in said.items():
            members = self._group(group, names)
            amount = self._amount(group, value)
            if members is None:
                continue
            which = sum(map(bits.__getitem__, members)) if bits else frozenset(members)
            if which in first:
                rule = T("The group stands there already, as {other}.", other=repr(first[which]))
                self.wrong(f"values.{group}", None, rule, T("Delete one of the two."))
            first.setdefault(which, group)
            if amount is not None and isinstance(which, int):
                found[which] = amount
        for player in players:
            if (bits[player] if bits else frozenset([player])) not in first:
                rule = T("A single player has no value.")
                self.wrong(f"values.{player}", None, rule, T("Say what it pays or gets alone."))
        return found

    def _group(self, said: str, names: Names) -> list[str] | None:
        """Return the players in `A,B`."""
        place = f"values.{said}"
        members: dict[str, None] = {}
        for part in said.split(","):
            name = part if part in names else clean(part)
            if self.complete and name not in names:
                rule = T("There is no player {name}.", name=repr(name))
                self.wrong(place, None, rule, names.remedy(name))
                return None
            if name in members:
                rule = T("The player {name} is in the group twice.", name=repr(name))
                self.wrong(place, None, rule, T("Delete one of them."))
                return None
            members[name] = None
        return list(members)

    def _amount(self, group: str, said: Any) -> Fraction | None:
        """Return a number as it was written."""
        place = f"values.{group}"
        if not isinstance(said, Decimal):
            rule = T("This is not a number.")
            remedy = T("Write it without quotes, with a decimal point.")
            self.wrong(place, json.dumps(said, default=str), rule, remedy)
        elif not said.is_finite() or said.copy_abs() > MAX_NUMBER:
            self.faults.append(too_large(self.file, place, str(said)))
        elif said and said.adjusted() < -15:  # before a fraction is made of it: that may be huge
            self.wrong(place, str(said), *TOO_SMALL)
        else:
            return Fraction(said) if said else Fraction(0)
        return None


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent beyond all that there is
        return Decimal("Infinity")


_EXAMPLE: Final = '{"kind": "cost", "players": ["A", "B"], "values": {"A": 2, "B": 2, "A,B": 3}}'
