"""What a check for deployment learns of the accounts."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from lightkeeper.people.queries import accounts
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role

pytestmark = pytest.mark.django_db


def test_an_administrator_counts_as_enrolled_with_a_second_factor_only() -> None:
    assert (accounts().administrators, accounts().enrolled_administrators) == (0, 0)
    bare = make_person(Role.ADMINISTRATOR, enrolled=False)
    assert (accounts().administrators, accounts().enrolled_administrators) == (1, 0)
    assert accounts().without_second_factor == 1
    make_person(Role.ADMINISTRATOR)
    assert (accounts().administrators, accounts().enrolled_administrators) == (2, 1)
    bare.is_active, bare.deactivated_at = False, now()
    bare.save()
    assert (accounts().administrators, accounts().without_second_factor) == (1, 0)
