"""Settings of all tests, and `--without PACKAGE`: run them as if it were not installed."""

from __future__ import annotations

import sys

import pytest
from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("koopopt", deadline=None)
settings.load_profile("koopopt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", action="append", default=[], metavar="PACKAGE")


def pytest_configure(config: pytest.Config) -> None:
    for package in config.getoption("--without"):
        sys.modules[package] = None  # type: ignore[assignment]  # now `import` cannot find it
