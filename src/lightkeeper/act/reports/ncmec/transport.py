"""Requests to the CyberTipline and what its answers mean (``standards`` 1.1 to 1.3). No body is ever logged."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from lxml import etree

from lightkeeper.act.reports.protocol import Answer, Came
from lightkeeper.act.reports.states import Mode, StepKind
from lightkeeper.runtime.services import OutboundFailed, OutboundRefused, Response, request

LIVE: Final = "https://report.cybertip.org/ispws"
TEST: Final = "https://exttest.cybertip.org/ispws"
MOST_ANSWER: Final = 1 << 20
SECONDS: Final = 60.0
UPLOAD_SECONDS: Final = 900.0
NOT_SENT: Final = frozenset({"not_resolved", "not_connected", "tls_failed", "bad_header"})
"""Failures after which nothing of a request has arrived."""

_PATHS: Final = {
    StepKind.OPEN: "/submit",
    StepKind.UPLOAD: "/upload",
    StepKind.DESCRIBE: "/fileinfo",
    StepKind.FINISH: "/finish",
    StepKind.RETRACT: "/retract",
}
_UNAUTHORISED: Final = (401, 403)


@dataclass(frozen=True, slots=True)
class Account:
    """Where to send to and as whom."""

    base: str
    user: str
    password: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """HTTP Basic authentication."""
        both = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {both}"}


def account_of(mode: Mode) -> Account | None:
    """Where reports of a mode go and as whom; None where nobody said as whom."""
    known = settings.LIGHTKEEPER
    base = known["ncmec_url"] or (LIVE if mode is Mode.LIVE else TEST)
    if mode is Mode.OFF or not known["ncmec_user"] or not known["ncmec_password"]:
        return None
    return Account(base.rstrip("/"), known["ncmec_user"], known["ncmec_password"])


def post_document(account: Account, kind: StepKind, document: bytes) -> Answer:
    """Post XML: open a report, or describe a file. Raises nothing."""
    headers = {"Content-Type": "text/xml; charset=utf-8", **account.headers()}
    return _sent(account.base + _PATHS[kind], kind, headers, document, SECONDS)


def post_form(account: Account, kind: StepKind, external_id: str, content: bytes | None = None) -> Answer:
    """Post a form with the report's id, and a file where there is one. Raises nothing."""
    boundary = f"lightkeeper-{secrets.token_hex(16)}"
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **account.headers()}
    body = multipart(boundary, external_id, content)
    return _sent(account.base + _PATHS[kind], kind, headers, body, SECONDS if content is None else UPLOAD_SECONDS)


def fetch_schema(account: Account, *, most: int) -> bytes:
    """The authority's schema as it is now. Raises OutboundRefused, OutboundFailed; ValueError with a code otherwise."""
    response = request("GET", f"{account.base}/xsd", headers=account.headers(), timeout=SECONDS, most_body=most)
    if response.status in _UNAUTHORISED:
        raise ValueError("unauthorised")
    if not response.ok:
        raise ValueError(f"status_{response.status}")
    return response.body


def multipart(boundary: str, external_id: str, content: bytes | None) -> bytes:
    """The body of a form: ``id``, and ``file`` where there is one. Its name says nothing."""
    start = f'--{boundary}\r\nContent-Disposition: form-data; name="id"\r\n\r\n{external_id}\r\n'.encode()
    if content is None:
        return start + f"--{boundary}--\r\n".encode()
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    return b"".join((start, head, content, f"\r\n--{boundary}--\r\n".encode()))


def _sent(url: str, kind: StepKind, headers: dict[str, str], body: bytes, seconds: float) -> Answer:
    try:
        response = request("POST", url, headers=headers, body=body, timeout=seconds, most_body=MOST_ANSWER)
    except OutboundRefused:
        return Answer(Came.HOLD, "address_refused")
    except OutboundFailed as failure:
        return Answer(Came.AGAIN if failure.code in NOT_SENT else Came.UNKNOWN, failure.code)
    return understood(kind, response)


def understood(kind: StepKind, response: Response) -> Answer:
    """What an answer means for the way of a report."""
    asked = response.headers.get("request-id", "")[:64]
    said = _read(response.body)
    code = said.get("responseCode", "")
    if not code.isascii() or not code.isdigit() or len(code) > 5:
        if response.status in _UNAUTHORISED:
            return Answer(Came.HOLD, f"status_{response.status}", request_id=asked)
        return Answer(Came.UNKNOWN, f"status_{response.status}", request_id=asked)
    came = meaning(kind, int(code))
    if came is Came.DONE and not _whole(kind, said):
        came = Came.UNKNOWN
    return Answer(
        came, code, external_id=said.get("reportId", ""), file_id=said.get("fileId", ""), md5=said.get("hash", ""),
        request_id=asked, body=response.body,
    )  # fmt: skip


def meaning(kind: StepKind, code: int) -> Came:
    """What a response code means after a step (``standards`` 1.3; codes that it does not know are for a person)."""
    if code == 0:
        return Came.DONE
    if code == 5102:
        return Came.FINISHED
    if code in {5001, 5002, 5101}:
        return Came.DONE if kind is StepKind.RETRACT else Came.GONE
    if 1000 <= code < 2000:
        return Came.GONE if code == 1210 and kind is not StepKind.OPEN else Came.AGAIN
    if 2000 <= code < 4000:
        return Came.HOLD
    return Came.FAIL


def _whole(kind: StepKind, said: dict[str, str]) -> bool:
    """Whether a success says what it must: the id of a report that was opened, id and hash of a file."""
    needed = {StepKind.OPEN: ("reportId",), StepKind.UPLOAD: ("fileId", "hash")}.get(kind, ())
    return all(said.get(name) and len(said[name]) <= 64 for name in needed)


def _read(body: bytes) -> dict[str, str]:
    """The values of an answer by their names; none where it is no answer of this authority."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError):
        return {}
    if root.tag not in {"reportResponse", "reportDoneResponse"} or root.getroottree().docinfo.doctype:
        return {}
    return {str(child.tag): (child.text or "").strip() for child in root if isinstance(child.tag, str)}
