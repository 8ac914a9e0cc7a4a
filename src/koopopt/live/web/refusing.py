"""Refusals in words: as JSON for programs, as a small page for people."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from koopopt.live.said import Said, said
from koopopt.text import LANGUAGES, T, Text

Scope = Mapping[str, Any]

API: Final = "/api/"
"""How the paths begin that programs ask."""


def as_json(value: Any) -> bytes:
    """Return a value as JSON on one line.

    Raises
    ------
    ValueError
        Where a number is not finite.
    """
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def path_of(scope: Scope) -> str:
    """Return the path below the place where the application is mounted."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    below = path.removeprefix(root) if root and path.startswith(root) else path
    return below or "/"


def values(scope: Scope, name: str) -> list[str]:
    """Return the values of a header, one for each time it stands there."""
    return [v.decode("latin-1") for k, v in scope["headers"] if k.lower() == name.encode()]


def told(scope: Scope, text: Text) -> tuple[str, bytes]:
    """Return the content type and the body that say why something is refused."""
    if path_of(scope).startswith(API):
        return "application/json", as_json({"problem": said(text)})
    lang = _language(values(scope, "accept-language"))
    words = html.escape(text.render(lang))
    page = (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>koopopt</title></head>\n<body><h1>koopopt</h1><p>{words}</p></body></html>\n"
    )
    return "text/html; charset=utf-8", page.encode()


def refused(problem: Said, status: int) -> tuple[int, str, bytes]:
    """Return a refusal to a program: status, content type, body."""
    return status, "application/json", as_json({"problem": problem})


def _language(asked: Sequence[str]) -> str:
    first = ",".join(asked).strip().lower()[:2]
    return first if first in LANGUAGES else "en"


STOPPED_BODY: Final = T("The request took too long to arrive.")
TOO_LARGE: Final = T("The request is too large.")
NOT_JSON: Final = T("Only JSON is taken here: Content-Type must be application/json.")
NOT_OURS: Final = T("This request comes from another page, which may not ask here.")
NO_HOST: Final = T("There is nothing under this address here: the room is on this machine only.")
NO_SESSION: Final = T(
    "This address opens nothing: open the one that `koopopt live` showed, token included. It holds"
    " once; start `koopopt live` again for a new one."
)
"""What the guard says."""
