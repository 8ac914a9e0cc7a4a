"""Plug-ins: what other packages add to koopopt, found by their entry points.

Criteria, rules, back ends, models and translations each have a `Door`. It is opened at the first
look and not before; what cannot be used is said once, as a warning, and nothing else breaks.
"""

from __future__ import annotations

import gettext
import re
import sys
import threading
import warnings
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    ValuesView,
)
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Generic, NoReturn, TypeVar

from koopopt.errors import KoopoptError, PluginError, PluginWarning
from koopopt.language.inert import on_line
from koopopt.packages import LOCALE, Entry, entries
from koopopt.text import LANGUAGES, T, Text, provide

V = TypeVar("V")

KINDS: Final = {
    "criterion": T("criterion"),
    "rule": T("rule"),
    "solver": T("back end"),
    "service": T("service model"),
    "legal_forms": T("set of legal forms"),
    "locale": T("translations"),
}
"""What a plug-in may be, in words."""


class Refused(Exception):  # noqa: N818 - a verdict, told as the reason
    """A plug-in is not what it should be."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Offer(Generic[V]):
    """Something that a package offers, not yet loaded.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    name : str
    entry : Entry
    make : callable
        Loads it; raises `Refused`, or anything else, where it cannot be used.
    """

    kind: str
    name: str
    entry: Entry
    make: Callable[[], V]


@dataclass(frozen=True, slots=True)
class Plugin(Generic[V]):
    """What came of an offer: the thing, or the reason why it is not used."""

    kind: str
    name: str
    package: str
    version: str
    thing: V | None = None
    reason: Text | None = None

    @property
    def told(self) -> Text:
        """The sentence that says why it is not used."""
        return T(
            "The plug-in {name} ({kind}) of {package} {version} is not used: {reason}",
            name=on_line(repr(self.name)), kind=KINDS[self.kind], package=on_line(self.package),
            version=on_line(self.version), reason=self.reason,
        )  # fmt: skip


class Door(Generic[V]):
    """The plug-ins of one entry point.

    Parameters
    ----------
    offers : callable
        Returns what there is, in a fixed order.
    own : callable
        Returns the names that koopopt has itself; no plug-in may take one.
    claims : callable, optional
        Returns the further names that a thing takes.
    """

    def __init__(
        self,
        offers: Callable[[], Iterable[Offer[V]]],
        own: Callable[[], Iterable[str]],
        claims: Callable[[V], Iterable[str]] = lambda _: (),
    ) -> None:
        self._offers = offers
        self._own = own
        self._claims = claims
        self._lock = threading.RLock()
        self._opening = False
        self._plugins: tuple[Plugin[V], ...] | None = None
        self._packages: dict[str, Mapping[str, str]] | None = None

    @property
    def plugins(self) -> tuple[Plugin[V], ...]:
        """All that were found, the refused ones among them."""
        with self._lock:
            if self._plugins is None:
                if self._opening:
                    return ()
                self._opening = True
                try:
                    self._plugins = self._found()
                finally:
                    self._opening = False
                for plugin in self._plugins:
                    if plugin.reason is not None:
                        warnings.warn(PluginWarning(plugin.told), stacklevel=2)
            return self._plugins

    @property
    def opened(self) -> bool:
        """Whether all were loaded."""
        return self._plugins is not None

    @property
    def things(self) -> dict[str, V]:
        """What can be used, by name."""
        return {p.name: p.thing for p in self.plugins if p.thing is not None}

    def package(self, name: str) -> Mapping[str, str]:
        """Return package and version of the plug-in of this name; nothing where it is none."""
        if self._packages is None:
            used = [p for p in self.plugins if p.thing is not None]
            self._packages = {plain(p.name): {p.package: p.version} for p in used}
        return self._packages.get(plain(name), {})

    def _found(self) -> tuple[Plugin[V], ...]:
        loaded = [_loaded(offer) for offer in self._offers()]
        claims = [self._claimed(plugin) for plugin in loaded]
        own = set(map(plain, self._own()))
        owners: dict[str, list[str]] = {}
        for plugin, names in zip(loaded, claims, strict=True):
            for name in names:
                owners.setdefault(name, []).append(plugin.package)
        for k, names in enumerate(claims):
            if taken := sorted(names & own):
                reason = T("koopopt itself has {name}.", name=repr(taken[0]))
                loaded[k] = replace(loaded[k], thing=None, reason=reason)
            elif contested := sorted(name for name in names if len(owners[name]) > 1):
                reason = _contested(contested[0], owners[contested[0]])
                loaded[k] = replace(loaded[k], thing=None, reason=reason)
        return tuple(loaded)

    def _claimed(self, plugin: Plugin[V]) -> set[str]:
        more = () if plugin.thing is None else self._claims(plugin.thing)
        return {plain(plugin.name), *map(plain, more)}


def _contested(name: str, owners: Iterable[str]) -> Text:
    """Return why nobody gets a name that several things take."""
    packages = sorted(set(owners))
    if len(packages) == 1:
        return T("Its package offers {name} twice, so neither is used.", name=repr(name))
    return T(
        "{name} is offered twice ({packages}), so neither is used: uninstall one.",
        name=repr(name), packages=", ".join(packages),
    )  # fmt: skip


def _loaded(offer: Offer[V]) -> Plugin[V]:
    about = offer.kind, offer.name, offer.entry.package, offer.entry.version
    try:
        if not _NAME.fullmatch(offer.name):
            raise Refused(
                T(
                    "A name begins with a letter from A to Z and has only such letters, digits, '-'"
                    " and '_'."
                )
            )
        with redirect_stdout(sys.stderr):  # what is printed there is none of koopopt's results
            return Plugin(*about, thing=offer.make())
    except Refused as refused:
        return Plugin(*about, reason=refused.reason)
    except (Exception, SystemExit) as error:  # a module may do anything when it is imported
        return Plugin(*about, reason=T("It cannot be loaded: {reason}.", reason=_said(error)))


_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def plain(name: str) -> str:
    """Return a name without what does not tell names apart: capitals, - and _."""
    return name.casefold().replace("_", "-")


def _said(error: BaseException) -> str:
    said = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0]
    return on_line(said).rstrip(".")


def imported(
    group: str, kind: str, check: Callable[[Entry, Any], V]
) -> Callable[[], list[Offer[V]]]:
    """Return what lists the offers of a group: each is imported, then checked."""

    def offer(entry: Entry) -> Offer[V]:
        return Offer(kind, entry.name, entry, lambda: check(entry, entry.load()))

    return lambda: [offer(entry) for entry in entries(group)]


def wrong_type(thing: object, wanted: str) -> NoReturn:
    """Refuse a thing that is none of what is wanted."""
    shown = thing.__name__ if isinstance(thing, type) else type(thing).__name__
    raise Refused(T("It is {thing}, not {wanted}.", thing=repr(shown), wanted=wanted))


def same_name(entry: Entry, says: object) -> None:
    """Refuse a thing that calls itself something else than its entry point does."""
    if says != entry.name:
        raise Refused(T("It calls itself {other}; both names must be the same.", other=repr(says)))


@contextmanager
def blamed(name: str, package: Mapping[str, str]) -> Iterator[None]:
    """Say of an error in the code of a plug-in whose it is; without a package, pass it on.

    Raises
    ------
    PluginError
    """
    try:
        yield
    except KoopoptError:
        raise
    except (Exception, SystemExit) as error:
        if not package:
            raise
        raise failed(name, package, Text("{said}.", {"said": _said(error)})) from error


def failed(name: str, package: Mapping[str, str], reason: Text) -> PluginError:
    """Return the error that a plug-in does wrong."""
    return PluginError(
        T("The plug-in {name} of {package} fails: {reason} Please tell its authors.",
          name=repr(name), package=versions(package), reason=reason)
    )  # fmt: skip


def sentence(thing: object) -> Text:
    """Return a sentence of a plug-in if it can be shown.

    Raises
    ------
    TypeError, ValueError
    """
    if not isinstance(thing, Text):
        raise TypeError(f"{thing!r} is no sentence: koopopt.text.T(...)")
    try:
        thing.render()
    except Exception as error:
        raise ValueError(f"{thing.template!r} cannot be filled in: {error!r}") from error
    return thing


def versions(packages: Mapping[str, str]) -> Text | str:
    """Return packages with their versions, for a sentence."""
    shown = ", ".join(f"{package} {version}" for package, version in sorted(packages.items()))
    return on_line(shown) if shown else T("none")


class Registry(Mapping[str, V]):
    """Koopopt's own things by name, and behind them those of a door, opened at the first look.

    Attributes
    ----------
    known : dict
        All of them.
    """

    def __init__(self, own: Mapping[str, V], door: Door[V]) -> None:
        self._own, self.door = dict(own), door
        self._known: dict[str, V] | None = None

    @property
    def known(self) -> dict[str, V]:
        """All of them, in a fixed order."""
        if self._known is not None:
            return self._known
        known = {**self._own, **self.door.things}
        if self.door.opened:  # else a plug-in asks while it is being imported
            self._known = known
        return known

    def __getitem__(self, name: str) -> V:
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    # The views of a dict: those of `Mapping` are slow.

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self.known.keys()

    def values(self) -> ValuesView[V]:
        """Return the things."""
        return self.known.values()

    def items(self) -> ItemsView[str, V]:
        """Return names and things."""
        return self.known.items()


Catalogues = Mapping[str, gettext.NullTranslations]


def _catalogues(entry: Entry) -> Catalogues:
    """Return the catalogues of an entry by language; English is what sentences are written in."""
    found = {}
    for lang in LANGUAGES:
        try:
            found[lang] = entry.catalogue(lang)
        except FileNotFoundError:
            continue
    if not found:
        raise Refused(T("It has no catalogue LANG/LC_MESSAGES/{name}.mo.", name=entry.name))
    return found


def _locales() -> list[Offer[Catalogues]]:
    def offer(entry: Entry) -> Offer[Catalogues]:
        return Offer("locale", entry.name, entry, lambda: _catalogues(entry))

    return [offer(entry) for entry in entries(LOCALE)]


LOCALES: Final = Door(_locales, lambda: ("koopopt",))
"""Catalogues of translations, by language."""


@cache
def _in_language(lang: str) -> list[gettext.NullTranslations]:
    return [found[lang] for found in LOCALES.things.values() if lang in found]


provide(_in_language)
