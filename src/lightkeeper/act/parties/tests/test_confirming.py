"""Until a person says what part an account has it has none; a later word ends the earlier, and all of it is audited."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.models import Party, Victim
from lightkeeper.act.parties.confirming import confirm_party, identity_of
from lightkeeper.act.parties.identity import Identity, IpEvent
from lightkeeper.act.parties.types import PartyRefused, PartyRole
from lightkeeper.act.tests.decided import sent_by, settled_case
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import Actor
from lightkeeper.review.services import erase_from_case
from lightkeeper.review.tests.grades_made import NO_SECOND, policy, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    return make_platform(monkeypatch)


KNOWN = Identity(
    screen_name="Lamp", emails=("lamp@mail.example",), ip_events=(IpEvent("192.0.2.9", "Login", "2026-11-01T10:00Z"),),
    devices=(("IMEI", "35-1"),), age=41,
)  # fmt: skip


def test_a_word_about_an_account_is_kept_sealed_and_a_later_one_ends_it(platform: Platform) -> None:
    policy(**NO_SECOND)
    ada, bea = reviewer(), reviewer()
    item = settled_case(platform, ada)
    (account,) = accounts_of(item.case)
    assert not Party.objects.exists()
    first = confirm_party(item.case, account.key, PartyRole.SUSPECT, why="Sent it.", person=ada, identity=KNOWN)
    known = identity_of(first)
    assert (known.account, known.screen_name, known.ip_events, known.devices) == (
        "account-17", "Lamp", KNOWN.ip_events, KNOWN.devices,
    )  # fmt: skip
    for sealed in (first.account, first.identity, first.why):
        for plain in (b"account-17", b"lamp@", b"Sent it", b"192.0.2"):
            assert plain not in bytes(sealed or b"")
    second = confirm_party(item.case, account.key, PartyRole.UNRELATED, why="It was stolen.", person=bea)
    first.refresh_from_db()
    assert (first.ended_at is not None, second.ended_at, first.identity is not None) == (True, None, True)
    said = [json.loads(row.details) for row in AuditEvent.objects.filter(event="act:party:confirmed").order_by("pk")]
    assert said == [
        {"party": first.pk, "role": "suspect", "before": None},
        {"party": second.pk, "role": "unrelated", "before": "suspect"},
    ]
    erase_from_case(case_id=item.case_id, source=bytes(item.sightings.get().source), actor=Actor.system())
    assert not Party.objects.exclude(account=None, identity=None, why=None).exists()
    assert [row.role for row in Party.objects.order_by("pk")] == ["suspect", "unrelated"]


def test_what_cannot_be_said_is_refused_with_a_sentence(platform: Platform) -> None:
    policy(**NO_SECOND)
    ada = reviewer()
    open_item = sent_by(platform, uploader="account-17")
    (account,) = accounts_of(open_item.case)
    with pytest.raises(PartyRefused, match="Not everything of this case is settled"):
        confirm_party(open_item.case, account.key, PartyRole.SUSPECT, why="Sent it.", person=ada)
    item = settled_case(platform, ada, name="photo-2", number=2)
    (account,) = accounts_of(item.case)
    with pytest.raises(PartyRefused, match="Choose an account of this case"):
        confirm_party(item.case, "00" * 32, PartyRole.SUSPECT, why="Sent it.", person=ada)
    with pytest.raises(PartyRefused, match="Write down why"):
        confirm_party(item.case, account.key, PartyRole.SUSPECT, why=" ", person=ada)
    with pytest.raises(PartyRefused, match="Only of a suspect or a possible victim"):
        confirm_party(item.case, account.key, PartyRole.WITNESS, why="Told us.", person=ada, identity=KNOWN)
    with pytest.raises(PermissionDenied):
        confirm_party(item.case, account.key, PartyRole.SUSPECT, why="Sent it.", person=make_person(Role.AUDITOR))
    assert not Party.objects.exists()
    assert not AuditEvent.objects.filter(event__startswith="act:party").exists()


def test_the_database_keeps_a_possible_victims_name_out_of_the_row_of_the_party(platform: Platform) -> None:
    policy(**NO_SECOND)
    ada = reviewer()
    item = settled_case(platform, ada)
    (account,) = accounts_of(item.case)
    party = confirm_party(item.case, account.key, PartyRole.VICTIM, why="A child's own.", person=ada, identity=KNOWN)
    assert (party.account, party.identity, party.why) == (None, None, None)
    assert Victim.objects.get().ended_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.filter(pk=party.pk).update(account=b"x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(
            case=item.case, client_id=account.client_id, account_index=account.index, role="witness", said_by=ada,
            said_at=now(),
        )  # fmt: skip
    confirm_party(item.case, account.key, PartyRole.SUSPECT, why="Not a child.", person=ada)
    assert Victim.objects.get().ended_at is not None
