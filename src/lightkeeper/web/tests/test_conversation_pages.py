"""The page of a conversation's case: facts first, words only under a row of the view log, a verdict on every sign."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record import authority
from lightkeeper.record.models import Reveal
from lightkeeper.review.models import CaseItem, EvidenceMark, Grade, SignalVerdict
from lightkeeper.review.tests.grades_made import leased, minute_over, policy, reviewer
from lightkeeper.review.tests.reveals_made import answered_for
from lightkeeper.review.types import TextState
from lightkeeper.web.tests.talks_of_cases import SECRET, SEVERE, conversation, platform, words

pytestmark = pytest.mark.django_db
VERDICT = {"outcome": "concerning", "confidence": "sure", "proposed": "no_action", "part": "first"}


def csv_of(browser: Any) -> str:
    """The precision of signs as CSV."""
    return b"".join(browser.get("/quality/signals.csv?days=0").streaming_content).decode()


def m32() -> bytes:
    """The message that asks to keep a secret."""
    return words()[31].key


@pytest.fixture(autouse=True)
def _answered() -> Iterator[None]:
    answered_for()
    policy()
    yield
    authority.forget()


def page(item: CaseItem, person: Person) -> str:
    answer = signed_in(person).get(reverse("case:page", args=[item.case.public]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(item: CaseItem, person: Person, name: str, **data: str) -> Any:
    return signed_in(person).post(reverse(f"case:{name}", args=[item.case.public, 1]), data)


def holder(item: CaseItem) -> Person:
    person = reviewer()
    leased(item, person)
    return person


def read_all(item: CaseItem, person: Person) -> str:
    """Ask the platform, then read everything."""
    with platform():
        post(item, person, "conversation_text")
    return str(post(item, person, "conversation_text", part="whole").content.decode())


def test_the_ordinary_address_shows_why_it_is_here_without_any_words() -> None:
    item = conversation()
    text = page(item, holder(item))
    assert "Signs of different kinds came together" in text
    order = [text.index(name) for name in ("Pressure or threat", "Asks to keep it secret", "Asks who is there")]
    assert order == sorted(order)  # the weightiest first
    for said in (
        "A asks B not to tell somebody.", "13 to 15", "as was verified", "as they said themselves", "Strangers",
        "Signs were seen from 10 Nov 2026", "Ask for the words", "6 messages or acts",
    ):  # fmt: skip
        assert said in text
    assert "ann-1" not in text  # letters, not names
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_only_who_may_read_cases_sees_it_and_only_the_holder_may_ask(role: Role) -> None:
    item, person = conversation(), make_person(role, granted=True)
    answer = signed_in(person).get(reverse("case:page", args=[item.case.public]))
    assert (answer.status_code == 200) == (role in {Role.ANALYST, Role.SENIOR_ANALYST, Role.SUPERVISOR, Role.AUDITOR})
    with platform():
        told = post(item, person, "conversation_text", part="whole")
    assert SECRET not in told.content.decode()
    assert not Reveal.objects.exists()


def test_asking_brings_lanes_without_words_and_reading_leaves_a_row_first() -> None:
    item = conversation()
    person = holder(item)
    with platform():
        asked = post(item, person, "conversation_text").content.decode()
    assert SECRET not in asked
    assert not Reveal.objects.exists()
    assert "4 of 44 messages are marked" in asked
    assert "9 messages without a mark" in asked
    assert "4 days of silence" in asked or "3 days of silence" in asked
    around = post(item, person, "conversation_text", part="around-32")
    assert SECRET in around.content.decode().replace("&#x27;", "'")
    assert SEVERE not in around.content.decode()
    assert "what school" not in around.content.decode()
    row = Reveal.objects.get()
    assert (row.track, row.part, row.level) == ("text", "around-32", "full")
    assert str(row.public) in around.content.decode()
    assert "no-store" in around.headers["Cache-Control"]
    assert SECRET not in page(item, person).replace("&#x27;", "'")  # to come back to the page shows nothing


def test_the_gravest_lines_show_only_their_kind_until_opened() -> None:
    item = conversation()
    text = read_all(item, holder(item))
    before = text[: text.index(SEVERE)]
    assert before.rstrip().endswith('dir="auto">')
    assert "Pressure or threat: show the words" in before[-200:]
    assert '<details class="severe">' in before[-300:]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (TextState.NO_ADDRESS, "Nobody can be asked for the words."),
        (TextState.REFUSED, "The platform refused."),
        (TextState.TIMED_OUT, "The platform did not answer in time."),
        (TextState.GONE, "The words are gone."),
        (TextState.FAILED, "The platform could not be reached."),
        (TextState.MALFORMED, "The platform&#x27;s answer cannot be used."),
    ],
)
def test_what_became_of_asking_is_said_and_judging_goes_on(state: TextState, says: str) -> None:
    item = conversation()
    person = holder(item)
    with platform(state):
        told = post(item, person, "conversation_text").content.decode()
    assert says in told
    assert "data-grade" in told
    assert post(item, person, "grade", **VERDICT).status_code == 302


def test_a_platform_that_cannot_read_its_messages_gives_lanes_and_nothing_to_ask_for() -> None:
    item = conversation()
    person = holder(item)
    with platform(with_text=False):
        told = post(item, person, "conversation_text").content.decode()
    assert "There are no words to ask for." in told
    assert "4 of 44 messages are marked" in told
    assert "Read here" not in told


def test_every_sign_is_said_to_be_right_or_wrong_with_the_verdict() -> None:
    item = conversation()
    person = holder(item)
    told = {"signal-secrecy_request": "right", "signal-alone_probe": "wrong", "signal-gift_offer": ""}
    assert post(item, person, "grade", **VERDICT, **told).status_code == 302
    grade = Grade.objects.get()
    assert (grade.outcome, grade.vocabulary) == ("concerning", "conversation-2026-1")
    assert set(SignalVerdict.objects.values_list("signal", "right")) == {
        ("secrecy_request", True),
        ("alone_probe", False),
    }


def test_what_is_missing_is_said_and_what_was_said_of_signs_stays() -> None:
    item = conversation()
    person = holder(item)
    told = post(item, person, "grade", outcome="benign", **{"signal-alone_probe": "wrong"}).content.decode()
    assert "It was not graded yet." in told
    box = told[told.index('name="signal-alone_probe" value="wrong"') :]
    assert "checked" in box[: box.index(">")]
    assert not Grade.objects.exists()


def test_a_message_is_evidence_only_after_it_was_read() -> None:
    item = conversation()
    person = holder(item)
    with platform():
        post(item, person, "conversation_text")
    assert post(item, person, "conversation_evidence", message=m32().hex(), on="1").status_code == 409
    post(item, person, "conversation_text", part="around-32")
    assert post(item, person, "conversation_evidence", message=m32().hex(), on="1").status_code == 204
    assert bytes(EvidenceMark.objects.get().message) == m32()
    assert post(item, person, "conversation_evidence", message=m32().hex(), on="").status_code == 204
    assert not EvidenceMark.objects.exists()
    assert post(item, person, "conversation_evidence", message="not hexadecimal", on="1").status_code == 400


def test_a_second_reviewer_sees_nothing_of_the_first() -> None:
    policy(second_random_percent=100)
    item = conversation()
    first, second = holder(item), reviewer()
    read_all(item, first)
    post(item, first, "conversation_evidence", message=m32().hex(), on="1")
    told = {"signal-secrecy_request": "wrong", "note": "a note of the first"}
    post(item, first, "grade", **{**VERDICT, "outcome": "enticement", "proposed": "withhold"}, **told)
    minute_over(Grade.objects.get())
    leased(item, second)
    text = page(item, second)
    assert "Second review." in text
    assert "checked" not in text.replace("signal-", "").split("Was each sign right?")[0]
    assert "a note of the first" not in text
    assert first.name not in text
    assert m32().hex() not in text or "checked" not in text.split(m32().hex())[1][:80]
    assert post(item, second, "grade", **{**VERDICT, "part": "second"}).status_code == 302


def test_peers_are_written_of_as_two_who_need_help() -> None:
    item = conversation(peers=True)
    text = page(item, holder(item))
    assert "what would help the two of them" in text
    for word in ("offender", "predator", "suspect", "victim", "groom"):
        assert word not in text.lower()


def test_no_word_of_a_message_is_in_an_address_a_title_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    item = conversation()
    with caplog.at_level(logging.DEBUG):
        text = read_all(item, holder(item))
    assert "skin" in text
    assert "skin" not in text.split("</title>")[0]
    assert "skin" not in caplog.text
    words_of_addresses = [piece.split('"')[0] for piece in text.split('action="')[1:] + text.split('href="')[1:]]
    assert not any("skin" in one for one in words_of_addresses)


def test_a_settled_conversation_is_shown_without_words_and_the_queue_says_what_it_is() -> None:
    item = conversation()
    person = holder(item)
    queue = signed_in(person).get(reverse("review:queue")).content.decode()
    assert "Pattern in a conversation" in queue
    read_all(item, person)
    post(item, person, "grade", **VERDICT)
    minute_over(Grade.objects.get())
    text = page(item, person)
    assert "The words are not shown any more." in text
    assert SECRET not in text.replace("&#x27;", "'")
    assert "Settled" in text


def test_signs_have_a_precision_with_its_interval_on_the_quality_page_and_as_csv() -> None:
    item = conversation()
    post(item, holder(item), "grade", **VERDICT, **{"signal-alone_probe": "right"})
    lead = signed_in(make_person(Role.SUPERVISOR))
    assert "alone_probe" not in csv_of(lead)  # not settled: nobody learns of it
    minute_over(Grade.objects.get())
    assert "Asks who is there" in lead.get("/quality/?days=0").content.decode()
    assert "alone_probe,1,1,1.0,0.2065" in csv_of(lead)
