"""What of messages is kept, for how long, and what edits and deletions take away."""

from __future__ import annotations

import pytest

from lightkeeper.detect.conversations.engine import Noted
from lightkeeper.detect.conversations.events import Account, AgeBand, AgeSource, Event, MediaKind, RelationSaid
from lightkeeper.detect.conversations.judging import is_judged
from lightkeeper.detect.conversations.tests.saying import (
    ALEX,
    BO,
    CAT,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    Rows,
    changed,
    key,
    message,
    rows_after,
    take,
)
from lightkeeper.detect.conversations.tests.viewed import view

pytestmark = pytest.mark.usefixtures("unjudged")


def noted(rows: Rows, *events: Event) -> list[str]:
    return [note.noted for note in take(rows, events).notes]


def test_the_same_id_counts_once_and_the_same_words_count_each_time() -> None:
    rows: Rows = {}
    assert noted(rows, message("1", 0, "secret"), message("1", 0, "secret")) == [Noted.COUNTED, Noted.DUPLICATE]
    assert noted(rows, message("1", 0, "secret"), message("2", 0, "secret")) == [Noted.DUPLICATE, Noted.COUNTED]
    seen = view(rows)
    assert (seen.to.total, seen.traces["secrecy_request"].count) == (2, 2)
    assert seen.traces["secrecy_request"].evidence == tuple(sorted((key("1"), key("2"))))


def test_a_deletion_takes_what_the_words_showed_and_leaves_that_a_message_was_there() -> None:
    first = message("1", 0, "secret gift", media=MediaKind.PICTURE)
    rows = rows_after([[first, message("2", MINUTE)]])
    assert noted(rows, changed(first, deleted=True, text=None, at=first.at + HOUR)) == [Noted.DELETED]
    seen = view(rows)
    assert not seen.traces
    assert (seen.to.total, len(seen.to.times)) == (2, 2)
    assert key("1")[7:] not in b"".join(row for name, row in rows.items() if name.kind == "pair")


def test_the_last_edit_holds_also_when_it_comes_first() -> None:
    first = message("1", 0, "secret")
    last = changed(first, edited=True, text="alone", at=first.at + 9_000)
    other = changed(first, edited=True, text="camera", at=first.at + 5_000)
    for order in ([first, other, last], [last, first, other], [other, last, first]):
        seen = view(rows_after([[event] for event in order]))
        assert list(seen.traces) == ["alone_probe"]
        assert (seen.to.total, seen.to.times) == (1, (NOON,))


def test_an_edit_of_what_is_not_known_says_so() -> None:
    rows = rows_after([[message(str(n), n * MINUTE) for n in range(60)]])
    gone = changed(message("0", 0), deleted=True, text=None)
    assert noted(rows, gone) == [Noted.UNKNOWN_TARGET]
    assert view(rows).to.total == 60


def test_what_comes_after_its_day_and_window_counts_and_is_flagged() -> None:
    rows = rows_after([[message(str(n), 2 * DAY + n * MINUTE) for n in range(50)]])
    assert noted(rows, message("a", 0, "secret"), message("b", 2 * DAY - HOUR, "gift")) == [Noted.LATE, Noted.COUNTED]
    seen = view(rows)
    assert seen.to.total == 52
    assert seen.stages == ("secrecy_request", "gift_offer")
    assert seen.to.first_at == NOON


def test_benign_talk_does_not_wash_a_sign_away() -> None:
    asked = [message(f"s{n}", n * HOUR, "secret") for n in range(20)]
    flood = [message(f"f{n}", 30 * HOUR + n * MINUTE) for n in range(500)]
    trace = view(rows_after([asked, flood])).traces["secrecy_request"]
    assert (trace.count, trace.first_at, trace.last_at) == (20, NOON, NOON + 19 * HOUR)
    assert trace.evidence == tuple(key(f"s{n}") for n in range(12, 20))
    assert 15 < trace.month < 20


def test_a_phrase_in_pieces_is_found_within_a_minute_and_names_its_last_piece() -> None:
    pieces = [message("1", 0, "one"), message("2", 50_000, "two")]
    for order in (pieces, pieces[::-1]):
        trace = view(rows_after([[event] for event in order])).traces["secrecy_request"]
        assert (trace.evidence, trace.reviewed) == ((key("2"),), False)
    assert not view(rows_after([[pieces[0], message("2", 61_000, "two")]])).traces
    assert not view(rows_after([[*pieces, changed(pieces[0], deleted=True, text=None)]])).traces
    assert not view(rows_after([[*pieces, message("3", 20_000, "hello")]])).traces


def test_a_message_without_text_is_counted_as_any_other() -> None:
    seen = view(rows_after([[message("1", 0, None, media=MediaKind.VIDEO), message("2", 1, None)]]))
    assert (seen.to.total, seen.to.times) == (2, (NOON, NOON + 1))


def test_no_word_is_in_a_row() -> None:
    rows = rows_after([[message("1", 0, "secret camera for alone alex")]])
    assert not any(word in row for row in rows.values() for word in (b"secret", b"camera", b"alone", b"alex"))


def test_people_are_never_swapped() -> None:
    accounts = [
        Account(key("pa"), ALEX, NOON, AgeBand.ADULT, AgeSource.VERIFIED),
        Account(key("pb"), BO, NOON, AgeBand.FROM_13, AgeSource.DECLARED),
    ]
    said = RelationSaid(key("r"), NOON, BO, ALEX, initiated_by=ALEX, mutual=0)
    rows = rows_after([[message("1", 0, "secret"), message("2", 1, "stop", sender=BO, to=ALEX), *accounts, said]])
    there, here = view(rows), view(rows, BO, ALEX)
    assert (there.sender.id, there.sender.age_band, there.recipient.age_band) == (ALEX, AgeBand.ADULT, AgeBand.FROM_13)
    assert (here.sender.id, here.sender.age_band, here.recipient.age_band) == (BO, AgeBand.FROM_13, AgeBand.ADULT)
    assert list(there.traces) == ["secrecy_request"]
    assert not here.traces
    assert there.back.refusals == here.to.refusals == ((NOON + 1, key("2")),)
    assert (there.ties.initiated_by_sender, here.ties.initiated_by_sender) == (True, False)


def test_an_age_that_is_told_later_reaches_the_senders_figures() -> None:
    rows = rows_after([[message("1", 0, "hello to you there"), message("2", HOUR, "hello to you there", to=CAT)]])
    assert view(rows).contacts.minors_1d == 0
    take(rows, [Account(key(f"p{one.hex()}"), one, NOON, AgeBand.UNDER_13) for one in (BO, CAT)])
    seen = view(rows, ALEX, CAT).contacts
    assert (seen.minors_1d, seen.people_30d, seen.same_opener, seen.unanswered) == (2, 2, 1, 1.0)


def test_a_window_back_is_what_was_known_without_the_newest_messages() -> None:
    talk = [message(str(n), n * HOUR, "secret" if n in {3, 9} else "hello") for n in range(10)]
    rows, before = rows_after([talk]), view(rows_after([talk[:8]]))
    assert view(rows, without=2) == before
    assert view(rows).traces["secrecy_request"].count == 2


def test_only_what_a_known_adult_is_written_is_not_judged() -> None:
    from lightkeeper.detect.conversations.account import AccountState

    account = AccountState()
    assert is_judged(account)
    account.put(Account(key("1"), BO, NOON, AgeBand.ADULT))
    assert not is_judged(account)
    account.put(Account(key("2"), BO, NOON - 1, AgeBand.FROM_16))
    assert is_judged(account)
