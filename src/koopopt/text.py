"""Messages that know no language until they are shown.

Every sentence a person may read is a `Text`: an English template (which is also the key of the
translation catalogue) and the values that fill it. The layers below the command line return
`Text`; only the outermost layer renders it in German or English, so no language is ever stored
in a global.
"""

from __future__ import annotations

import decimal
import gettext
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "de")

MAX_BITS: Final = 1100
"""Longer whole numbers, beyond all floats, are shown without separators."""
_LOCALE = Path(__file__).with_name("locale")
_EXACT: Final = decimal.Context(prec=800)
"""As many digits as a float can have; Babel refuses to write what needs more than the context's."""


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    own = gettext.translation("koopopt", _LOCALE, languages=[lang], fallback=True)
    if lang != "en":  # templates are English
        own.add_fallback(_Others(lang))
    return own


class _Others(gettext.NullTranslations):
    """What koopopt has no words for: plug-ins may, whose catalogues are asked when first needed."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self._lang = lang

    def gettext(self, message: str) -> str:
        """Return what the first catalogue says that knows the message."""
        catalogues = (catalogue for source in _sources for catalogue in source(self._lang))
        said = (catalogue.gettext(message) for catalogue in catalogues)
        # Where a translation has other fields than the sentence, it could not be filled in.
        return next((t for t in said if t != message and _fits(t, message)), message)


def _fits(translation: str, message: str) -> bool:
    try:
        return _fields(translation) <= _fields(message)
    except ValueError:  # braces that do not match
        return False


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


_sources: Final[list[Callable[[str], Iterable[gettext.NullTranslations]]]] = []


def provide(catalogues: Callable[[str], Iterable[gettext.NullTranslations]]) -> None:
    """Say who knows further catalogues of a language: it stands above and is asked late.

    `koopopt.plugins` does, when it is imported; before that no sentence is of a plug-in.
    """
    _sources.append(catalogues)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence: an English template with named fields, and their values.

    Values that are `Text` are rendered in the same language, titles (mappings by language) give
    theirs; floats and integers get the language's separators; everything else is shown as it
    is. Braces in values are inert.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def render(self, lang: str = "en") -> str:
        """Return the sentence in `lang` (English where the catalogue has no entry)."""
        return self.pattern(lang).format_map({k: _shown(v, lang) for k, v in self.values.items()})

    def __reduce__(self) -> tuple[type[Text], tuple[str, dict[str, object]]]:
        """Make it fit for other processes: a read-only mapping cannot be pickled."""
        return Text, (self.template, dict(self.values))

    def pattern(self, lang: str) -> str:
        """Return the template in `lang`, its fields not yet filled."""
        # Catalogues keep their own header under the empty text.
        return _catalogue(lang).gettext(self.template) if self.template else ""

    def __str__(self) -> str:
        return self.render()


def T(template: str, /, **values: object) -> Text:  # noqa: N802 - the marker catalogue tools look for
    """Mark `template` for translation and bind its values."""
    return Text(template, MappingProxyType(values))


def with_unit(title: Text, unit: Text | str) -> Text:
    """Return a title with its unit: "cost (EUR a year)"."""
    return T("{title} ({unit})", title=title, unit=unit)


def listed(parts: Iterable[Text | str | Mapping[str, str]], most: int | None = None) -> Text:
    """Return parts with commas between them; what is more than `most` is only counted."""
    parts = tuple(parts)
    shown = parts[:most]
    named = {f"part{k}": part for k, part in enumerate(shown)}
    text = Text(", ".join(f"{{{key}}}" for key in named), named)
    if len(parts) == len(shown):
        return text
    return T("{names} and {count} more", names=text, count=len(parts) - len(shown))


def in_language(title: Mapping[str, str], lang: str) -> str:
    """Return a title in `lang`, else in English, else in any language there is."""
    return title.get(lang) or title.get("en") or next(iter(title.values()), "")


def by_language(text: Text) -> str | dict[str, str]:
    """Return a sentence as files say it: by language, or once where it is the same in all."""
    found = {lang: text.render(lang) for lang in LANGUAGES}
    return found if len(set(found.values())) > 1 else text.render("en")


def number(value: float, lang: str = "en", digits: int | None = None, *, sign: bool = False) -> str:
    """Format a number as `lang` writes it, e.g. 1,234.5 or 1.234,5.

    `digits` fixes the number of decimals; without it integers get none and other numbers as
    many as they need, at most six. `sign` shows that of a plus as well, that of 0 never.
    """
    if not isinstance(value, int):  # floating point has not room for every whole number
        if not math.isfinite(value):
            return "–" if math.isnan(value) else str(value)
        value = round(float(value), 6 if digits is None else digits) + 0.0  # never "-0"
    elif value.bit_length() > MAX_BITS:
        return str(value)
    with decimal.localcontext(_EXACT):
        # Babel takes the shortest text of a float for its value; of a decimal, the value.
        shown = _number_format(lang, digits)(decimal.Decimal(value))
    return f"+{shown}" if sign and value > 0 else shown


@cache
def _number_format(lang: str, digits: int | None) -> Callable[[decimal.Decimal], str]:
    """Return the function that writes numbers so; languages without sentences are English.

    Not `babel.numbers.format_decimal`, which looks up the locale and the pattern of each number
    anew and takes twice as long. Babel is imported with the first number: commands that show none
    start without it.
    """
    from babel import Locale
    from babel.numbers import parse_pattern

    locale = Locale.parse(lang if lang in LANGUAGES else "en")
    whole = str(locale.decimal_formats[None].pattern).partition(".")[0]
    decimals = "#" * 6 if digits is None else "0" * digits
    return partial(parse_pattern(f"{whole}.{decimals}").apply, locale=locale)


def _shown(value: object, lang: str) -> str:
    if isinstance(value, Text):
        return value.render(lang)
    if isinstance(value, Mapping):
        return in_language(value, lang)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return number(value, lang)
