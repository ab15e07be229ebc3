"""The API for trusted reporters: parse, authorise, call a service, render."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from lightkeeper.intake.access import Key
from lightkeeper.intake.answers import json_response
from lightkeeper.intake.bodies import read_json, require_json
from lightkeeper.intake.openapi import json_content, operation, schema_of
from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.public_reports import schemas
from lightkeeper.intake.public_reports.following import told
from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.receiving import of_caller, receive_trusted
from lightkeeper.intake.types import Caller
from lightkeeper.people.client_types import AuthenticatedClient, Scope

LARGEST: Final = 128 << 10
"""Bytes of one request."""
Reference = Annotated[str, Path(min_length=1, max_length=200, description="Your own id of the report.")]

_ANSWER: Final = schema_of(schemas.TrustedAnswer)
_POST: Final = operation(
    {200: ("It goes before a person.", _ANSWER)}, 400, 408, 409, 411, 413, 415, 422,
    body=json_content(schema_of(schemas.TrustedReport)),
)  # fmt: skip
_GET: Final = operation({200: ("Where it stands.", _ANSWER)}, 404, 422)

trusted_reports = Router(tags=["public reports"], auth=Key(Scope.PUBLIC_REPORTS))


@trusted_reports.post("/public-reports", **_POST)
def report_as_trusted(request: HttpRequest) -> HttpResponse:
    """Report addresses, or where something is found; a person will look at it."""
    pace = Pace()
    require_json(request)
    said: schemas.TrustedReport = read_json(request, schemas.TRUSTED_REPORT, limit=LARGEST)
    pace.received()
    row = receive_trusted(said.new(), _caller(request), said.id, said.model_dump_json(exclude_unset=True))
    answer = _answer(row, said.id)
    pace.release()
    return answer


@trusted_reports.get("/public-reports/{reference}", **_GET)
def get_trusted_report(request: HttpRequest, reference: Reference) -> HttpResponse:
    """Where a report stands: received, being looked at, or closed; never what was found."""
    pace = Pace()
    answer = _answer(of_caller(_caller(request), reference), reference)
    pace.release()
    return answer


def _caller(request: HttpRequest) -> Caller:
    client: AuthenticatedClient = request.auth  # type: ignore[attr-defined]  # set by ninja
    return Caller(client.client_id, client.key_id, Scope.DETAIL in client.scopes)


def _answer(row: PublicReport, callers_id: str) -> HttpResponse:
    said: dict[str, Any] = {"id": callers_id, "state": told(row).value}
    return json_response(said)
