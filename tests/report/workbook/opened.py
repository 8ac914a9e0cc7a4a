"""Workbooks that are written and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from koopopt.report import workbook
from koopopt.report.values.decision import Decision


def written(what: Decision, folder: Path, lang: str = "en") -> Any:
    workbook.write(what, folder / "plan.xlsx", lang)
    return openpyxl.load_workbook(folder / "plan.xlsx")


def table(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]
