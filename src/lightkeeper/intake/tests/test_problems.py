"""Whatever is wrong with a request ends in a problem of the 4xx kind, and leaves nothing behind."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightkeeper.intake import api as routes
from lightkeeper.intake.models import Submission
from lightkeeper.intake.tests.platform import BOUNDARY, KIND, Platform, body_of, multipart, picture
from lightkeeper.intake.uploads import BUDGET, IN_MEMORY
from lightkeeper.people.client_types import AuthenticatedClient, Scope
from lightkeeper.record import vault_files
from lightkeeper.record.models import AuditEvent, VaultObject

SAID = json.dumps({"id": "a", "kind": "picture"})


@pytest.fixture(autouse=True)
def _nothing_was_there() -> None:
    """Tests whose transaction is rolled back leave files that a commit would have given a row."""
    for file in vault_files.incoming_folder().glob("*"):
        file.unlink()


def left() -> list[str]:
    """What a request left behind: nothing, where it was refused."""
    budget = BUDGET.take(IN_MEMORY)
    if budget:
        BUDGET.give(IN_MEMORY)
    folder = vault_files.incoming_folder()
    files = [file.name for file in folder.iterdir()] if folder.exists() else []
    rows = [model.__name__ for model in (Submission, VaultObject) if model._default_manager.exists()]
    return [*([] if budget else ["a budget that is not whole"]), *files, *rows]


def is_problem(answer: Any, status: int, code: str) -> bool:
    said = body_of(answer)
    return (
        answer.status_code == status
        and answer["Content-Type"] == "application/problem+json"
        and set(said) == {"type", "title", "status", "detail"}
        and said["status"] == status
        and said["type"] == f"urn:lightkeeper:problem:{code}"
    )


def test_a_key_is_needed_that_has_the_scope(platform: Platform) -> None:
    assert is_problem(platform.send("GET", "/submissions/a", key="lk_none_at_all"), 401, "unauthorised")
    bare = platform.browser.get("/api/v1/submissions/a")
    assert is_problem(bare, 401, "unauthorised")
    assert bare["WWW-Authenticate"] == "Bearer"
    assert is_problem(platform.json("/lookups", {"urls": ["https://a.example"]}), 403, "scope-missing")
    assert is_problem(platform.send("GET", "/status"), 403, "scope-missing")
    assert is_problem(platform.get("a", key=platform.lookup), 403, "scope-missing")
    assert is_problem(platform.send("DELETE", "/submissions/a", key=platform.status), 403, "scope-missing")


def test_a_key_spends_no_more_than_its_rate(transactional_db: None) -> None:
    from lightkeeper.intake.tests.platform import make_platform
    from lightkeeper.people.tests.clients_made import forget

    forget()
    slow = make_platform("slow", rate=2)
    statuses = [slow.get("a").status_code for _ in range(4)]
    assert statuses[0] == 404
    last = slow.get("a")
    assert is_problem(last, 429, "spent")
    assert int(last["Retry-After"]) >= 1
    forget()


def test_a_key_has_no_more_than_its_share_of_the_threads(
    platform: Platform, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While two of its requests are being answered a third is put off; another key's is not."""
    configure(server_threads=2)
    inside: list[Any] = []
    found = vars(routes)["find"]

    def asks_again(caller: Any, reference: str, **given: Any) -> Any:
        if reference in {"first", "second"}:
            inside.append(platform.get("second" if reference == "first" else "third"))
            inside.append(platform.get("other", key=platform.detailed))
        return found(caller, reference, **given)

    monkeypatch.setattr(routes, "find", asks_again)
    assert is_problem(platform.get("first"), 404, "no-submission")
    third, other, second, _ = inside
    assert is_problem(third, 429, "too-many-at-once")
    assert int(third["Retry-After"]) >= 1
    assert is_problem(other, 404, "no-submission")
    assert is_problem(second, 404, "no-submission")
    assert is_problem(platform.get("third"), 404, "no-submission")


def test_addresses_and_methods_that_are_not_there(platform: Platform) -> None:
    assert is_problem(platform.send("GET", "/nothing"), 404, "not-found")
    assert is_problem(platform.send("GET", "/"), 404, "not-found")
    wrong = platform.send("PUT", "/submissions/a")
    assert is_problem(wrong, 405, "method")
    assert "GET" in wrong["Allow"]


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "picture"},
        {"id": "", "kind": "picture"},
        {"id": "x" * 201, "kind": "picture"},
        {"id": "with blank", "kind": "picture"},
        {"id": "../etc", "kind": "picture"},
        {"id": "batch", "kind": "picture"},
        {"id": "a\0", "kind": "picture"},
        {"id": "\ud800", "kind": "picture"},
        {"id": "a", "kind": "song"},
        {"id": "a", "kind": "picture", "url": "https://a.example"},
        {"id": "a", "kind": "picture", "secret-field": "planted"},
        {"id": "a", "kind": "picture", "uploader": "u" * 201},
        {"id": "a", "kind": "picture", "surface": "No Such"},
        {"id": "a", "kind": "picture", "context": {"country": "United Kingdom"}},
        {"id": "a", "kind": "picture", "context": {"uploaded_at": "2026-01-01"}},
        {"id": "a", "kind": "picture", "context": {"address": "not an address"}},
        {"id": "a", "kind": "picture", "context": {"account_age_days": -1}},
        {"id": "a", "kind": "picture", "context": {"account_age_days": 10**400}},
        [],
        "planted",
        None,
    ],
)
def test_metadata_that_does_not_fit(platform: Platform, said: Any) -> None:
    body = multipart(("metadata", json.dumps(said), None), ("content", picture(50), "a.jpg"))
    answer = platform.send("POST", "/submissions?wait=true", body, kind=KIND)
    assert answer.status_code in {400, 422}
    assert b"planted" not in answer.content
    assert b"secret-field" not in answer.content
    assert left() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (multipart(("content", b"x", "a.jpg"), ("metadata", SAID, None)), 422, "metadata-first"),
        (multipart(("content", b"x", "a.jpg")), 422, "metadata-first"),
        (multipart(("metadata", SAID, None)), 422, "content-missing"),
        (multipart(("metadata", SAID, None), ("content", b"x", None)), 422, "not-a-file"),
        (multipart(("metadata", SAID, None), ("other", b"x", "a.jpg")), 422, "content-unexpected"),
        (
            multipart(("metadata", SAID, None), ("content", b"x", "a"), ("content", b"y", "a")),
            422,
            "content-unexpected",
        ),
        (multipart(("metadata", SAID, None), ("content", b"x", "a"), ending=False), 400, "unreadable"),
        (multipart(("metadata", "{", None), ("content", b"x", "a")), 400, "bad-json"),
        (multipart(("metadata", SAID, None), ("content", b"x" * (1 << 21), "a")), 413, "too-large"),
        (multipart(("metadata", SAID, None), ("content", b"x" * ((1 << 20) + 1), "a")), 413, "too-large"),
        (b"rubbish", 400, "unreadable"),
    ],
)
def test_bodies_that_are_not_as_they_should_be(platform: Platform, body: bytes, status: int, code: str) -> None:
    answer = platform.send("POST", "/submissions?wait=true", body, kind=KIND)
    assert answer.status_code == status, answer.content
    assert is_problem(answer, status, code) or status == 400
    assert left() == []


def test_metadata_may_come_as_a_file(platform: Platform) -> None:
    body = multipart(("metadata", SAID, "m.json"), ("content", picture(50), "a.jpg"))
    assert platform.send("POST", "/submissions?wait=true", body, kind=KIND).status_code == 200


def test_too_many_parts_are_a_problem(platform: Platform) -> None:
    said = json.dumps([{"id": f"a-{number}", "kind": "picture"} for number in range(100)])
    contents = [(f"content-{number}", b"x", "a.jpg") for number in range(100)]
    body = multipart(("metadata", said, "m.json"), *contents)
    assert platform.send("POST", "/submissions/batch", body, kind=KIND).status_code == 400
    fields = multipart(("metadata", SAID, None), *[(f"f-{number}", b"x", None) for number in range(1100)])
    assert platform.send("POST", "/submissions", fields, kind=KIND).status_code == 400
    assert left() == []
    whole = multipart(("metadata", said, None), *contents[:100])
    assert platform.send("POST", "/submissions/batch", whole, kind=KIND).status_code == 202


def test_other_content_types_and_large_json(platform: Platform) -> None:
    assert is_problem(platform.send("POST", "/submissions", b"x", kind="text/plain"), 415, "unsupported-type")
    for path, key in (("/user-reports", platform.key), ("/lookups", platform.lookup)):
        form = platform.send("POST", path, multipart(("metadata", SAID, None)), key=key, kind=KIND)
        assert is_problem(form, 415, "unsupported-type")
    large = platform.send("POST", "/lookups", b'{"urls": ["' + b"a" * (1 << 21), key=platform.lookup,
                          kind="application/json")  # fmt: skip
    assert is_problem(large, 413, "too-large")
    assert is_problem(platform.send("POST", "/user-reports", b"{", kind="application/json"), 400, "bad-json")
    deep = b"[" * 100_000
    assert platform.send("POST", "/submissions/batch", deep, kind="application/json").status_code == 400


def test_what_nobody_foresaw_is_a_500_that_says_nothing_and_logs_the_place(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError("planted-secret")

    monkeypatch.setattr(routes, "take", fail)
    with caplog.at_level(logging.INFO):
        answer = platform.submit("a", picture(50))
    assert is_problem(answer, 500, "internal")
    assert "planted-secret" not in caplog.text
    assert "LookupError" in caplog.text
    assert left() == []


def test_a_database_that_does_not_answer_is_a_503_that_may_be_asked_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(routes, "take", fail)
    answer = platform.submit("a", picture(50))
    assert is_problem(answer, 503, "busy")
    assert answer["Retry-After"] == "2"
    assert left() == []


class _Gone:
    """A client that goes away after some bytes."""

    def __init__(self, data: bytes, *, error: bool) -> None:
        self._data, self._error = data, error

    def read(self, size: int = -1) -> bytes:
        if not self._data and self._error:
            raise OSError("gone")
        part, self._data = self._data[: max(size, 0)], self._data[max(size, 0) :]
        return part


@pytest.mark.parametrize("error", [True, False])
@pytest.mark.parametrize("small", [True, False])
def test_a_client_that_goes_away_leaves_nothing(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, *, error: bool, small: bool
) -> None:
    from lightkeeper.intake import uploads
    from lightkeeper.web.api import ApiMiddleware

    monkeypatch.setattr(uploads, "SMALL", (4 << 20) if small else 100)
    whole = multipart(("metadata", SAID, None), ("content", picture(50), "a.jpg"))
    for cut in (len(whole) // 3, len(whole) - 300, len(whole) - 4):
        request = RequestFactory().generic(
            "POST", "/api/v1/submissions?wait=true", b"", KIND, headers={"authorization": f"Bearer {platform.key}"}
        )
        request.META["CONTENT_TYPE"], request.content_type = KIND, "multipart/form-data"
        request.META["CONTENT_LENGTH"] = str(len(whole))
        monkeypatch.setattr(request, "_stream", _Gone(whole[:cut], error=error))
        answer = ApiMiddleware(lambda _: pytest.fail("not for others"))(request)
        assert answer.status_code == 400
        assert left() == []


CLIENT = AuthenticatedClient(1, "k", "fuzz", frozenset(Scope))


@pytest.fixture
def unguarded(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Platform]:
    """The platform, for many requests within one test."""
    return lambda: platform


_NAMES = st.sampled_from(["metadata", "content", "content-0", "content-1", "x", "", "Metadata"])
_CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([SAID.encode(), b"[" + SAID.encode() + b"]", b"{}", b"null", picture(50)[:500]]),
)
_PARTS = st.lists(st.tuples(_NAMES, _CONTENTS, st.sampled_from([None, "a.jpg", "..", "\\"])), max_size=4)


_KINDS = [
    *[KIND] * 3, "multipart/form-data", "multipart/form-data; boundary=", f"multipart/mixed; boundary={BOUNDARY}",
    f"MULTIPART/Form-Data; boundary={BOUNDARY}", "application/json", "", "multipart/form-data; boundary=\xe9",
]  # fmt: skip


@given(
    parts=_PARTS, cut=st.integers(0, 400), junk=st.binary(max_size=20), batch=st.booleans(),
    kind=st.sampled_from(_KINDS),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_body_of_whatever_bytes_is_a_500(
    unguarded: Callable[[], Platform], parts: list[tuple[str, bytes, str | None]], cut: int, junk: bytes, batch: bool,
    kind: str,
) -> None:  # fmt: skip
    whole = multipart(*parts)
    body = whole[:cut] + junk + whole[cut:] if cut % 2 else whole[: len(whole) - cut]
    path = "/submissions/batch" if batch else "/submissions"
    answer = unguarded().send("POST", path, body, kind=kind)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"


_WORDS = st.sampled_from(["id", "kind", "url", "urls", "hashes", "algorithm", "value", "reason", "note", "context"])
_LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_INNER = _LEAF | st.lists(_LEAF, max_size=4) | st.dictionaries(_WORDS, _LEAF, max_size=5)
_JSON = _INNER | st.lists(_INNER, max_size=4) | st.dictionaries(_WORDS, _INNER, max_size=5)


@given(value=_JSON, path=st.sampled_from(["/submissions", "/submissions/batch", "/user-reports", "/lookups"]),
       junk=st.binary(max_size=6))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_json_is_a_500(unguarded: Callable[[], Platform], value: Any, path: str, junk: bytes) -> None:
    platform = unguarded()
    key = platform.lookup if path == "/lookups" else platform.key
    body = json.dumps(value).encode() + (junk if len(junk) > 3 else b"")
    answer = platform.send("POST", path, body, key=key, kind="application/json")
    assert answer.status_code < 500


def test_problems_write_no_audit_event_of_intake(platform: Platform) -> None:
    platform.send("POST", "/submissions", b"rubbish", kind=KIND)
    assert not AuditEvent.objects.filter(event__startswith="intake:").exists()
