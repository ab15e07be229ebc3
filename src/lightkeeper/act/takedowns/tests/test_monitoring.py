"""Whether an address answers: headers only, gone after three looks, before a person again when it returns."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.utils.timezone import now

from lightkeeper.act.takedowns import monitoring, services
from lightkeeper.act.takedowns.models import AddressLook, Takedown
from lightkeeper.act.takedowns.tests.made import assessed, configured, recipient
from lightkeeper.people.models import Alert
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import policy, reviewer
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import Later

pytestmark = pytest.mark.django_db


@dataclass
class Site:
    """``answers``: one a look, the last again and again; ``asked`` are the first lines; ``drained`` bytes of bodies."""

    answers: list[int]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    more: list[bytes] = field(default_factory=list)


@contextmanager
def site(*answers: int) -> Iterator[Site]:
    """A site on loopback that tries to send a body whatever is asked."""
    made = Site(list(answers))

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            made.asked.append(self.rfile.readline().decode().strip())
            while self.rfile.readline().strip():
                pass
            code = made.answers.pop(0) if len(made.answers) > 1 else made.answers[0]
            where = "Location: http://127.0.0.1:1/\r\n" if code // 100 == 3 else ""
            self.wfile.write(f"HTTP/1.1 {code} X\r\nContent-Length: 9\r\n{where}Connection: close\r\n\r\n".encode())
            self.wfile.write(b"forbidden")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def notice(monkeypatch: pytest.MonkeyPatch, port: int, *, enabled: bool = True) -> Takedown:
    """A notice that was sent about an address on loopback."""
    configured(monkeypatch, monitor_addresses=enabled, outbound_allow=("127.0.0.1",))
    policy()
    person = reviewer()
    row = services.prepare(assessed(person, url=f"http://127.0.0.1:{port}/page"), recipient(person), person)
    services.take_file(row, person)
    row.refresh_from_db()
    return row


def looked(row: Takedown, times: int = 1) -> str:
    """Look so often; gives where the notice stands then."""
    for _ in range(times):
        with pytest.raises(Later):
            monitoring.look(row.pk)
    row.refresh_from_db()
    return str(row.state)


def test_nothing_is_looked_at_unless_it_is_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(200) as there:
        row = notice(monkeypatch, there.port, enabled=False)
        assert not Work.objects.filter(kind=services.LOOK).exists()
        monitoring.look(row.pk)
    assert there.asked == []
    assert not AddressLook.objects.exists()


def test_headers_alone_are_asked_for_and_redirects_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(200, 302, 500) as there:
        row = notice(monkeypatch, there.port)
        assert Work.objects.filter(kind=services.LOOK).count() == 1
        assert looked(row, 3) == "sent"
    assert {line.split()[0] for line in there.asked} == {"HEAD"}
    assert list(AddressLook.objects.values_list("status", "problem")) == [(200, ""), (None, "redirected"), (500, "")]


def test_three_looks_that_find_nothing_say_since_when_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(404, 200, 404, 410, 404) as there:
        row = notice(monkeypatch, there.port)
        assert looked(row, 4) == "sent"
        assert looked(row) == "gone"
    first = AddressLook.objects.order_by("pk")[2]
    assert row.gone_at == first.at
    assert row.sent_at is not None
    assert row.gone_at >= row.sent_at


def test_a_site_that_is_not_there_at_all_is_gone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(200) as there:
        port = there.port
    row = notice(monkeypatch, port)
    assert looked(row, 3) == "gone"


def test_what_returns_comes_before_a_person_again_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(404, 404, 404, 200, 200) as there:
        row = notice(monkeypatch, there.port)
        before = Case.objects.count()
        assert looked(row, 3) == "gone"
        assert looked(row) == "returned"
        assert looked(row) == "returned"
    assert Case.objects.count() == before + 1
    assert Case.objects.order_by("-pk")[0].reason == "reopened"
    assert [one.kind for one in Alert.objects.exclude(kind="urgent_case")] == ["address_returned"]


def test_private_addresses_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(200) as there:
        row = notice(monkeypatch, there.port)
        configured(monkeypatch, monitor_addresses=True, outbound_allow=())
        assert looked(row) == "sent"
    assert there.asked == []
    assert AddressLook.objects.get().problem == "refused"


def test_nobody_looks_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(404) as there:
        row = notice(monkeypatch, there.port)
        looked(row, 3)
        Takedown.objects.update(gone_at=now() - monitoring.AFTER_GONE * 2, sent_at=now() - monitoring.AFTER_GONE * 3)
        monitoring.look(row.pk)
    assert len(there.asked) == 3
