"""The legal switch: what has no legal basis today is refused before it is searched, and nothing of it is kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.intake.models import Submission, Surface
from lightkeeper.intake.services import SurfaceError, set_surface, warn_of_lapsing
from lightkeeper.intake.surfaces import Standing
from lightkeeper.intake.tests.conftest import VETTED_BYTES
from lightkeeper.intake.tests.platform import OPERATOR, Platform, body_of, picture
from lightkeeper.intake.types import LegalBasis
from lightkeeper.people.models import Alert
from lightkeeper.record.models import AuditEvent, VaultObject
from lightkeeper.review.models import Case

TODAY = now().date()


def surface(name: str, *, private: bool = True, until: date | None, basis: LegalBasis = LegalBasis.EU_DEROGATION,
            detection: bool = True) -> Surface:  # fmt: skip
    return set_surface(name=name, private=private, legal_basis=basis, basis_until=until, detection=detection,
                       actor=OPERATOR)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "visibility", "state", "reason"),
    [
        (None, None, "withheld", "list_match"),
        ("public", "public", "withheld", "list_match"),
        ("public", "private", "refused", "legal_basis_missing"),
        ("nowhere", None, "refused", "surface_unknown"),
        ("dm-good", "private", "withheld", "list_match"),
        ("dm-last-day", None, "withheld", "list_match"),
        ("dm-lapsed", None, "refused", "legal_basis_lapsed"),
        ("dm-off", None, "refused", "detection_off"),
        ("forum-lapsed", None, "refused", "legal_basis_lapsed"),
    ],
)
@pytest.mark.parametrize("wait", [True, False])
def test_what_may_be_searched_and_what_not(
    platform: Platform, name: str | None, visibility: str | None, state: str, reason: str, *, wait: bool
) -> None:
    surface("dm-good", until=TODAY + timedelta(days=100))
    surface("dm-last-day", until=TODAY)
    surface("dm-lapsed", until=TODAY - timedelta(days=1))
    surface("dm-off", until=None, detection=False, basis=LegalBasis.NONE)
    surface("forum-lapsed", private=False, until=TODAY - timedelta(days=1))
    said: dict[str, Any] = {} if name is None else {"surface": name}
    context: dict[str, Any] = {} if visibility is None else {"context": {"visibility": visibility}}
    answer = platform.submit("a", picture(VETTED_BYTES), key=platform.detailed, wait=wait, **said, **context)
    if state == "refused":
        assert (answer.status_code, body_of(answer)["state"], body_of(answer)["reason"]) == (200, state, reason)
        assert body_of(answer)["outcome"] is None
        assert not Case.objects.exists()
        assert not VaultObject.objects.exists()
        assert AuditEvent.objects.filter(event="intake:submission:refused").count() == 1
        assert body_of(platform.get("a"))["state"] == "refused"
        assert b"sha256" not in bytes(Submission.objects.get().retained or b"")
    elif wait:
        assert (body_of(answer)["state"], body_of(answer)["reason"]) == (state, reason)
    else:
        assert answer.status_code == 202


@given(private=st.booleans(), basis=st.sampled_from(LegalBasis.values), detection=st.booleans(),
       days=st.none() | st.integers(-3, 3))  # fmt: skip
def test_private_content_is_never_searched_without_a_dated_basis(
    private: bool, basis: str, detection: bool, days: int | None
) -> None:
    until = None if days is None else TODAY + timedelta(days=days)
    refusal = Standing(private, basis, until, detection).refusal(TODAY)
    allowed = detection and basis != "none" and (days is None or days >= 0) and not (private and days is None)
    assert (refusal is None) == allowed


def test_what_cannot_be_is_refused_by_sentence_and_by_database(transactional_db: None) -> None:
    with pytest.raises(SurfaceError, match="last day"):
        surface("dm", until=None)
    with pytest.raises(SurfaceError, match="legal basis"):
        surface("dm", until=TODAY, basis=LegalBasis.NONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Surface.objects.create(
            name="x", private=True, legal_basis="consent", basis_until=None, detection=True, changed_at=now()
        )


def test_whoever_is_on_call_hears_of_a_basis_that_lapses(platform: Platform) -> None:
    surface("soon", until=TODAY + timedelta(days=14))
    surface("later", until=TODAY + timedelta(days=15))
    surface("off", until=TODAY, detection=False)
    assert warn_of_lapsing() == 1
    assert warn_of_lapsing() == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.path) == ("legal_basis_lapsing", "/surfaces/")


def test_a_refused_body_that_is_too_large_is_still_too_large(platform: Platform) -> None:
    assert platform.submit("a", b"x" * ((1 << 20) + 1), surface="nowhere").status_code == 413
