"""What the tests of the room share: short steps, lists that know some drawings, one decoding process."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from lightkeeper.intake import scanning, surfaces, waiting
from lightkeeper.intake.tests.platform import OPERATOR, Platform, make_platform, picture
from lightkeeper.lists import freshness
from lightkeeper.lists.services import import_list
from lightkeeper.lists.types import ListStatus
from lightkeeper.people.tests.clients_made import forget
from lightkeeper.record import authority
from lightkeeper.record.services import record_authority

LISTED, VETTED_BYTES, TRIAL = 1, 2, 3
"""The drawings that the lists know: one by PDQ, one by SHA-256, one by SHA-256 of a list on trial."""

LISTED_URL = "https://pictures.example/listed/1"


@pytest.fixture(autouse=True, scope="session")
def _ended() -> Iterator[None]:
    yield
    waiting.close()
    scanning.close_scanner()


@pytest.fixture
def configure(settings: Settings) -> Callable[..., None]:
    """Set settings of the service."""

    def change(**values: Any) -> None:
        old = settings.LIGHTKEEPER
        settings.LIGHTKEEPER = dataclasses.replace(old, values={**old.values, **values})

    return change


@pytest.fixture
def platform(transactional_db: None, configure: Callable[..., None]) -> Iterator[Platform]:
    """A platform, and lists that know something."""
    configure(wait_step_ms=10, wait_limit_ms=20_000, decode_workers=1, effort="quick", max_item_bytes=1 << 20)
    forget()
    freshness.forget()
    authority.forget()
    surfaces.forget_surfaces()
    known = [("pdq", pdq_of(LISTED)), ("sha256", sha256_of(VETTED_BYTES)), ("url", LISTED_URL)]
    import_rows("a vetted list", known, status=ListStatus.VETTED)
    import_rows("a list on trial", [("sha256", sha256_of(TRIAL))], status=ListStatus.TRIAL)
    freshness.refresh()
    yield make_platform()
    forget()
    freshness.forget()


@pytest.fixture
def keeping(platform: Platform) -> None:
    """Somebody answers for keeping and showing: the service is not hash-only."""
    record_authority(
        organisation="An organisation", person_name="A person", role="Head", country="GB", basis="A law", actor=OPERATOR
    )
    authority.forget()


def import_rows(name: str, rows: list[tuple[str, str]], *, status: ListStatus | None = None) -> None:
    """Import some values into a list."""
    text = "algorithm,value,id,category\n" + "".join(
        f"{algorithm},{value},entry-{number},A1\n" for number, (algorithm, value) in enumerate(rows)
    )
    import_list(io.BytesIO(text.encode()), name=name, status=status, actor=OPERATOR)


def sha256_of(number: int) -> str:
    """The SHA-256 of a drawing's JPEG."""
    return hashlib.sha256(picture(number)).hexdigest()


def pdq_of(number: int) -> str:
    """The PDQ of a drawing's JPEG."""
    from lightkeeper.detect.media.decode import Picture
    from lightkeeper.detect.media.limits import Limits
    from lightkeeper.detect.media.pdq import pdq

    return pdq(next(iter(Picture(picture(number), Limits()).frames()))).hex()
