"""No log line carries content: neither ours nor another package's, neither a message nor an exception's."""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from lightkeeper import logs

PLANTED = "planted-content-7f3a"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written by our formatter, by every logger."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.ContentFreeFormatter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_our_lines_are_written_as_they_are(lines: io.StringIO) -> None:
    logging.getLogger("lightkeeper.room").warning("work %d is dead: %s", 7, "timeout")
    assert lines.getvalue().endswith("Z WARNING lightkeeper.room: work 7 is dead: timeout\n")


def test_of_other_packages_only_the_place_is_written(lines: io.StringIO) -> None:
    logging.getLogger("axes").warning("locked out %s", PLANTED)
    logging.getLogger("somebody").error(f"about {PLANTED}")  # noqa: G004  # as others do
    assert PLANTED not in lines.getvalue()
    assert "WARNING axes: see test_logs:" in lines.getvalue()


def test_of_a_request_the_view_and_the_status_are_written_and_no_address(lines: io.StringIO) -> None:
    request = SimpleNamespace(method="GET", resolver_match=SimpleNamespace(view_name="submission"), path=PLANTED)
    logging.getLogger("django.request").warning(
        "Not Found: %s", PLANTED, extra={"request": request, "status_code": 404}
    )
    assert PLANTED not in lines.getvalue()
    assert "django.request: GET submission 404 (test_logs:" in lines.getvalue()


def test_a_refusal_that_is_normal_is_one_line(lines: io.StringIO) -> None:
    request = SimpleNamespace(method="GET", resolver_match=SimpleNamespace(view_name="people"))
    try:
        raise PermissionError(PLANTED)
    except PermissionError as error:
        logging.getLogger("django.request").warning(
            "Forbidden: %s", PLANTED, exc_info=error, extra={"request": request, "status_code": 403}
        )
    assert lines.getvalue().count("\n") == 1
    assert PLANTED not in lines.getvalue()


def test_of_the_server_the_first_line_and_the_places_are_written(lines: io.StringIO) -> None:
    text = f'An error\nTraceback (most recent call last):\n  File "/a.py", line 7, in f\n    g()\nValueError: {PLANTED}'
    logging.getLogger("_granian.utils").error(text)
    assert PLANTED not in lines.getvalue()
    assert lines.getvalue().endswith("_granian.utils: An error\n    /a.py:7 in f\n")


def test_an_exception_and_its_causes_are_written_without_their_messages(lines: io.StringIO) -> None:
    try:
        try:
            int(PLANTED)
        except ValueError as error:
            raise KeyError(PLANTED) from error
    except KeyError:
        logging.getLogger("lightkeeper.room").exception("it failed")
    text = lines.getvalue()
    assert PLANTED not in text
    assert text.index("builtins.KeyError") < text.index("builtins.ValueError")
    assert f"{__file__}:" in text


def test_causes_in_a_ring_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert [line.strip() for line in logs.frames(first)] == ["builtins.ValueError", "builtins.KeyError"]


def test_what_nothing_caught_is_a_log_line_without_its_message(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    logs.catch_uncaught()
    thread = threading.Thread(target=int, args=(PLANTED,))
    thread.start()
    thread.join()
    error = ValueError(PLANTED)
    sys.excepthook(ValueError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    text = lines.getvalue()
    assert PLANTED not in text
    assert text.count("CRITICAL lightkeeper: an error that nothing caught") == 2
