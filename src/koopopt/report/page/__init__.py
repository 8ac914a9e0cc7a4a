"""The decision room: one HTML file in which the whole front can be walked through, offline.

`data` gathers what is to be shown, `html` puts it into the page: `template.html` is its skeleton,
`style.css` its looks, the scripts of the folder `script` its behaviour, in the order of their
names. Charts are Vega-Lite's, inlined once.

Names from data are inert in two ways: they reach the page as data only, which the script shows as
text; and a content security policy runs no script but the two whose digests it names, and loads
nothing from anywhere.
"""

from __future__ import annotations

from pathlib import Path

from koopopt.report.values.decision import Decision


def write(decision: Decision, path: Path, lang: str = "en") -> None:
    """Write the report, beginning in `lang`; the file is whole or not there.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    from koopopt.report.page.html import html
    from koopopt.storage import files

    files.replace(path, html(decision, lang))
