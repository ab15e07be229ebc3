"""A CyberTipline for tests, on loopback: it keeps the authority's rules, and has bad days as they come.

A bad day is one of two: the request is answered before anything happened (``before``), or it happens and the answer is
spoilt (the faults of ``serving``). What counts in the end is ``filed``.
"""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files

from lxml import etree

from lightkeeper.act.reports.ncmec.xsd import unofficial_schema
from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked, Server, serving

USER, PASSWORD = "platform", "planted-password"
_BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_SCHEMA = unofficial_schema()


@dataclass
class Opened:
    """A report that the authority knows: its XML, its files with what was said of them, and whether it is over."""

    document: bytes
    contents: dict[str, bytes] = field(default_factory=dict)
    details: dict[str, bytes] = field(default_factory=dict)
    finished: bool = False
    retracted: bool = False


@dataclass
class CyberTiplineServer:
    """What the authority holds. ``before`` answers the next requests before anything happens (None: as usual)."""

    reports: dict[str, Opened] = field(default_factory=dict)
    before: deque[Answer | None] = field(default_factory=deque)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(4_000_001))
    watch: Callable[[str], None] = lambda _path: None

    @property
    def filed(self) -> list[Opened]:
        """The reports that were finished."""
        return [report for report in self.reports.values() if report.finished]

    def answer(self, asked: Asked) -> Answer:
        """Answer one request as the authority does."""
        if asked.headers.get("authorization") != _BASIC:
            return Answer(401)
        if self.before and (spoilt := self.before.popleft()) is not None:
            return spoilt
        path = asked.path.removeprefix("/ispws")
        if asked.method == "GET":
            return self._get(path)
        act = {
            "/submit": self._submit, "/upload": self._upload, "/fileinfo": self._describe, "/finish": self._finish,
            "/retract": self._retract,
        }.get(path)  # fmt: skip
        return act(asked) if act else said(4000, status=404)

    def forget(self) -> None:
        """Delete what was not finished, as happens an hour after the last change."""
        self.reports = {number: report for number, report in self.reports.items() if report.finished}

    def _get(self, path: str) -> Answer:
        if path == "/xsd":
            return Answer(200, files("lightkeeper.act.reports.ncmec").joinpath("unofficial.xsd").read_bytes())
        return said(0) if path == "/status" else said(1210, status=404)

    def _submit(self, asked: Asked) -> Answer:
        if not asked.headers.get("content-type", "").startswith("text/xml"):
            return said(4000, status=400)
        if _SCHEMA.faults(asked.body):
            return said(4100, status=400)
        number = str(next(self.numbers))
        self.reports[number] = Opened(asked.body)
        return said(0, reportId=number)

    def _upload(self, asked: Asked) -> Answer:
        form = _form(asked)
        report, refusal = self._open(form.get("id", b""))
        if report is None:
            return refusal
        name, content = hashlib.sha256(f"{len(report.contents)}".encode()).hexdigest()[:32], form.get("file")
        if not content:
            return said(4200, status=400)
        report.contents[name] = content
        return said(0, reportId=form["id"].decode(), fileId=name, hash=hashlib.md5(content).hexdigest())  # noqa: S324

    def _describe(self, asked: Asked) -> Answer:
        if _SCHEMA.faults(asked.body):
            return said(4100, status=400)
        tree = etree.fromstring(asked.body)
        name = str(tree.findtext("fileId"))
        report, refusal = self._open(str(tree.findtext("reportId")).encode())
        if report is None:
            return refusal
        if name not in report.contents:
            return said(5002, status=404)
        if name in report.details:  # once a file
            return said(4000, status=400)
        report.details[name] = asked.body
        return said(0, reportId=str(tree.findtext("reportId")))

    def _finish(self, asked: Asked) -> Answer:
        number = _form(asked).get("id", b"")
        report, refusal = self._open(number)
        if report is None:
            return refusal
        batched = etree.fromstring(report.document).find("batchedReport") is not None
        if batched and len(report.contents) != 1:
            return said(4100, status=400)
        report.finished = True
        named = "".join(f"<fileId>{name}</fileId>" for name in report.contents)
        body = (
            f"<reportDoneResponse><responseCode>0</responseCode><reportId>{number.decode()}</reportId>"
            f"<files>{named}</files></reportDoneResponse>"
        )
        return Answer(200, body.encode(), {"Request-ID": f"request-{number.decode()}"})

    def _retract(self, asked: Asked) -> Answer:
        report, refusal = self._open(_form(asked).get("id", b""))
        if report is None:
            return refusal
        report.retracted = True
        return said(0)

    def _open(self, number: bytes) -> tuple[Opened | None, Answer]:
        report = self.reports.get(number.decode())
        if report is None:
            return None, said(5001, status=404)
        if report.retracted:
            return None, said(5101, status=400)
        return (None, said(5102, status=400)) if report.finished else (report, said(0))


def said(code: int, *, status: int = 200, **values: str) -> Answer:
    """A response with a code."""
    more = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    body = (
        f"<reportResponse><responseCode>{code}</responseCode>"
        f"<responseDescription>planted description</responseDescription>{more}</reportResponse>"
    )
    return Answer(status, body.encode(), {"Request-ID": "request-1"})


@contextmanager
def cybertipline() -> Iterator[tuple[CyberTiplineServer, Server]]:
    """The authority, until the end of the block, and the server that it answers by."""
    app = CyberTiplineServer()
    with serving(app) as server:
        yield app, server


def _form(asked: Asked) -> dict[str, bytes]:
    """The fields of a form by their names."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    read = email.message_from_bytes(head + asked.body, policy=email.policy.HTTP)
    found: dict[str, bytes] = {}
    for part in read.iter_parts():
        content = part.get_payload(decode=True)
        found[str(part.get_param("name", header="content-disposition"))] = bytes(content)
    return found
