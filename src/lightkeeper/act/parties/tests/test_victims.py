"""Possible victims: sealed by a key of their own, shown only after the look is committed, destroyed but for a hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from lightkeeper.act.account_names import accounts_of
from lightkeeper.act.models import Victim, VictimLook
from lightkeeper.act.parties import victims
from lightkeeper.act.parties.confirming import confirm_party
from lightkeeper.act.parties.identity import Identity
from lightkeeper.act.parties.types import LookPurpose, PartyRefused, PartyRole
from lightkeeper.act.parties.victims import (
    add_victim,
    change_victim,
    destroy_victims_of,
    show_victims,
    withdraw_victim,
)
from lightkeeper.act.retaining import destroy_of_case
from lightkeeper.act.tests.decided import settled_case
from lightkeeper.act.tests.platform import Platform, make_platform
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.append_only import missing_triggers, table_drop_statements
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import HeldError, how_reapplied, place_hold
from lightkeeper.record.types import Actor, DestructionReason, HoldBasis, Subject
from lightkeeper.review.services import erase_from_case
from lightkeeper.review.tests.grades_made import NO_SECOND, policy, reviewer
from lightkeeper.runtime.services import SealError, unseal

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    return make_platform(monkeypatch)


CHILD = Identity(first_name="Robin", age=12, school="Harbour School", note="Blue coat.")
REPORT = LookPurpose.REPORT


def test_nothing_is_opened_before_the_look_is_committed(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    policy(**NO_SECOND)
    ada, senior = reviewer(), make_person(Role.SENIOR_ANALYST, granted=True)
    item = settled_case(platform, ada)
    row = add_victim(item.case, CHILD, why="Seen in the picture.", person=ada)
    for plain in (b"Robin", b"Harbour", b"picture"):
        assert plain not in bytes(row.content)
    with pytest.raises(SealError):
        unseal("act:party", bytes(row.content), context=row.public.bytes)
    # Who wrote it down may not read it, nor whoever has the role without the right by name.
    for person in (ada, make_person(Role.SENIOR_ANALYST)):
        with pytest.raises(PermissionDenied):
            show_victims([row], person=person, purpose=REPORT)
    assert not VictimLook.objects.exists()

    seen: list[int] = []
    opened = victims._opened

    def counted(one: Victim) -> Any:
        seen.append(VictimLook.objects.filter(victim=one).count())
        return opened(one)

    monkeypatch.setattr(victims, "_opened", counted)
    assert show_victims([row], person=senior, purpose=REPORT) == [CHILD]
    assert seen == [1]
    look = VictimLook.objects.get()
    assert (look.person, look.purpose, look.role) == (senior, "report", "senior_analyst")
    event = AuditEvent.objects.get(event="act:victim:shown")
    assert (json.loads(event.details), event.actor_id) == ({"victim": row.pk, "purpose": "report"}, str(senior.pk))

    def broken(*_: object, **__: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(victims, "write_event", broken)
    seen.clear()
    with pytest.raises(OSError, match="no room"):
        show_victims([row], person=senior, purpose=REPORT)
    assert (seen, VictimLook.objects.count()) == ([], 1)
    for event in AuditEvent.objects.all():
        assert "Robin" not in event.details


def test_who_looked_cannot_be_changed_nor_forgotten(platform: Platform) -> None:
    policy(**NO_SECOND)
    senior = reviewer(Role.SENIOR_ANALYST)
    row = add_victim(settled_case(platform, senior).case, CHILD, why="Seen.", person=senior)
    show_victims([row], person=senior, purpose=REPORT)
    for statement in (
        "UPDATE act_victimlook SET purpose = 'request'",
        "DELETE FROM act_victimlook",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    names = [name for name in missing_triggers(connection) if "victimlook" in name]
    assert names == []
    with connection.cursor() as cursor:
        for statement in table_drop_statements(connection.vendor, "act_victimlook"):
            cursor.execute(statement)
    assert [name for name in missing_triggers(connection) if name.startswith("act_victimlook_")]


def test_a_change_is_a_new_row_by_somebody_who_has_seen_it(platform: Platform) -> None:
    policy(**NO_SECOND)
    senior = reviewer(Role.SENIOR_ANALYST)
    item = settled_case(platform, senior)
    (account,) = accounts_of(item.case)
    confirm_party(item.case, account.key, PartyRole.VICTIM, why="A child's own.", person=senior, identity=CHILD)
    row = Victim.objects.get()
    older = Identity(first_name="Robin", age=13)
    with pytest.raises(PartyRefused, match="Have it shown"):
        change_victim(row, older, why="A birthday.", person=senior)
    show_victims([row], person=senior, purpose=LookPurpose.CORRECTION)
    new = change_victim(row, older, why="A birthday.", person=senior)
    (known,) = show_victims([new], person=senior, purpose=REPORT)
    assert (known.age, known.account) == (13, "account-17")
    with pytest.raises(PartyRefused, match="changed or destroyed meanwhile"):
        change_victim(row, older, why="Twice.", person=senior)
    with pytest.raises(PartyRefused, match="Say of the account"):
        withdraw_victim(new, senior)
    with pytest.raises(PartyRefused, match="Write down something"):
        add_victim(item.case, Identity(), why="Nothing.", person=senior)
    other = add_victim(item.case, CHILD, why="Seen.", person=senior)
    withdraw_victim(other, senior)
    assert list(Victim.objects.filter(ended_at=None)) == [new]


def test_destruction_and_erasure_leave_nothing_and_a_hold_refuses_them(platform: Platform) -> None:
    policy(**NO_SECOND)
    ada, senior = reviewer(), make_person(Role.SENIOR_ANALYST, granted=True)
    item = settled_case(platform, ada)
    row = add_victim(item.case, CHILD, why="Seen.", person=ada)
    about = Subject("case", str(item.case_id))
    hold = place_hold(subject=about, basis=HoldBasis.COURT_ORDER, reference="letter 7", by=senior.actor)
    with pytest.raises(HeldError):
        destroy_victims_of(item.case)
    with pytest.raises(HeldError):
        erase_from_case(case_id=item.case_id, source=bytes(item.sightings.get().source), actor=Actor.system())
    row.refresh_from_db()
    assert row.content
    hold.delete()
    assert (destroy_victims_of(item.case), destroy_victims_of(item.case)) == (1, 0)
    row.refresh_from_db()
    assert (bytes(row.content), row.destroyed_at is not None) == (b"", True)
    assert json.loads(AuditEvent.objects.get(event="act:victims:destroyed").details) == {"count": 1}
    with pytest.raises(PartyRefused, match="is destroyed"):
        show_victims([row], person=senior, purpose=REPORT)
    again = add_victim(item.case, CHILD, why="Seen.", person=ada)
    erase_from_case(case_id=item.case_id, source=bytes(item.sightings.get().source), actor=Actor.system())
    again.refresh_from_db()
    assert bytes(again.content) == b""
    third = add_victim(item.case, CHILD, why="Seen.", person=ada)
    assert destroy_of_case(item.case_id, DestructionReason.RETENTION_OVER).counts["victims"] == 1
    third.refresh_from_db()
    assert bytes(third.content) == b""
    # A restored backup has it again, and the destruction log says that it was destroyed.
    Victim.objects.filter(pk=third.pk).update(content=b"restored", destroyed_at=None)
    how = how_reapplied("act:victims:destroyed")
    assert how is not None
    assert (how.again(str(item.case_id)), how.again(str(item.case_id)), how.again("0")) == (True, False, False)
    third.refresh_from_db()
    assert bytes(third.content) == b""
