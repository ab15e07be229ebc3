"""Whatever is asked, in whatever order: bytes of a picture come with a row that was committed first, or not at all."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import Reveal, VaultObject
from lightkeeper.record.services import read_object
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.reveals_made import answered_for, case_item, lease
from lightkeeper.review.urls import urlpatterns

ADDRESSES = [str(one.pattern) for one in urlpatterns]
ASKING = st.fixed_dictionaries(
    {
        "who": st.sampled_from([*Role.values, "nobody"]),
        "leased": st.booleans(),
        "address": st.sampled_from(ADDRESSES),
        "method": st.sampled_from(["get", "post", "post", "post", "head", "put"]),
        "level": st.sampled_from(["tile", "grey", "full", "original", "", "../full"]),
        "part": st.sampled_from(["whole", "tile-1", "tile-9", "tile-0", ""]),
        "position": st.sampled_from([1, 1, 1, 2]),
    }
)


def path_of(address: str, row: CaseItem, asked: dict[str, Any], last: uuid.UUID) -> str:
    """An address of the room with this item's names in it."""
    name = str(last) if address.startswith("reveals/") else str(row.case.public)
    for part, value in (("<uuid:public>", name), ("<int:position>", str(asked["position"]))):
        address = address.replace(part, value)
    return "/" + address


class Bytes(TestCase):
    """Over the addresses of this room; those of all rooms are walked in ``web/tests``."""

    row: CaseItem
    people: dict[str, Person]
    kept: list[bytes]

    @classmethod
    def setUpTestData(cls) -> None:
        """One item with pictures, and somebody of each role."""
        answered_for()
        cls.row = case_item()
        cls.people = {role: make_person(Role(role), granted=True) for role in Role.values}
        cls.kept = [read_object(one) for one in VaultObject.objects.all()]

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(ASKING, min_size=1, max_size=6))
    def test_no_route_returns_original_bytes_without_a_reveal_row(self, asking: list[dict[str, Any]]) -> None:
        last = uuid.UUID(int=0)
        for asked in asking:
            cache.clear()
            client = signed_in(self.people[asked["who"]]) if asked["who"] in self.people else Client()
            self.row.case.leases.all().delete()
            if asked["leased"] and asked["who"] in self.people:
                lease(self.row, self.people[asked["who"]])
            before = Reveal.objects.count()
            data = {"level": asked["level"], "part": asked["part"], "seconds": "1", "how": "veiled"}
            path = path_of(asked["address"], self.row, asked, last)
            options = {} if asked["method"] in {"get", "head", "post"} else {"content_type": "text/plain"}
            answer = getattr(client, asked["method"])(path, "x" if options else data, **options)
            rows = Reveal.objects.count() - before
            content = b"".join(answer) if answer.streaming else answer.content
            assert not any(original in content for original in self.kept)
            if b"\xff\xd8\xff" in content or answer.headers.get("Content-Type", "").startswith(("image", "video")):
                assert rows == 1
                logged = Reveal.objects.latest("pk")
                assert answer.headers["Reveal-Id"] == str(logged.public)
                assert (logged.person, logged.level) == (self.people[asked["who"]].pk, asked["level"])
                assert asked["leased"]
                assert answer.headers["Cache-Control"] == "no-store"
                last = logged.public
            else:
                assert rows == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("answered")
def test_the_property_is_not_empty() -> None:
    row = case_item()
    person = make_person(granted=True)
    lease(row, person)
    answer = signed_in(person).post(
        path_of("cases/<uuid:public>/items/<int:position>/reveal/", row, {"position": 1}, uuid.uuid4()),
        {"level": "tile"},
    )
    assert answer.headers["Content-Type"] == "image/jpeg"
