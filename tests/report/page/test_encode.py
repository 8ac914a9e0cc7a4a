"""Sentences as the page's script gets them: the same words in both languages, and never markup."""

from __future__ import annotations

import json
import math
import string
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from browser.scenes import hostile_front
from koopopt.problem import Problem
from koopopt.report.page import data
from koopopt.report.page.encode import Encoder, in_script
from koopopt.report.values.decision import Decision
from koopopt.text import LANGUAGES, T, Text
from report.decided import DAY, random_front
from report.page.reading import Reader


def sent(value: Any) -> Any:
    """Return what arrives at the script."""
    return json.loads(in_script(value))


def read(encode: Encoder, encoded: Any, lang: str) -> str:
    return Reader(sent(encode.templates), sent(encode.parts), lang)(sent(encoded))


# -- any sentence ----------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FIELDS = [f"f{k}" for k in range(3)]
LITERALS = WORDS.map(lambda s: s.replace("{", "{{").replace("}", "}}"))
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12)
TITLES = st.dictionaries(st.sampled_from(["de", "en", "fr", "__proto__"]), WORDS, max_size=3)


@st.composite
def texts(draw: st.DrawFn, depth: int = 2) -> Text:
    fields = draw(st.lists(st.sampled_from(FIELDS), unique=True))
    inner = WORDS | NUMBERS | TITLES
    values = {f: draw(inner | texts(depth - 1) if depth else inner) for f in fields}
    parts = ["x", *(f"{draw(LITERALS)}{{{f}}}" for f in fields), draw(LITERALS)]
    return Text("".join(parts), values)


@settings(max_examples=150, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=4))
def test_every_sentence_arrives_as_it_was_meant(sentences: list[Text]) -> None:
    encode = Encoder()
    encoded = encode(sentences)
    for lang in LANGUAGES:
        for text, code in zip(sentences, encoded, strict=True):
            assert read(encode, code, lang) == text.render(lang)


def test_nothing_stands_twice() -> None:
    encode = Encoder()
    title = {"de": "Wasser", "en": "Water"}
    first = encode([T("{s}: everyone alone.", s=title), T("{s}: everyone alone.", s=title)])
    assert first == [[-1, 1], [-1, 1]]
    assert encode.parts == [title, [0, {"s": [-1, 0]}]]
    again = encode(T("{s}, {t} and {u}", s=title, t=T("x"), u=T("x")))
    assert again == [-1, 2]
    assert encode.parts[2] == [1, {"s": [-1, 0], "t": [2], "u": [2]}]
    assert [pair[0] for pair in encode.templates] == [
        "{s}: everyone alone.",
        "{s}, {t} and {u}",
        "x",
    ]
    assert encode(T("x")) == [2]  # without fields


def test_a_template_is_there_in_both_languages() -> None:
    encode = Encoder()
    encode(T("Proven: no plan keeps all rules."))
    ((english, german),) = encode.templates
    assert english == "Proven: no plan keeps all rules."
    assert german == T("Proven: no plan keeps all rules.").render("de") != english


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_null(value: float) -> None:
    encode = Encoder()
    assert encode({"a": [value, 1.5], "b": value}) == {"a": [None, 1.5], "b": None}
    text = encode(T("{v} EUR", v=T("+{v}", v=value)))
    assert sent(text) == [-1, 1]
    assert encode.parts == [[1, {"v": None}], [0, {"v": [-1, 0]}]]
    assert read(encode, text, "en") == "+– EUR"
    with pytest.raises(ValueError, match="not JSON compliant"):
        in_script(value)  # what has not passed the encoder is not written


def test_numbers_keep_their_value_and_lose_their_tail() -> None:
    encode = Encoder()
    assert json.dumps(encode([2.0, -0.0, 2.5, 1e22, 3, True])) == "[2, 0, 2.5, 1e+22, 3, true]"


def test_titles_outside_of_sentences_stay_titles() -> None:
    encode = Encoder()
    assert encode({"title": {"de": "Wasser"}, 7: ("a", None)}) == {
        "title": {"de": "Wasser"},
        "7": ["a", None],
    }
    assert not encode.parts


# -- everything a report says ----------------------------------------------------------------------


def pairs(value: Any, encoded: Any) -> Iterator[tuple[Text, Any]]:
    """Yield every sentence of a report with its code."""
    if isinstance(value, Text):
        yield value, encoded
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from pairs(part, encoded[str(key)])
    elif isinstance(value, (list, tuple)):
        for part, code in zip(value, encoded, strict=True):
            yield from pairs(part, code)


CASES = {
    "run": lambda: tiny.result(Problem.of(tiny.instance(tiny.HOSTILE))),
    "random": lambda: random_front(11),
    "hostile": hostile_front,
}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_of_a_report(name: str) -> None:
    content = data.of(Decision.of(CASES[name](), DAY), "de")
    del content["words"]  # some have fields that the script fills
    encode = Encoder()
    encoded = sent(encode(content))
    templates, parts = sent(encode.templates), sent(encode.parts)
    found = list(pairs(content, encoded))
    assert len(found) > 90
    for lang in LANGUAGES:
        reader = Reader(templates, parts, lang)
        for text, code in found:
            assert reader(code) == text.render(lang)


# -- within a script element -----------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters() | st.sampled_from("<>&!-/")),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_value_is_plain_letters_and_comes_back(value: Any) -> None:
    text = in_script(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert text.isascii()
    assert not set(text) - set(string.printable)
    assert json.loads(text) == value


class Scripts(HTMLParser):
    """The contents of script elements, and all other tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.others: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "script":
            self.found.append("")
        else:
            self.others.append(tag)

    def handle_data(self, text: str) -> None:
        self.found[-1] += text


@pytest.mark.parametrize(
    "evil",
    ["</script><img src=x>", "<!--<script>", "-->", "]]>", "</SCRIPT >", "&lt;/script&gt;",
     "<\\/script>", "\u2028"],
)  # fmt: skip
def test_nothing_ends_the_element(evil: str) -> None:
    page = Scripts(f"<script>{in_script({evil: [evil]})}</script><p></p>")
    assert page.others == ["p"]
    (inside,) = page.found
    assert json.loads(inside) == {evil: [evil]}
