"""What the tests of the pages share: the form is on, answers leave quickly, nobody has used up anything."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from lightkeeper.intake.public_reports import limits


@pytest.fixture
def configure(settings: Settings) -> Callable[..., None]:
    """Set settings of the service."""

    def change(**values: Any) -> None:
        old = settings.LIGHTKEEPER
        settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, **values})

    return change


@pytest.fixture
def form_on(db: None, configure: Callable[..., None]) -> Iterator[None]:
    """The form is on."""
    configure(public_form=True, wait_step_ms=10)
    limits.REPORTS.forget()
    limits.LOOKS.forget()
    yield
    limits.REPORTS.forget()
    limits.LOOKS.forget()
