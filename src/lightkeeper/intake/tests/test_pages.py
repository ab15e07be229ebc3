"""The page of surfaces: who may see it, who may set the switch, and what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from lightkeeper.intake.forms import SurfaceForm
from lightkeeper.intake.models import Surface
from lightkeeper.intake.views import SAYS
from lightkeeper.intake.types import Reason


def test_the_page_has_words_for_every_refusal_of_a_surface() -> None:
    assert set(SAYS) == {None, Reason.DETECTION_OFF, Reason.LEGAL_BASIS_MISSING, Reason.LEGAL_BASIS_LAPSED}


@pytest.mark.parametrize("name", ["", "Upper", "with blank", "a" * 65, "-a", "a\n"])
def test_names_that_no_submission_can_name_are_refused(name: str) -> None:
    form = SurfaceForm({"name": name, "legal_basis": "none"})
    assert "name" in form.errors or (name == "a\n" and form.cleaned_data["name"] == "a")


def test_a_name_and_a_day_are_read() -> None:
    day = now().date() + timedelta(days=30)
    form = SurfaceForm(
        {"name": "dm", "legal_basis": "consent", "private": "on", "basis_until": day.isoformat(), "detection": "on"}
    )
    assert form.is_valid()
    assert form.cleaned_data["basis_until"] == day


def test_the_surface_of_public_content_is_there(db: None) -> None:
    row = Surface.objects.filter(name="public").first()
    assert row is None or (row.detection and row.legal_basis == "public_content_tos")
