"""The page's file: skeleton, looks, script, chart library and data in one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import koopopt
from koopopt.language.inert import on_line
from koopopt.report import words
from koopopt.report.colours import ALONE_COLOUR, SHARE_COLOUR, TONES
from koopopt.report.maps.still import still
from koopopt.report.page import data
from koopopt.report.page.encode import Encoder, in_script
from koopopt.report.pictures import charts
from koopopt.report.values.decision import Decision
from koopopt.report.words.labels import WORDS
from koopopt.text import LANGUAGES, T, Text, in_language

CHART_FUNCTION = "window.vegaEmbed = vegaEmbed;"
"""What the page takes from the chart library: one function."""


def html(decision: Decision, lang: str = "en") -> str:
    """Return the page, beginning in `lang`."""
    encode = Encoder()
    whole = data.of(decision, lang)
    content = encode(whole)
    content["charts"] = {
        "tradeoffs": charts.tradeoffs(("x", "y", "c"), steps=True),
        "territory": charts.territory(),
        "pairs": charts.pairs("share"),
        "bars": charts.bars(),
    }
    content["tones"] = {
        "alone": ALONE_COLOUR,
        "shades": list(TONES),
        "share": SHARE_COLOUR,
    }
    content["templates"], content["parts"] = encode.templates, encode.parts
    library, script = _library(), _script()
    instance = decision.problem.instance
    title = on_line(in_language(instance.title, lang) or instance.name)

    def say(key: str) -> Markup:
        """Return a word of the page, which the script exchanges when the language changes."""
        return Markup('<span data-say="{}">{}</span>').format(key, word(key))

    def word(key: str) -> str:
        return WORDS[key].render(lang)

    rooms = Environment(
        loader=PackageLoader("koopopt.report.page", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return rooms.get_template("template.html").render(
        lang=lang,
        title=title,
        say=say,
        word=word,
        several=len(decision.plans) > 1,
        asked=[(one.topic, one.title.render(lang), bool(one.bars)) for one in decision.asked],
        programme=decision.programme is not None,
        still=[(one, WORDS["no_script"].render(one)) for one in sorted(LANGUAGES, key=lang.__ne__)],
        **_first_words(decision, whole, lang),
        policy=_policy(library, script),
        # Ours or the library's own; data does not enter them, or only as `in_script` writes it.
        style=Markup(_text("style.css")),
        library=Markup(library),
        script=Markup(script),
        data=Markup(in_script(content)),
    )


def _first_words(decision: Decision, whole: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return what the page says of the chosen plan before its script does, from the same data."""

    def said(text: Text) -> str:
        return isolated(text).render(lang)

    plan = whole["plans"][decision.chosen]
    made = Text(WORDS["made"].template, {"date": whole["made"], "version": koopopt.__version__})
    number = T("Plan {number}", number=decision.chosen + 1).render(lang)
    service = min((whole["bodies"][k]["service"] for k, _ in plan["bodies"]), default=0)
    title = whole["services"][service]
    count = sum(whole["bodies"][k]["service"] == service for k, _ in plan["bodies"])
    label = isolated(
        Text(
            WORDS["map_label"].template,
            {"service": title, "plan": number if decision.several else WORDS["the_plan"],
             "count": count},
        )
    )  # fmt: skip
    return {
        "made": made.render(lang),
        "plan": f" – {number}" if decision.several else "",
        "lead": [said(sentence) for sentence in plan["lead"]],
        "drives": [said(sentence) for sentence in plan["words"]["drives"]],
        "shown_service": in_language(title, lang),
        "picture": still(whole, plan, service, label.render(lang)),
        "proven": decision.proven,
        "tiles": [(said(title), said(figure)) for title, figure in plan["tiles"]],
        "verdict": [said(sentence) for sentence in decision.verdict],
        "answers": [
            (said(question), [said(sentence) for sentence in plan["words"][key]])
            for key, question in words.QUESTIONS.items()
        ],
    }


def isolated(text: Text) -> Text:
    """Return a sentence whose names cannot turn it around, however they are written."""

    def inert(value: object) -> object:
        if isinstance(value, Text):
            return isolated(value)
        if isinstance(value, Mapping):
            return {key: on_line(str(title)) for key, title in value.items()}
        return f"\u2068{on_line(value)}\u2069" if isinstance(value, str) else value

    return Text(text.template, {key: inert(value) for key, value in text.values.items()})


@cache
def _library() -> str:
    """Return the chart library; bundling it takes a second."""
    return str(vl_convert.javascript_bundle(CHART_FUNCTION))


def _policy(*scripts: str) -> str:
    """Return the policy under which only these scripts run, and nothing is loaded.

    Vega compiles its expressions, hence ``unsafe-eval``; no expression is made from data.
    """
    sums = (hashlib.sha256(s.encode()).digest() for s in scripts)
    known = " ".join(f"'sha256-{base64.b64encode(s).decode()}'" for s in sums)
    return (
        f"default-src 'none'; script-src {known} 'unsafe-eval'; style-src 'unsafe-inline';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _script() -> str:
    """Return the page's script: all its files, in one scope of their own."""
    folder = files("koopopt.report.page") / "script"
    parts = sorted((f for f in folder.iterdir() if f.name.endswith(".js")), key=lambda f: f.name)
    body = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return f'(() => {{\n"use strict";\n{body}\n}})();'


def _text(name: str) -> str:
    return (files("koopopt.report.page") / name).read_text(encoding="utf-8")
