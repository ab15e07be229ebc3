"""Callbacks about one thing reach the platform in order and none is lost, whatever happens: a state machine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lightkeeper.act import delivering
from lightkeeper.act.delivering import deliver
from lightkeeper.act.lanes import Lanes
from lightkeeper.act.models import Callback
from lightkeeper.act.queueing import DELIVER
from lightkeeper.act.services import pause, replay, replay_since, resume
from lightkeeper.act.states import OPEN, CallbackState
from lightkeeper.act.tests.platform import make_platform, queue
from lightkeeper.act.types import CallbackError
from lightkeeper.people.tests.clients_made import OPERATOR
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Retry

ANY = st.integers(0, 1000)


class Killed(Exception):  # noqa: N818  # no error: the worker's process is gone
    """The worker is killed after it sent, before it wrote."""


class Callbacks(RuleBasedStateMachine):
    """Workers are played by hand: rows of work run one at a time, in any order, and not always to their end."""

    patch: pytest.MonkeyPatch

    @initialize()
    def begin(self) -> None:
        self.mark = transaction.savepoint()
        self.platform = make_platform(self.patch)
        self.began = timezone.now()
        self.replayed: set[int] = set()
        self.taken: set[int] = set()

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            transaction.savepoint_rollback(self.mark)

    @rule(thing=st.sampled_from([b"one", b"two"]))
    def queue_one(self, thing: bytes) -> None:
        queue(self.platform, order=thing)

    @rule(which=ANY, status=st.sampled_from([200, 204, 302, 404, 410, 500, "timed_out"]))
    def work(self, which: int, status: int | str) -> None:
        self.platform.status = status
        self.run_one(which)

    @rule(which=ANY)
    def work_and_be_killed(self, which: int) -> None:
        def killed(*args: object, **kwargs: object) -> None:
            raise Killed

        self.platform.status = 200
        with self.patch.context() as broken:
            broken.setattr(delivering, "write_event", killed)
            self.run_one(which)

    @rule(which=ANY)
    def give_one_up(self, which: int) -> None:
        rows = list(Callback.objects.filter(state__in=OPEN).order_by("pk"))
        if rows:
            row = rows[which % len(rows)]
            Callback.objects.filter(pk=row.pk).update(give_up_at=row.created_at + timedelta(microseconds=1))

    @rule()
    def hold(self) -> None:
        self.attempt(lambda: pause(client_id=self.platform.client_id, actor=OPERATOR))

    @rule()
    def let_go(self) -> None:
        self.attempt(lambda: resume(client_id=self.platform.client_id, actor=OPERATOR))

    @rule(which=ANY)
    def replay_one(self, which: int) -> None:
        rows = list(Callback.objects.exclude(state__in=OPEN).order_by("pk").values_list("pk", flat=True))
        if rows:
            replay(rows[which % len(rows)], actor=OPERATOR)
            self.replayed.add(rows[which % len(rows)])

    @rule()
    def replay_all(self) -> None:
        ended = set(Callback.objects.exclude(state__in=OPEN).values_list("pk", flat=True))
        assert replay_since(client_id=self.platform.client_id, since=self.began, actor=OPERATOR) == len(ended)
        self.replayed |= ended

    @invariant()
    def one_has_the_turn_and_one_row_of_work_is_about_it(self) -> None:
        for thing in Callback.objects.values_list("subject_index", flat=True).distinct():
            same = list(Callback.objects.filter(subject_index=bytes(thing), state__in=OPEN))
            in_turn = [row for row in same if row.turn]
            assert len(in_turn) == bool(same)
            if in_turn:
                about = Work.objects.filter(kind=DELIVER, subject=in_turn[0].pk, state="waiting").count()
                assert about + in_turn[0].held == 1

    def run_one(self, which: int) -> None:
        """Run a row as a worker does: done when the handler returns, left where it says so or is killed."""
        rows = list(Work.objects.filter(kind=DELIVER, state="waiting").order_by("pk"))
        if not rows:
            return
        row = rows[which % len(rows)]
        assert row.subject is not None
        sent = len(self.platform.sent)
        earlier = self.on_the_way_before(row.subject)
        with suppress(Killed), transaction.atomic():  # a killed worker's transaction rolls back
            if self.ends(row.subject):
                Work.objects.filter(pk=row.pk).update(state="done", finished_at=timezone.now())
        if len(self.platform.sent) > sent:
            assert not earlier
            if isinstance(self.platform.status, int) and self.platform.status < 300:
                self.taken.add(row.subject)

    def ends(self, callback: int) -> bool:
        """Whether the handler returns, so that the work is done."""
        try:
            deliver(callback)
        except Retry:
            return False
        return True

    def on_the_way_before(self, callback: int) -> set[int]:
        """What was queued earlier about the same thing and is still to come (a replay may come late)."""
        one = Callback.objects.get(pk=callback)
        same = Callback.objects.filter(subject_index=bytes(one.subject_index), sequence__lt=one.sequence)
        return set(same.filter(state__in=OPEN).values_list("pk", flat=True)) - self.replayed

    def attempt(self, act: Callable[[], object]) -> None:
        with suppress(CallbackError):
            act()

    def finish(self) -> None:
        """The platform is well again, and everything goes out."""
        self.attempt(lambda: resume(client_id=self.platform.client_id, actor=OPERATOR))
        self.platform.status = 200
        self.patch.setattr(delivering, "lanes", Lanes())
        for _ in range(10_000):
            if not Work.objects.filter(kind=DELIVER, state="waiting").exists():
                break
            self.run_one(0)
        assert not Callback.objects.filter(state__in=OPEN).exists()
        delivered = Callback.objects.filter(state=CallbackState.DELIVERED).values_list("pk", flat=True)
        assert set(delivered) <= self.taken


@pytest.mark.django_db
def test_order_and_completeness(monkeypatch: pytest.MonkeyPatch) -> None:
    Callbacks.patch = monkeypatch
    run_state_machine_as_test(
        Callbacks,
        settings=settings(
            max_examples=15, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
