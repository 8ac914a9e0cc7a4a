"""The service file that a calibration makes, and the same as JSON has it."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from koopopt.calibrating.accounts import Account
from koopopt.calibrating.calibrate import Calibration
from koopopt.calibrating.fit import CONFIDENCE_LEVEL, Fit, Influence
from koopopt.calibrating.words import remarks, source, verdict
from koopopt.case.instance import Instance
from koopopt.case.library import ServiceModel
from koopopt.errors import UsageError
from koopopt.text import T
from koopopt.writing.contents import refuse_existing
from koopopt.writing.instance import documents
from koopopt.writing.toml import toml_text

ENDING = ".toml"


def check_name(path: Path, service: str) -> None:
    """Make sure that a service file may have this name, and that there is none yet.

    Raises
    ------
    UsageError
    """
    if path.name != f"{service}{ENDING}":
        raise UsageError(
            T("{path}: a service bears the name of its file; write {better}.",
              path=repr(str(path)), better=repr(str(path.with_name(f"{service}{ENDING}"))))
        )  # fmt: skip
    refuse_existing(path)


def model_of(found: Calibration, lang: str) -> ServiceModel:
    """Return the service with its new curve, whose source is said in a language."""
    cost = replace(found.service.cost, source=source(found).render(lang))
    return replace(found.service, cost=cost)


def service_text(found: Calibration, instance: Instance, lang: str) -> str:
    """Return the service as a file of the instance's own."""
    model = model_of(found, lang)
    services = tuple(model if s.id == model.id else s for s in instance.services)
    data = documents(replace(instance, services=services))[f"{model.id}{ENDING}"]
    data["cost"]["confidence"] = model.cost.confidence  # said even where it is the default
    return toml_text(data)


def table(found: Calibration, lang: str) -> dict[str, Any]:
    """Return a calibration as JSON has it."""
    level = found.level
    hows: list[Influence | None] = [*found.influences] or [None] * len(found.accounts)
    return {
        "service": found.service.id,
        "source": found.source,
        "cost": asdict(model_of(found, lang).cost),
        "cost_before": asdict(found.before.cost),
        "confidence_level": CONFIDENCE_LEVEL,
        "fit": _fit(found.fit),
        "level": {
            "factor": level.factor,
            "interval": None if level.interval is None else list(level.interval),
            "spread": level.spread,
        },
        "level_only": None if found.level_only is None else found.level_only.render(lang),
        "without_outliers": _fit(found.without_outliers),
        "alone": {"before": found.alone[0], "now": found.alone[1]},
        "accounts": [
            _account(found, account, how) for account, how in zip(found.accounts, hows, strict=True)
        ],
        "left_out": [_account(found, account, None) for account in found.left_out],
        "verdict": verdict(found).render(lang),
        "remarks": [remark.render(lang) for remark in remarks(found)],
        "notes": [note.render(lang) for note in found.notes],
    }


def _fit(fit: Fit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {
        "accounts": fit.accounts,
        "elasticity": fit.elasticity,
        "elasticity_interval": list(fit.elasticity_interval),
        "scale": _finite(fit.scale),
        "scale_interval": [_finite(value) for value in fit.scale_interval],
        "r_squared": fit.r_squared,
        "spread": fit.spread,
        "smearing": fit.smearing,
        "robust": fit.robust,
        "uneven": fit.uneven,
        "flat_above": fit.flat_above,
    }


def _account(found: Calibration, account: Account, how: Influence | None) -> dict[str, Any]:
    told = (
        {}
        if how is None
        else {
            "off": how.off,
            "studentised": _finite(how.studentised),
            "cook": _finite(how.cook),
            "outlier": how.outlier,
        }
    )
    return {
        "municipality": account.municipality,
        "name": found.names[account.municipality],
        "cost": account.cost,
        "demand": account.demand,
        "years": list(account.years),
        **told,
    }


def _finite(value: float) -> float | None:
    """Return a number that JSON has; it has neither infinity nor what is no number."""
    return value if math.isfinite(value) else None
