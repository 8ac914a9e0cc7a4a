"""Files that are no .xlsx workbook, whatever they are called: one sentence each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from koopopt.reading.instance import check, read
from reading.books import book, saved

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**parts: str) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return result.getvalue()


TYPES = {"[Content_Types].xml": ""}
ODS = archive(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_dot_xml="")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "of the old kind (.xls)"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (ODS, "OpenDocument"),
        (archive(**TYPES, xl__workbook_dot_bin=""), "binary workbook (.xlsb)"),
        (archive(**TYPES, word__document_dot_xml=""), "no workbook"),
        (archive(Index__Document_dot_iwa=""), "Numbers"),
        (archive(a="b"), "ZIP archive"),
        (archive(**TYPES), "no readable .xlsx workbook"),
        (b"id;name\r\n1;Aue\r\n", "text file, perhaps CSV"),
        ("id;süd".encode("cp1252"), "text file, perhaps CSV"),
        (b"\xef\xbb\xbf<html><table>", "web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "XML spreadsheet of 2003"),
        (b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
         "OpenDocument"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 oops", "no readable .xlsx workbook"),
        (b"\x00\x01\x02", "no readable .xlsx workbook"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_no_workbook(content: bytes, said: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    (line,) = [fault.render() for fault in check(tmp_path / name)]
    assert said in line
    assert "Save it" in line


@pytest.mark.parametrize("name", ["a.xlsm", "a.XLSX", "a.xls"])
def test_the_name_does_not_matter(name: str, tmp_path: Path) -> None:
    """An .xlsx file that somebody has renamed is one all the same."""
    assert len(read(saved(book(), tmp_path).rename(tmp_path / name)).municipalities) == 4


def test_a_bomb(tmp_path: Path) -> None:
    path = saved(book(), tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/media/a.bin", bytes(100 * 2**20))
    (line,) = [fault.render() for fault in check(path)]
    assert "larger than" in line


def test_a_part_cut_off(tmp_path: Path) -> None:
    path = saved(book(), tmp_path)
    content = path.read_bytes()
    for length in (len(content) // 2, len(content) - 10):
        path.write_bytes(content[:length])
        (line,) = [fault.render() for fault in check(path)]
        assert "no readable .xlsx workbook" in line
