"""Notices: of what people assessed so alone, sent once a server takes them, replied to, overdue, destroyed."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.test import override_settings
from django.utils.timezone import now

from lightkeeper.act.retaining import destroy_of_case
from lightkeeper.act.takedowns import sending, services
from lightkeeper.act.takedowns.models import Takedown
from lightkeeper.act.takedowns.queries import replies_of, takedowns
from lightkeeper.act.takedowns.states import TRIES, RecipientKind, ReplyKind, TakedownRefused, TakedownState
from lightkeeper.act.takedowns.tests.made import assessed, configured, prepared, recipient
from lightkeeper.act.takedowns.tests.mail import mail_server
from lightkeeper.people.models import Alert
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.types import DestructionReason
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, address_item, closed_as
from lightkeeper.review.tests.grades_made import policy, reviewer, stood
from lightkeeper.runtime.services import Later

pytestmark = pytest.mark.django_db
SMTP: dict[str, Any] = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_USE_TLS": False,
    "EMAIL_HOST_USER": "", "EMAIL_HOST_PASSWORD": "",
}  # fmt: skip


def test_a_notice_says_where_what_when_and_whom_to_ask_and_the_subject_tells_no_address() -> None:
    row, person = prepared()
    text = services.take_file(row, person)
    assert ADDRESS in text
    assert "category C" in text
    assert "country of the host: NL" in text
    assert "within 24 hours" in text
    assert ADDRESS not in text.splitlines()[0]
    assert str(row.public)[:8].upper() in text
    assert ADDRESS.encode() not in bytes(row.content)
    row.refresh_from_db()
    assert (row.state, row.way, row.sent_by) == ("sent", "file", person)
    assert row.sent_at is not None
    assert row.due_at == row.sent_at + timedelta(hours=24)
    assert services.take_file(row, person) == text
    assert AuditEvent.objects.filter(event="act:takedown:taken").count() == 2
    assert not AuditEvent.objects.filter(details__contains="site.test").exists()


@pytest.mark.parametrize(("language", "kind", "says"), [
    ("de", RecipientKind.HOST, "Bitte sperren Sie den Zugang"), ("de", RecipientKind.HOTLINE, "Wir leiten es an Sie"),
    ("en", RecipientKind.AGENCY, "We refer it to you"),
])  # fmt: skip
def test_others_are_written_to_otherwise_and_in_their_language(language: str, kind: RecipientKind, says: str) -> None:
    row, person = prepared(language=language, kind=kind)
    text = " ".join(services.take_file(row, person).split())
    assert says in text
    assert "{" not in text


def test_only_what_people_assessed_so_is_written_about_and_once_to_each() -> None:
    policy()
    person = reviewer()
    known = recipient(person)
    item = address_item(number=5)
    with pytest.raises(TakedownRefused, match="assessment stands"):
        services.prepare(item, known, person)
    stood(item, person, closed_as("not_found"))
    with pytest.raises(TakedownRefused, match="assessment stands"):
        services.prepare(item, known, person)
    found = assessed(person, url="https://other.site.test/", number=6)
    first = services.prepare(found, known, person)
    with pytest.raises(TakedownRefused, match="already"):
        services.prepare(found, known, person)
    services.withdraw(first, person)
    assert services.prepare(found, known, person).pk != first.pk
    services.end_recipient(known, person)
    known.refresh_from_db()
    with pytest.raises(TakedownRefused, match="no more"):
        services.prepare(found, known, person)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.INTAKE_OPERATOR])
def test_nobody_else_writes(role: Role) -> None:
    row, _ = prepared()
    other = reviewer(role)
    for act in (services.send, services.take_file, services.withdraw):
        with pytest.raises(PermissionDenied):
            act(row, other)


def test_it_is_off_until_an_operator_has_enabled_it() -> None:
    row, person = prepared()
    with pytest.raises(TakedownRefused, match="switched off"):
        services.send(row, person)
    assert Takedown.objects.get().state == TakedownState.PREPARED


def delivered(row: Takedown, *answers: int) -> tuple[list[str], list[timedelta | None]]:
    """Send it as a worker does until nothing is to be done; gives what the server got, and how long was waited."""
    waits: list[timedelta | None] = []
    with mail_server(*answers) as box, override_settings(**SMTP, EMAIL_PORT=box.port):
        for _ in range(TRIES + 2):
            try:
                sending.deliver(row.pk)
            except Later as later:
                waits.append(later.after)
            else:
                break
        sending.deliver(row.pk)  # the same work once more does nothing
    return box.got, waits


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> Takedown:
    """A notice that is to be sent by e-mail."""
    configured(monkeypatch, takedown_mail=True)
    row, person = prepared()
    with override_settings(EMAIL_HOST="127.0.0.1"):
        services.send(row, person)
    return row


def test_a_server_gets_it_once_with_its_number(under_way: Takedown) -> None:
    got, waits = delivered(under_way, 250)
    assert (len(got), waits) == (1, [])
    message = email.message_from_string(got[0], policy=email.policy.default)
    assert message["Message-ID"].strip() == under_way.message_id
    assert ADDRESS in str(message.get_payload())
    assert (Takedown.objects.get().state, Takedown.objects.get().way) == ("sent", "mail")


def test_a_server_that_has_bad_days_gets_it_once_it_takes_it(under_way: Takedown) -> None:
    got, waits = delivered(under_way, 0, 451, 450, 250)
    assert len(got) == 1
    assert [wait.total_seconds() for wait in waits if wait] == [60, 120, 240]
    assert Takedown.objects.get().tries == 4
    assert not Alert.objects.exists()


@pytest.mark.parametrize(("answer", "tries"), [(550, 1), (451, TRIES)])
def test_what_cannot_be_sent_is_told_and_can_be_sent_otherwise(under_way: Takedown, answer: int, tries: int) -> None:
    got, _ = delivered(under_way, answer)
    row = Takedown.objects.get()
    assert (got, row.state, row.problem, row.tries) == ([], "unsent", f"smtp_{answer}", tries)
    assert Alert.objects.get().kind == "takedown_failed"
    services.take_file(row, row.prepared_by)
    assert Takedown.objects.get().state == TakedownState.SENT


def test_replies_move_it_and_are_kept_sealed() -> None:
    row, person = prepared()
    with pytest.raises(TakedownRefused, match="not sent"):
        services.note_reply(row, ReplyKind.RECEIVED, "", person)
    services.take_file(row, person)
    services.note_reply(row, ReplyKind.QUESTION, "which folder?", person)
    assert Takedown.objects.get().state == TakedownState.SENT
    services.note_reply(row, ReplyKind.REFUSED, "not ours", person)
    assert Takedown.objects.get().state == TakedownState.REFUSED
    services.note_reply(row, ReplyKind.REMOVED, "", person)
    row.refresh_from_db()
    assert (row.state, row.gone_at is not None) == ("gone", True)
    assert [one.note for one in replies_of(row)] == ["which folder?", "not ours", ""]
    assert not takedowns("open").exists()
    with pytest.raises(TakedownRefused, match="280"):
        services.note_reply(row, ReplyKind.QUESTION, "x" * 281, person)


def test_whoever_is_on_call_is_told_when_its_time_is_over_and_not_when_it_is_gone() -> None:
    row, person = prepared()
    services.take_file(row, person)
    with pytest.raises(Later):
        sending.look_if_overdue(row.pk)
    Takedown.objects.update(due_at=F("due_at") - timedelta(days=2), sent_at=now() - timedelta(days=3))
    sending.look_if_overdue(row.pk)
    assert [one.kind for one in Alert.objects.all()] == ["takedown_overdue"]
    Alert.objects.all().delete()
    services.note_reply(row, ReplyKind.REMOVED, "", person)
    sending.look_if_overdue(row.pk)
    assert not Alert.objects.exists()


def test_with_its_case_the_text_goes_and_that_it_was_sent_stays() -> None:
    row, person = prepared()
    services.take_file(row, person)
    services.note_reply(row, ReplyKind.RECEIVED, "thank you", person)
    found = destroy_of_case(row.case_item.case_id, DestructionReason.RETENTION_OVER)
    assert found.counts["takedowns"] == 1
    row.refresh_from_db()
    assert (bytes(row.content), row.state) == (b"", "sent")
    assert [one.note for one in replies_of(row)] == [""]
    with pytest.raises(TakedownRefused, match="nothing to take"):
        services.take_file(row, person)
