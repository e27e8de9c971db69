"""The worked examples in the engine's docstrings run as they stand."""

import doctest
import importlib
import pkgutil

import pytest

import app.costsharing.engine as package

MODULES = sorted(module.name for module in pkgutil.iter_modules(package.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    module = importlib.import_module(f"{package.__name__}.{name}")
    assert doctest.testmod(module).failed == 0
