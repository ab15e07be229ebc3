"""The words of a conversation: asked for once by a person, kept whole or not at all, shown only under a reveal row."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from lightkeeper.act import asking
from lightkeeper.act.models import Callback, Decision
from lightkeeper.act.queueing import body_of
from lightkeeper.act.services import ask_for_text, propose_decision, set_conversation_address
from lightkeeper.act.signing_keys import forget_keys
from lightkeeper.act.tests.platform import make_platform
from lightkeeper.people.models import Person
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR, forget
from lightkeeper.record.models import AuditEvent, Reveal
from lightkeeper.record.services import place_hold
from lightkeeper.record.types import Actor, ActorKind, HoldBasis, RevealEnd, Subject, Track
from lightkeeper.review.conversations.queries import marked_messages, revealed, signal_precision, timeline
from lightkeeper.review.conversations.tests.made import found, item_of, message_id, pair, signal
from lightkeeper.review.conversations.texts import purge_owed
from lightkeeper.review.judgement import Judgement
from lightkeeper.review.keeping import erase_from_case
from lightkeeper.review.models import CaseItem, ConversationText, EvidenceMark, Grade, SignalVerdict
from lightkeeper.review.services import (
    GradeError,
    NotYours,
    RevealRefused,
    end_reveal,
    mark_evidence,
    reveal,
    settle,
    undo_grade,
)
from lightkeeper.review.tests.grades_made import graded, leased, policy, reviewer
from lightkeeper.review.types import TextState
from lightkeeper.runtime.services import verify

pytestmark = pytest.mark.django_db(transaction=True)

WORDS: list[dict[str, Any]] = [
    {"id": "m1", "sender_id": "ann", "at": "2026-11-20T18:00:00+00:00", "text": "planted hello"},
    {"id": "m2", "sender_id": "ann", "at": "2026-11-20T18:01:00+00:00", "text": "don't tell your mum"},
    {"id": "m3", "sender_id": "bo", "at": "2026-11-20T18:02:00+00:00", "text": None, "deleted": True},
]
GOOD = json.dumps({"messages": WORDS}).encode()


class Keeper(ThreadingHTTPServer):
    """A platform that keeps the words: answers with a status and a body, after a wait."""

    daemon_threads = True

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.body = 200, GOOD
        self.wait: threading.Event | None = None
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Keeper

    def do_POST(self) -> None:
        self.server.got.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.wait is not None:
            self.server.wait.wait(10)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked reads no more than it wants
            self.wfile.write(self.server.body)

    def log_message(self, *args: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def keeper(settings: Any) -> Iterator[Keeper]:
    server = Keeper()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    place = f"127.0.0.1:{server.server_address[1]}"
    values = {**settings.LIGHTKEEPER.values, "outbound_allow": (place,)}
    settings.LIGHTKEEPER = type(settings.LIGHTKEEPER)(values, settings.LIGHTKEEPER.sources)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def conversation(keeper: Keeper) -> CaseItem:
    forget()
    forget_keys()
    client = create_client(name="a platform", actor=OPERATOR)
    url = f"http://127.0.0.1:{keeper.server_address[1]}/words"
    made = set_conversation_address(client_id=client.pk, url=url, actor=OPERATOR)
    assert made is not None
    keeper.keys = {made.key_id: made.secret.encode()}
    return item_of(found(client.pk))


def with_case(item: CaseItem) -> Person:
    """A reviewer who has the case."""
    person = reviewer()
    leased(item, person)
    return person


def shown(item: CaseItem, person: Person, part: str = "whole") -> Any:
    """What is revealed to them."""
    return reveal(case_item=item, person=person, track=Track.TEXT, level="full", part=part)


def judged(outcome: str = "enticement", proposed: str = "withhold", **values: Any) -> Judgement:
    """A judgement of a conversation."""
    return Judgement(outcome=outcome, confidence="sure", proposed=proposed, **values)


def settled(item: CaseItem, person: Person, judgement: Judgement) -> Grade:
    """A grade that stands."""
    grade = graded(item, person, judgement)
    Grade.objects.filter(pk=grade.pk).update(stands_at=grade.made_at)
    assert settle(grade.pk)
    return grade


def test_who_has_the_case_asks_and_the_asking_is_signed(keeper: Keeper, conversation: CaseItem) -> None:
    person = with_case(conversation)
    assert ask_for_text(case_item=conversation, person=person) is TextState.KEPT
    headers, body = keeper.got[0]
    assert verify(headers, body, keys=keeper.keys)
    wanted = json.loads(body)
    assert (wanted["conversation_ids"], wanted["sender_id"], wanted["recipient_id"]) == (["chat-1"], "ann", "bo")
    row = ConversationText.objects.get()
    assert str(row.public) == wanted["request_id"]
    assert b"planted" not in bytes(row.sealed or b"")
    events = list(AuditEvent.objects.order_by("pk").values_list("event", "details"))
    assert not [details for _event, details in events if "planted" in details or "mum" in details]
    assert {"review:text:asked", "review:text:answered"} <= {event for event, _details in events}


def test_nobody_else_can_ask(keeper: Keeper, conversation: CaseItem) -> None:
    with pytest.raises(NotYours):
        ask_for_text(case_item=conversation, person=reviewer())
    assert not keeper.got
    assert not ConversationText.objects.exists()


def test_it_is_written_down_before_it_is_sent(
    keeper: Keeper, conversation: CaseItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: object, **_more: object) -> None:
        assert ConversationText.objects.get().state == TextState.ASKED
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "request", dies)
    with pytest.raises(KeyboardInterrupt):
        ask_for_text(case_item=conversation, person=with_case(conversation))
    assert ConversationText.objects.get().state == TextState.STOPPED
    assert not keeper.got


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (410, b"", TextState.GONE),
        (404, b"", TextState.GONE),
        (403, b"", TextState.REFUSED),
        (500, b"", TextState.FAILED),
        (302, b"", TextState.FAILED),
        (200, b"rubbish", TextState.MALFORMED),
        (200, b'{"messages": [{"id": 7}]}', TextState.MALFORMED),
        (200, json.dumps({"messages": [WORDS[0], WORDS[0]]}).encode(), TextState.MALFORMED),
        (200, json.dumps({"messages": [{**WORDS[0], "text": "a" * 4001}]}).encode(), TextState.MALFORMED),
        (200, json.dumps({"messages": [{**WORDS[0], "at": "2026-11-20T18:00:00"}]}).encode(), TextState.MALFORMED),
        (200, json.dumps({"messages": [WORDS[0]] * 501}).encode(), TextState.MALFORMED),
        (200, b"[" * (asking.MOST_BODY + 1), TextState.MALFORMED),
    ],
)
def test_a_bad_day_of_the_platform_keeps_nothing_and_says_so(
    keeper: Keeper, conversation: CaseItem, status: int, body: bytes, state: TextState
) -> None:
    keeper.status, keeper.body = status, body
    person = with_case(conversation)
    assert ask_for_text(case_item=conversation, person=person) is state
    assert timeline(conversation, person).text.says == str(state.label)
    assert ConversationText.objects.get().sealed is None
    with pytest.raises(RevealRefused):
        shown(conversation, person)
    keeper.status, keeper.body = 200, GOOD
    assert ask_for_text(case_item=conversation, person=person) is TextState.KEPT


def test_a_platform_that_does_not_answer_is_waited_for_briefly(
    keeper: Keeper, conversation: CaseItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.wait = threading.Event()
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.2)
    assert ask_for_text(case_item=conversation, person=with_case(conversation)) is TextState.TIMED_OUT
    keeper.wait.set()


def test_without_an_address_nothing_is_asked(keeper: Keeper) -> None:
    item = item_of(found(99))
    assert ask_for_text(case_item=item, person=with_case(item)) is TextState.NO_ADDRESS


def test_no_words_without_a_reveal_row(keeper: Keeper, conversation: CaseItem) -> None:
    person = with_case(conversation)
    ask_for_text(case_item=conversation, person=person)
    facts = timeline(conversation, person)
    assert "planted" not in repr(facts)
    assert "mum" not in repr(facts)
    assert [one.lane for one in facts.messages] == ["A", "A", "B"]
    assert facts.messages[1].signals == ("secrecy_request",)
    with pytest.raises(RevealRefused):
        revealed(conversation, uuid4(), person)
    seen = shown(conversation, person)
    assert Reveal.objects.get(public=seen.reveal_id).track == Track.TEXT
    assert [one.text for one in revealed(conversation, seen.reveal_id, person)] == [row["text"] for row in WORDS]
    assert b"m1" not in seen.content  # the platform's ids stay here
    with pytest.raises(RevealRefused):
        revealed(conversation, seen.reveal_id, reviewer())
    end_reveal(seen.reveal_id, person, 1.0, RevealEnd.VEILED)
    with pytest.raises(RevealRefused):
        revealed(conversation, seen.reveal_id, person)


def test_only_what_was_read_is_marked_and_marks_are_blind(keeper: Keeper, conversation: CaseItem) -> None:
    policy(second_high_stakes=True)
    first = with_case(conversation)
    client = conversation.conversation.client_id
    ask_for_text(case_item=conversation, person=first)
    with pytest.raises(GradeError):
        mark_evidence(case_item=conversation, person=first, message=message_id("m2", client))
    shown(conversation, first, "around-2")
    assert mark_evidence(case_item=conversation, person=first, message=message_id("m2", client))
    assert not mark_evidence(case_item=conversation, person=first, message=message_id("m2", client))
    assert marked_messages(conversation) == []
    grade = settled(conversation, first, judged(verdicts=(("secrecy_request", True),)))
    conversation.refresh_from_db()
    assert conversation.state == "second"
    assert (grade.seen, marked_messages(conversation)) == ("full", [message_id("m2", client)])
    second = with_case(conversation)
    facts = timeline(conversation, second)
    assert facts.marks == frozenset()
    assert not any(one.marked for one in facts.messages)


def test_the_words_go_when_the_case_closes(keeper: Keeper, conversation: CaseItem) -> None:
    policy()
    person = with_case(conversation)
    ask_for_text(case_item=conversation, person=person)
    settled(conversation, person, judged("benign", "no_action"))
    row = ConversationText.objects.get()
    assert (row.state, row.sealed) == (TextState.PURGED, None)
    assert AuditEvent.objects.filter(event="review:text:purged").count() == 1


def test_a_hold_keeps_them_until_it_is_lifted(keeper: Keeper, conversation: CaseItem) -> None:
    policy()
    person = with_case(conversation)
    ask_for_text(case_item=conversation, person=person)
    by = Actor(ActorKind.PERSON, str(person.pk), "supervisor")
    hold = place_hold(
        subject=Subject("case", str(conversation.case_id)), basis=HoldBasis.INVESTIGATION, reference="x", by=by
    )
    settled(conversation, person, judged("benign", "no_action"))
    assert ConversationText.objects.get().state == TextState.KEPT
    type(hold).objects.filter(pk=hold.pk).update(
        lifted_at=hold.placed_at, lifted_by="1", lift_reason="closed", lift_reference=b"x"
    )
    assert purge_owed() == 1
    assert ConversationText.objects.get().sealed is None


def test_erasure_takes_words_marks_and_what_was_evidence(keeper: Keeper, conversation: CaseItem) -> None:
    person, client = with_case(conversation), conversation.conversation.client_id
    ask_for_text(case_item=conversation, person=person)
    shown(conversation, person)
    mark_evidence(case_item=conversation, person=person, message=message_id("m2", client))
    erase_from_case(case_id=conversation.case_id, source=pair(client=client), actor=Actor.system())
    assert ConversationText.objects.get().sealed is None
    assert not EvidenceMark.objects.exists()
    assert bytes(conversation.signals.get().evidence) == b""


def test_verdicts_count_once_a_conversation_and_only_what_stands(keeper: Keeper) -> None:
    policy()
    item = item_of(found(signals=[signal("secrecy_request"), signal("gift_offer")]))
    person = reviewer()
    with pytest.raises(GradeError):
        graded(item, person, judged("benign", "no_action", verdicts=(("flattery", True),)))
    undone = graded(item, person, judged("benign", "no_action", verdicts=(("gift_offer", True),)))
    undo_grade(undone, person)
    settled(item, person, judged(verdicts=(("secrecy_request", True), ("gift_offer", False))))
    assert SignalVerdict.objects.count() == 3
    counted = {one.signal: (one.shown, one.told, one.right.count if one.right else None) for one in signal_precision()}
    assert counted == {"gift_offer": (1, 1, 0), "secrecy_request": (1, 1, 1)}


def test_a_verdict_on_the_signs_alone_settles_and_is_told_without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    policy()
    platform = make_platform(monkeypatch, events=("decision.made",))
    item = item_of(found(platform.client_id, score=0.7312))
    person = reviewer()
    leased(item, person)
    grade = graded(item, person, judged())
    propose_decision(grade=grade, person=person)
    Grade.objects.filter(pk=grade.pk).update(stands_at=grade.made_at)
    assert settle(grade.pk)
    assert (grade.seen, Decision.objects.get().state) == ("", "carried_out")
    told = json.loads(body_of(Callback.objects.get()))
    assert set(told) - {"event", "idempotency_id", "sequence"} == {
        "conversation_ids", "sender_id", "recipient_id", "decision", "label", "decided_at", "policy_version",
        "statement_of_reasons", "appeal_url", "notify_user",
    }  # fmt: skip
    assert (told["conversation_ids"], told["sender_id"], told["decision"]) == (["chat-1"], "ann", "withhold")


def test_what_makes_no_sense_of_a_conversation_is_refused() -> None:
    policy()
    item = item_of(found())
    with pytest.raises(GradeError):
        graded(item, reviewer(), judged(proposed="remove"))
    with pytest.raises(GradeError):
        graded(item, reviewer(), judged(uk_category="A"))
