"""With a real worker and a real receiver on loopback: signed, in order, through failures, and nobody is held up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lightkeeper.act import delivering
from lightkeeper.act.lanes import Lanes
from lightkeeper.act.models import Callback, Decision
from lightkeeper.act.services import queue_callback, set_address
from lightkeeper.act.signing_keys import forget_keys
from lightkeeper.act.states import CallbackState
from lightkeeper.act.tests.decided import KINDS, decide, minute_passes, sent_by
from lightkeeper.act.tests.platform import EVENT, Platform
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR, forget
from lightkeeper.review.services import undo_grade
from lightkeeper.review.tests.grades_made import illegal, policy, reviewer
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import verify
from lightkeeper.runtime.tests.threads import in_background, until
from lightkeeper.runtime.worker import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver(ThreadingHTTPServer):
    """Answers each path with what ``answers`` says: a status, or an event to wait for."""

    daemon_threads = True

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, int | threading.Event] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers.items()), body))
        answer = self.server.answers.get(self.path, 200)
        if isinstance(answer, threading.Event):
            answer.wait(30)
            answer = 200
        self.send_response(answer)
        if 300 <= answer < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def receiver(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    values = {**settings.LIGHTKEEPER.values, "outbound_allow": (server.place,)}
    settings.LIGHTKEEPER = type(settings.LIGHTKEEPER)(values, settings.LIGHTKEEPER.sources)
    monkeypatch.setattr(delivering, "lanes", Lanes())
    forget()
    forget_keys()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def platform(receiver: Receiver, path: str) -> tuple[int, dict[str, bytes]]:
    client = create_client(name=path, actor=OPERATOR)
    url = f"http://{receiver.place}{path}"
    key = set_address(client_id=client.pk, url=url, events=[EVENT], actor=OPERATOR)
    forget()
    assert key is not None
    return client.pk, {key.key_id: key.secret.encode()}


def test_a_decision_comes_once_it_stands_and_not_before(receiver: Receiver) -> None:
    client = create_client(name="decided", actor=OPERATOR)
    url = f"http://{receiver.place}/hook"
    key = set_address(client_id=client.pk, url=url, events=["decision.made"], actor=OPERATOR)
    forget()
    assert key is not None
    policy()
    person, sender = reviewer(), Platform(client.pk, key.key_id, key.secret)
    items = [sent_by(sender, f"photo-{number}", number=number, data=b"drawing %d" % number) for number in range(2)]
    for item in items:
        made = decide(item, person, illegal())
    with worker():
        undo_grade(made.grade, person)
        minute_passes()
        until(lambda: Callback.objects.filter(state=CallbackState.DELIVERED).exists())
        until(lambda: not Work.objects.filter(kind__in=KINDS, state__in=["waiting", "leased"]).exists())
    [(_, headers, body)] = receiver.got
    verify(headers, body, keys={key.key_id: key.secret.encode()})
    assert (json.loads(body)["id"], json.loads(body)["decision"]) == ("photo-0", "remove")
    assert [row.state for row in Decision.objects.order_by("pk")] == ["carried_out", "void"]


def queue(client_id: int, order: str, identity: str) -> None:
    payload = {"id": identity, "state": "accepted"}
    assert queue_callback(client_id=client_id, order_key=order.encode(), event=EVENT, payload=payload)


@contextmanager
def worker(threads: int = 4) -> Iterator[None]:
    with in_background(lambda stop: run_worker(threads=threads, stop=stop)):
        yield


def test_all_arrive_signed_and_in_order(receiver: Receiver) -> None:
    client_id, keys = platform(receiver, "/hook")
    for number in range(5):
        for item in ("a", "b", "c"):
            queue(client_id, item, f"{item}{number}")
    with worker():
        until(lambda: not Callback.objects.exclude(state=CallbackState.DELIVERED).exists())
    came = [json.loads(body)["id"] for _, _, body in receiver.got]
    assert sorted(came) == [f"{item}{number}" for item in "abc" for number in range(5)]
    for item in "abc":
        assert [one for one in came if one[0] == item] == [f"{item}{number}" for number in range(5)]
    for _, headers, body in receiver.got:
        verify(headers, body, keys=keys)


@pytest.mark.parametrize(("status", "code"), [(503, ""), (302, "redirected")])
def test_what_fails_comes_again(receiver: Receiver, status: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "FIRST_WAIT", delivering.FIRST_WAIT / 40)
    client_id, _ = platform(receiver, "/hook")
    receiver.answers["/hook"] = status
    queue(client_id, "a", "a")
    with worker():
        until(lambda: Callback.objects.filter(state=CallbackState.FAILED, last_code=code, attempts__gte=2).exists())
        receiver.answers["/hook"] = 200
        until(lambda: Callback.objects.filter(state=CallbackState.DELIVERED).exists())
    assert len({headers["Lightkeeper-Idempotency-Id"] for _, headers, _ in receiver.got}) == 1
    assert {path for path, _, _ in receiver.got} == {"/hook"}  # a redirect is not followed


def test_a_slow_platform_holds_up_nobody_else(receiver: Receiver) -> None:
    slow_id, _ = platform(receiver, "/slow")
    quick_id, _ = platform(receiver, "/quick")
    receiver.answers["/slow"] = gate = threading.Event()
    for number in range(20):
        queue(slow_id, f"s{number}", f"s{number}")
    for number in range(10):
        queue(quick_id, f"q{number}", f"q{number}")
    with worker(threads=8):
        until(lambda: Callback.objects.filter(client=quick_id, state=CallbackState.DELIVERED).count() == 10)
        assert not Callback.objects.filter(client=slow_id, state=CallbackState.DELIVERED).exists()
        gate.set()
        until(lambda: Callback.objects.filter(client=slow_id, state=CallbackState.DELIVERED).count() == 20)


def test_a_platform_that_does_not_answer_in_time_has_failed(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "ANSWER_SECONDS", 0.3)
    client_id, _ = platform(receiver, "/hook")
    receiver.answers["/hook"] = gate = threading.Event()
    queue(client_id, "a", "a")
    with worker():
        until(lambda: Callback.objects.filter(last_code="timed_out").exists())
        gate.set()
        until(lambda: Callback.objects.filter(state=CallbackState.DELIVERED).exists())
