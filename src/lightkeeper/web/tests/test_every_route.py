"""Over all addresses and all roles: no bytes without a row, no act without a permission, no word of a first grade.

What is looked at is what comes back and what is left in the tables, not what a view says of itself.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.test import override_settings
from django.urls import clear_url_caches
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lightkeeper.act.models import Decision
from lightkeeper.people.matrix import CONTENT, Permission
from lightkeeper.people.permissions import may
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.review.models import Grade
from lightkeeper.web.tests.effects import OWN, needed
from lightkeeper.web.tests.routes import Route, routes
from lightkeeper.web.tests.walking import LABEL, METHODS, NAME, NOTE, PERSONAS, Persona, Scene, Told, made, undone

LEAKING: Final = "lightkeeper.web.tests.leaking_urls"
ROUTES: Final = routes("lightkeeper.web.urls")
PLANTED: Final = [route for route in routes(LEAKING) if route.name.startswith("planted")]
SECOND: Final = Persona(Role.ANALYST)
OTHER_GRADE: Final[dict[str, Any]] = {
    "outcome": "not_illegal", "uk_category": "", "industry_class": "", "age_bracket": "", "sex": "", "creation": [],
    "confidence": "unsure", "proposed": "reinstate", "label": "", "reason": "", "note": None,
}  # fmt: skip
BY_CHANCE: Final = re.compile(
    r"csrfmiddlewaretoken\" value=\"\w+|X-CSRFToken[^}]*|csrf-token\"[^>]*|[0-9a-f]{8}-[0-9a-f-]{27}|__Host-\S+"
    r"|\d{4}-\d\d-\d\dT?\s?[\d:.+Z]*|\d\d:\d\d(:\d\d)?|\d+(\.\d+)? (second|minute|ms)s?|nonce-\S+|otpauth\S+"
)
"""What differs from one request to the next by itself: tokens, names made by chance, times."""

PARAMETERS: Final = st.dictionaries(
    st.sampled_from(["level", "part", "track", "purpose", "veiled", "item", "q", "next", "format", "kind", "outcome"]),
    st.sampled_from(
        ["tile", "grey", "full", "original", "whole", "tile-1", "text", "1", "../full", "", "csv", "/cases/"]
    )
    | st.text("abcdef/.%&\u20ac", max_size=8),
    max_size=5,
)


def faults_of(scene: Scene, told: Told, persona: Persona) -> list[str]:
    """What is wrong with one answer, as sentences; nothing of what was answered stands in them."""
    where = f"{told.method} {told.route.name} as {persona}"
    found = []
    if scene.leaks(told) and told.reveals != 1:
        found.append(f"{where}: bytes of something kept with {told.reveals} rows")
    if told.status >= 500:
        found.append(f"{where}: {told.status}")
    person = scene.people.get(persona)
    for effect in told.effects:
        if effect.event in OWN:
            continue
        if person is None or effect.actor != str(person.pk):
            found.append(f"{where}: {effect.event} in somebody else's name")
        elif not any(may(person, one) for one in needed(effect.event)):
            to_self = effect.event == "people:sessions:ended" and effect.subject == str(person.pk)
            found.extend([] if to_self else [f"{where}: {effect.event}"])
    if not allowed(scene, persona, told.route) and told.status != 403:
        found.append(f"{where}: {told.status} without {told.route.access}")
    return found


def allowed(scene: Scene, persona: Persona, route: Route) -> bool:
    """Whether the view says, by its permission, that this person may come in; strangers are sent to the sign-in."""
    person, access = scene.people.get(persona), route.access
    return person is None or access not in set(Permission) or may(person, Permission(access))


def walk(scene: Scene, through: list[Route]) -> tuple[list[str], list[Told]]:
    """Ask for all of them, as everybody, by GET and POST; gives the faults, and what delivered something kept."""
    faults, delivered = [], []
    for persona in PERSONAS:
        for route in filter(persona.asks, through):
            # That each page refuses roles, by GET and by POST, is asked in test_guards; here it is what others do.
            for method in METHODS if allowed(scene, persona, route) else ():
                told = scene.ask(persona, route, method)
                faults += faults_of(scene, told, persona)
                if scene.leaks(told):
                    delivered.append(told)
    return faults, delivered


CHANCE: Final = {"people:enrol", "people:recovery_codes", "people:make_recovery_codes", "review:reveal"}
"""Answers that hold a secret made by chance, or a watermark with the time."""


def differs(scene: Scene, route: Route) -> bool:
    """Whether what the second reviewer gets from it depends on what the first one judged."""
    for method in METHODS:
        told = scene.ask(SECOND, route, method)
        for word in (NOTE, NAME, LABEL, str(scene.first.public)):
            assert word not in told.everything, f"{word} by {method} {route.name}"
        if told.status == 403:
            continue
        with undone():
            Grade.objects.filter(pk=scene.first.pk).update(**OTHER_GRADE)
            Decision.objects.filter(grade=scene.first).update(kind="reinstate", label="")
            other = scene.ask(SECOND, route, method)
        if _without_chance(told) != _without_chance(other):
            if _without_chance(told) == _without_chance(scene.ask(SECOND, route, method)):
                return True
            assert route.name in CHANCE, f"{method} {route.name} is never the same: nothing can be said about it"
    return False


def _without_chance(told: Told) -> str:
    return BY_CHANCE.sub("-", told.everything)


@pytest.mark.long
@pytest.mark.once
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
class EveryRoute(TestCase):
    """All tests have one scene; nothing that is asked changes it."""

    scene: Scene

    @classmethod
    def setUpTestData(cls) -> None:
        """Everything at stake, once."""
        cls.scene = made()

    @classmethod
    def tearDownClass(cls) -> None:
        """Forget who answers."""
        super().tearDownClass()
        authority.forget()

    def test_no_route_gives_media_without_a_row_or_lets_a_role_do_what_the_matrix_forbids(self) -> None:
        faults, delivered = walk(self.scene, ROUTES)
        assert faults == []
        assert {(told.route.name, told.method, told.status, told.reveals) for told in delivered} == {
            ("review:reveal", "post", 200, 1)
        }
        # Who has the case, may see content, and has a purpose: that is all.
        assert len(delivered) == sum(
            persona.granted and persona.leased and persona.role in {Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR}
            for persona in PERSONAS
        )

    def test_the_walk_reaches_the_acts_that_it_is_about(self) -> None:
        """A walk that is refused everywhere would prove nothing: these acts must succeed for whoever may do them."""
        by_name = {route.name: route for route in ROUTES}
        for role, name, event in (
            (Role.ANALYST, "case:grade", "review:grade:submitted"),
            (Role.SUPERVISOR, "people:give_content_grant", "people:content:granted"),
            (Role.ADMINISTRATOR, "people:deactivate", "people:person:deactivated"),
            (Role.ANALYST, "review:hand_over", "review:lease:ended"),
            (Role.SENIOR_ANALYST, "request:take_up", "act:request:taken_up"),
            (Role.SENIOR_ANALYST, "party:show", "act:victim:shown"),
            (Role.ANALYST, "party:link", "review:link:rejected"),
            (Role.LIST_MANAGER, "lists:new", "lists:list:created"),
            (Role.LIST_MANAGER, "lists:add", "lists:entries:added"),
            (Role.LIST_MANAGER, "lists:move", "lists:entry:moved"),
            (Role.LIST_MANAGER, "lists:set_up", "lists:exchange:set"),
        ):
            told = self.scene.ask(Persona(role), by_name[name], "post")
            assert event in {effect.event for effect in told.effects}, name

    def test_a_planted_route_that_leaks_or_acts_is_noticed(self) -> None:
        with override_settings(ROOT_URLCONF=LEAKING):
            clear_url_caches()
            faults, _ = walk(self.scene, PLANTED)
            found = {fault.split()[1] for fault in faults}
            assert found == {"planted_text", "planted_json", "planted_picture", "planted_act"}
            assert any(fault == "get planted_act as analyst: record:policy:changed" for fault in faults)
            assert not any("planted_act as supervisor:" in fault for fault in faults)
            assert [route.name for route in PLANTED if differs(self.scene, route)] == ["planted_hint"]
        clear_url_caches()

    def test_people_without_a_grant_are_refused_whatever_needs_one(self) -> None:
        guarded = [route for route in ROUTES if route.access in CONTENT]
        assert guarded
        for role in (Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR):
            for route in guarded:
                assert {self.scene.ask(Persona(role, granted=False), route, method).status for method in METHODS} == {
                    403
                }

    def test_the_first_grade_is_invisible_to_the_second_reviewer_by_every_route(self) -> None:
        """Not only is no word of it in any answer: the answers are the same whatever the first grade is."""
        assert [route.name for route in ROUTES if differs(self.scene, route)] == []

    @settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(st.sampled_from(PERSONAS), st.sampled_from(ROUTES), st.sampled_from(METHODS), PARAMETERS, st.booleans())
    def test_no_parameter_makes_a_route_leak_or_act(
        self, persona: Persona, route: Route, method: str, parameters: dict[str, str], waiting: bool
    ) -> None:
        case = self.scene.waiting if waiting else self.scene.item
        told = self.scene.ask(persona, route, method, case=case, **parameters)
        assert faults_of(self.scene, told, persona) == []
