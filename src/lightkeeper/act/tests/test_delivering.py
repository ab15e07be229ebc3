"""A callback is sent signed until the platform takes it, with the same id each time, and given up after days."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from lightkeeper.act import delivering
from lightkeeper.act.delivering import LONGEST_WAIT, deliver, wait_after
from lightkeeper.act.models import Callback, Channel
from lightkeeper.act.services import make_signing_key, pause, resume, set_address, switch_signing_key
from lightkeeper.act.signing_keys import forget_keys
from lightkeeper.act.states import CallbackState
from lightkeeper.act.tests.platform import Platform, make_platform, queue
from lightkeeper.act.types import CallbackError
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.clients_made import OPERATOR, details_of
from lightkeeper.record.events import Event
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import OutboundRefused, Retry, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    return make_platform(monkeypatch)


def work() -> list[int | None]:
    return list(Work.objects.filter(kind="act:deliver").order_by("pk").values_list("subject", flat=True))


def fails(callback: int) -> Retry:
    with pytest.raises(Retry) as error:
        deliver(callback)
    return error.value


def test_it_is_signed_and_named(platform: Platform) -> None:
    number = queue(platform)
    deliver(number)
    headers, body = platform.sent[0]
    assert verify(headers, body, keys={platform.key_id: platform.secret.encode()}) == platform.key_id
    callback = Callback.objects.get(pk=number)
    assert headers["Lightkeeper-Event"] == "submission.finished"
    assert headers["Lightkeeper-Idempotency-Id"] == str(callback.idempotency_id)
    assert headers["Lightkeeper-Sequence"] == str(callback.sequence)
    assert (callback.state, callback.attempts, callback.last_status) == (CallbackState.DELIVERED, 1, 200)
    assert details_of(Event.ACT_CALLBACK_DELIVERED) == [{"attempts": 1}]


def test_the_later_one_follows_when_the_earlier_was_taken(platform: Platform) -> None:
    first, second = queue(platform, "first"), queue(platform, "second")
    deliver(second)  # not its turn
    assert platform.sent == []
    deliver(first)
    assert work() == [first, second]
    deliver(second)
    assert [body["id"] for body in platform.bodies()] == ["first", "second"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "status_500"), (404, "status_404"), (410, "status_410"), (199, "status_199"), ("redirected", "redirected"),
     ("timed_out", "timed_out")],
)  # fmt: skip
def test_all_but_2xx_is_tried_again_with_the_same_id(platform: Platform, status: int | str, code: str) -> None:
    number = queue(platform)
    platform.status = status
    assert fails(number).code == code
    callback = Callback.objects.get(pk=number)
    assert (callback.state, callback.attempts, callback.turn) == (CallbackState.FAILED, 1, True)
    platform.status = 204
    deliver(number)
    ids = [headers["Lightkeeper-Idempotency-Id"] for headers, _ in platform.sent]
    assert ids == [str(callback.idempotency_id)] * 2
    assert Callback.objects.get(pk=number).state == CallbackState.DELIVERED


def test_an_address_that_is_refused_is_a_failure(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OutboundRefused("planted address")

    monkeypatch.setattr(delivering, "post_json", refuse)
    assert fails(queue(platform)).code == "refused"
    assert Callback.objects.get().last_code == "refused"


def test_a_damaged_row_is_a_failure_and_given_up_in_its_time(platform: Platform) -> None:
    number, following = queue(platform), queue(platform)
    Callback.objects.filter(pk=number).update(payload=b"damaged")
    assert fails(number).code == "unreadable"
    now = timezone.now()
    Callback.objects.filter(pk=number).update(created_at=now - timedelta(days=5), give_up_at=now)
    deliver(number)
    assert Callback.objects.get(pk=following).turn
    assert platform.sent == []


def test_what_the_platform_answers_is_kept_nowhere(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    number = queue(platform, "planted-caller-id")
    platform.status = 500
    fails(number)
    stored = str(list(Callback.objects.values())) + str(list(Work.objects.values())) + caplog.text
    assert "planted" not in stored


def test_killed_between_sending_and_writing_it_is_sent_again_with_the_same_id(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = queue(platform)
    with monkeypatch.context() as broken:

        def killed(*args: object, **kwargs: object) -> None:
            raise KeyboardInterrupt

        broken.setattr(delivering, "write_event", killed)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            deliver(number)
    assert Callback.objects.get(pk=number).state == CallbackState.WAITING
    deliver(number)
    first, second = (headers["Lightkeeper-Idempotency-Id"] for headers, _ in platform.sent)
    assert first == second
    deliver(number)  # delivered already: nothing
    assert len(platform.sent) == 2


def test_back_off_grows_to_hours_with_jitter_and_fills_five_days() -> None:
    for attempts in range(1, 60):
        waits = [wait_after(attempts) for _ in range(20)]
        assert len(set(waits)) > 1
        assert all(timedelta(seconds=1) <= wait <= LONGEST_WAIT for wait in waits)
    days = sum((wait_after(attempts) for attempts in range(1, 61)), timedelta())
    assert days > timedelta(days=5)


def test_after_five_days_it_is_given_up_and_somebody_is_told_and_the_next_follows(platform: Platform) -> None:
    first, second = queue(platform, "first"), queue(platform, "second")
    platform.status = 503
    fails(first)
    past = timezone.now() - timedelta(seconds=1)
    Callback.objects.filter(pk=first).update(created_at=past - timedelta(days=5), give_up_at=past)
    deliver(first)
    callback = Callback.objects.get(pk=first)
    assert (callback.state, callback.attempts, callback.turn) == (CallbackState.DEAD, 2, False)
    assert details_of(Event.ACT_CALLBACK_DIED) == [{"attempts": 2, "status": 503}]
    assert Alert.objects.get().kind == "callback_dead"
    assert Callback.objects.get(pk=second).turn
    assert work()[-1] == second


def test_the_last_attempt_is_made_at_the_end_of_its_time(platform: Platform) -> None:
    number = queue(platform)
    soon = timezone.now() + timedelta(minutes=1)
    Callback.objects.update(give_up_at=soon, attempts=30)
    platform.status = 500
    after = fails(number).after
    assert after is not None
    assert after <= timedelta(minutes=1)


def test_while_paused_callbacks_are_held_and_then_have_their_days_anew(platform: Platform) -> None:
    number, other = queue(platform), queue(platform, order=b"another")
    pause(client_id=platform.client_id, actor=OPERATOR)
    deliver(number)
    assert platform.sent == []
    assert Callback.objects.get(pk=number).held
    later = queue(platform, "later")  # queued all the same
    assert resume(client_id=platform.client_id, actor=OPERATOR) == 1
    assert Callback.objects.filter(held=True).count() == 0
    assert work() == [number, other, number]
    deliver(number)
    deliver(later)
    deliver(other)
    assert len(platform.sent) == 3
    assert details_of(Event.ACT_CALLBACKS_RESUMED) == [{"callbacks": 1}]


def test_pausing_and_resuming_twice_is_refused(platform: Platform) -> None:
    with pytest.raises(CallbackError, match="not held"):
        resume(client_id=platform.client_id, actor=OPERATOR)
    pause(client_id=platform.client_id, actor=OPERATOR)
    with pytest.raises(CallbackError, match="held already"):
        pause(client_id=platform.client_id, actor=OPERATOR)


def test_without_an_address_what_was_queued_is_held_until_there_is_one(platform: Platform) -> None:
    number = queue(platform)
    set_address(client_id=platform.client_id, url="", events=[], actor=OPERATOR)
    deliver(number)
    assert Callback.objects.get().held
    set_address(
        client_id=platform.client_id, url="https://new.example/", events=["submission.finished"], actor=OPERATOR
    )
    deliver(number)
    assert len(platform.sent) == 1


def test_an_address_that_is_gone_for_an_hour_is_paused_and_somebody_is_told(platform: Platform) -> None:
    number = queue(platform)
    platform.status = 410
    fails(number)
    assert Channel.objects.get().paused_at is None
    Channel.objects.update(gone_since=timezone.now() - timedelta(hours=1))
    fails(number)
    channel = Channel.objects.get()
    assert (channel.paused_why, channel.gone_since) == ("gone", None)
    assert Alert.objects.get().kind == "callback_paused"
    assert details_of(Event.ACT_CALLBACKS_PAUSED) == [{"why": "gone"}]
    deliver(number)
    assert len(platform.sent) == 2
    assert Callback.objects.get().held


def test_any_other_answer_says_that_the_address_is_not_gone(platform: Platform) -> None:
    number = queue(platform)
    platform.status = 410
    fails(number)
    platform.status = 500
    fails(number)
    assert Channel.objects.get().gone_since is None


def test_a_next_key_signs_only_after_it_was_switched_to(platform: Platform) -> None:
    made = make_signing_key(client_id=platform.client_id, actor=OPERATOR)
    assert made.state == "next"
    deliver(queue(platform))
    switch_signing_key(client_id=platform.client_id, actor=OPERATOR)
    forget_keys()  # as after its few seconds
    deliver(queue(platform, order=b"another"))
    keys = {platform.key_id: platform.secret.encode(), made.key_id: made.secret.encode()}
    assert [verify(headers, body, keys=keys) for headers, body in platform.sent] == [platform.key_id, made.key_id]
    with pytest.raises(CallbackError, match="no next key"):
        switch_signing_key(client_id=platform.client_id, actor=OPERATOR)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://platform.example/", "https:///path", "https://user:word@platform.example/", "https://platform.example/#a",
        "https://platform.example:99999/", "https://platform.example/a b", "javascript:alert(1)", "https://[::1", "x",
        "https://platform.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_addresses_that_are_refused(platform: Platform, url: str) -> None:
    with pytest.raises(CallbackError, match="address"):
        set_address(client_id=platform.client_id, url=url, events=["submission.finished"], actor=OPERATOR)
