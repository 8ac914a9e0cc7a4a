"""The service file that a calibration makes: it reads back, and says where it comes from."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import koopopt
import tiny
from calibrating.county import IDS, accounts, county, rich
from koopopt import calibrate
from koopopt.calibrating.file import check_name, model_of, service_text, table
from koopopt.errors import UsageError
from koopopt.writing.instance import write


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("count", [3, 9])
def test_it_reads_back_as_the_model(count: int, lang: str, tmp_path: Path) -> None:
    instance = county()
    found = calibrate(instance, "water", accounts(count=count))
    write(instance, tmp_path / "county")
    text = service_text(found, instance, lang)
    (tmp_path / "county" / "water.toml").write_text(text, encoding="utf-8")
    again = koopopt.read(tmp_path / "county").services[0]
    assert again == model_of(found, lang)
    assert again.cost.source
    assert again.cost.elasticity_range == model_of(found, lang).cost.elasticity_range
    assert (again.cost.elasticity_range is not None) is (count == 9)
    assert tomllib.loads(text)["cost"]["confidence"] == ("medium" if count == 9 else "assumption")


def test_names_of_others_are_text_in_it() -> None:
    instance = tiny.instance([*tiny.HOSTILE[:8], 'x"\n[cost]\nscale = 1'], IDS)
    found = calibrate(instance, "water", accounts(), without=[IDS[0], IDS[8]])
    data = tomllib.loads(service_text(found, instance, "en"))
    assert data["cost"]["scale"] == found.service.cost.scale
    assert 'x" [cost] scale = 1' in data["cost"]["source"]


def test_a_file_is_named_after_its_service(tmp_path: Path) -> None:
    check_name(tmp_path / "water.toml", "water")
    with pytest.raises(UsageError, match=r"write '.*water\.toml'"):
        check_name(tmp_path / "wasser.toml", "water")
    (tmp_path / "water.toml").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        check_name(tmp_path / "water.toml", "water")


def test_as_json_it_has_every_figure() -> None:
    found = calibrate(county(), "water", rich(Celle=3), without=["Gau"])
    made = json.loads(json.dumps(table(found, "de"), allow_nan=False))
    assert made["service"] == "water"
    assert made["fit"]["elasticity"] == made["cost"]["elasticity"] == found.service.cost.elasticity
    assert made["fit"]["elasticity_interval"] == list(found.fit.elasticity_interval)
    assert made["without_outliers"]["accounts"] == 7
    assert [a["name"] for a in made["accounts"] if a["outlier"]] == ["Celle"]
    assert [a["municipality"] for a in made["left_out"]] == [IDS[6]]
    assert made["alone"] == {"before": found.alone[0], "now": found.alone[1]}
    assert "Rechnungen" in made["cost"]["source"]
    few = table(calibrate(county(), "water", accounts(count=1)), "en")
    assert few["fit"] is None
    assert few["level"]["interval"] is None
    assert few["level_only"].startswith("An elasticity needs")
