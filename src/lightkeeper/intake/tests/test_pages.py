"""The page of surfaces: who may see it, who may set the switch, and what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lightkeeper.intake.forms import SurfaceForm
from lightkeeper.intake.models import Surface
from lightkeeper.intake.types import Reason
from lightkeeper.intake.views import SAYS
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent


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


def test_a_legal_basis_is_chosen_and_never_taken_from_the_top_of_the_list(browser: Client) -> None:
    page = browser.get(reverse("intake:new_surface")).content.decode()
    assert '<option value="" selected>Choose one</option>' in page
    answer = browser.post(reverse("intake:new_surface"), {"name": "dm", "legal_basis": "", "detection": "on"})
    assert (answer.status_code, Surface.objects.filter(name="dm").exists()) == (200, False)
    public = Surface.objects.get(name="public")
    page = browser.get(reverse("intake:change_surface", args=[public.pk])).content.decode()
    assert '<option value="public_content_tos" selected>' in page


def test_the_surface_of_public_content_is_there(db: None) -> None:
    row = Surface.objects.filter(name="public").first()
    assert row is None or (row.detection and row.legal_basis == "public_content_tos")


@pytest.fixture
def browser(db: None) -> Client:
    return signed_in(make_person(Role.ADMINISTRATOR))


def test_a_surface_is_added_and_its_switch_changed(browser: Client) -> None:
    day = (now() + timedelta(days=7)).date()
    said = {"name": "dm", "private": "on", "legal_basis": "eu_derogation", "basis_until": day, "detection": "on"}
    assert browser.post(reverse("intake:new_surface"), said).status_code == 302
    page = browser.get(reverse("intake:surfaces")).content.decode()
    assert "lapses soon" in page
    row = Surface.objects.get(name="dm")
    change = reverse("intake:change_surface", args=[row.pk])
    browser.post(change, {**said, "name": "other", "basis_until": day - timedelta(days=30)})
    row.refresh_from_db()
    assert (row.name, row.basis_until) == ("dm", day - timedelta(days=30))
    assert "the legal basis has lapsed" in browser.get(reverse("intake:surfaces")).content.decode()
    events = AuditEvent.objects.filter(event="intake:surface:changed")
    assert (events.count(), {event.actor_kind for event in events}) == (2, {"person"})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "dm", "private": "on", "legal_basis": "consent", "detection": "on"}, "needs the last day"),
        ({"name": "dm", "legal_basis": "none", "detection": "on"}, "without a legal basis"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(browser: Client, said: dict[str, str], sentence: str) -> None:
    answer = browser.post(reverse("intake:new_surface"), said)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Surface.objects.filter(name="dm").exists()


def test_who_may_not_change_a_surface_gets_no_form(db: None) -> None:
    auditor = signed_in(make_person(Role.AUDITOR))
    page = auditor.get(reverse("intake:surfaces"))
    assert page.status_code == 200
    assert "Add a surface" not in page.content.decode()
    assert auditor.get(reverse("intake:new_surface")).status_code == 403
