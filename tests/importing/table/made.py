"""Tables as people keep them, to import: text by file name, and a workbook that somebody typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import openpyxl

from koopopt.importing.table.making import Imported, Wanted, import_table
from koopopt.importing.table.mapping import Chosen

COUNTY: Final = """\
Gemeindeübersicht 2024;;;;;;;
;;;;;;;
AGS;Gemeinde;Kreis;Einwohner am 31.12.2024;Fläche (km²);Breitengrad;Längengrad;Bemerkung
1;2;3;4;5;6;7;8
6636003;Eschwege;Werra-Meißner-Kreis;18.743;63,26;51,1866;10,0532;Kreisstadt
6636010;Meißner;Werra-Meißner-Kreis;3.054;43,28;51,2166;9,9166;
6636014;Wanfried;Werra-Meißner-Kreis;4.021;47,89;51,1896;10,1733;Grenze
;;;;;;;
;Insgesamt;;25.818;154,43;;;
Quelle: Statistisches Landesamt;;;;;;;
"""
"""A county with everything that a reader of tables stumbles over."""

COMMUNES: Final = """\
code,name,population,area_km2,lat,lon,point_source,epci
01001,Ahun,1432,33.98,46.086448,2.044867,town_hall,Sud
01002,Ajain,1138,33.0,46.206629,1.994763,town_hall,Nord
01003,Alleyrat,143,9.64,45.989672,2.153152,town_hall,Sud
01004,Anzême,549,28.9,46.2583,1.8667,town_hall,
"""
BORDERS: Final = """\
code_a,code_b,border_km,distance_km
01001,01003,6.084,4.33
01003,01001,6.084,4.33
01002,01004,0.718,7.7
"""


def wanted(path: Path, *, neighbours: Path | None = None, points: Path | None = None,
           lang: str = "en", **chosen: Any) -> Wanted:  # fmt: skip
    """Return what is to be made of a table; `chosen` are keys of a mapping file."""
    return Wanted(
        path=path, name="mine", title="Mine", services=("water", "housing"), legal_forms="simple",
        chosen=Chosen(**chosen), neighbours=neighbours, points=points, lang=lang,
    )  # fmt: skip


def imported(path: Path, **given: Any) -> Imported:
    """Return what is made of a table without asking."""
    return import_table(wanted(path, **given))


def towns(made: Imported) -> list[dict[str, Any]]:
    """Return the rows of municipalities.csv."""
    header, rows = made.contents.tables["municipalities"]
    return [dict(zip(header, row, strict=True)) for row in rows]


def told(found: Any) -> str:
    """Return notes or faults as one text."""
    return "\n".join(fault.render() for fault in found)


def saved(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text to a file."""
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path) -> Path:
    """Write a workbook with titles, a header of two rows, merged cells, hectares, a plane."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Gemeinden"
    sheet.append(["Kreisübersicht"])
    sheet.append([])
    sheet.append(["AGS", "Gemeinde", "Landkreis", "Bevölkerung", None, "Fläche (ha)", "Rechtswert",
                  "Hochwert", "Zweckverband"])  # fmt: skip
    sheet.append([None, None, None, "2024", "2040"])
    sheet.merge_cells("D3:E3")
    for column in "ABCFGHI":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.append([6634001, "Borken", "Schwalm-Eder", 12345, 11000, 8234.5, "524.123,45",
                  "5.655.432,1", "Nord"])  # fmt: skip
    sheet.append([6634002, "Edermünde", None, 7512, 7000, 2577, 527000.5, 5672000.25, "Nord"])
    sheet.append([6634004, "Frielendorf", None, 7301, 6900, 8586, 517000, 5647000, "Süd"])
    sheet.merge_cells("C5:C7")
    sheet.append([None, "Summe", None, 27158, 24900, 19397.5])
    book.create_sheet("Legende").append(["Abkürzung", "Bedeutung"])
    book.save(path)
    return path
