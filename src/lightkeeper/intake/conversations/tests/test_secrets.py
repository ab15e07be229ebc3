"""What people wrote, and their ids as the platform writes them, are in no row, log, metric, work or error."""

from __future__ import annotations

import json
import logging

import pytest
from django.apps import apps
from django.db import connection

from lightkeeper.intake.conversations.tests.talking import CountingEngine, message, send
from lightkeeper.intake.conversations.tests.test_forgetting import found
from lightkeeper.intake.tests.platform import Platform

WORDS = ("rhubarbsecret", "quincesecret", "medlarsecret", "damsonsecret")


def everything() -> bytes:
    """All that the database holds, each value as bytes."""
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # our own tables
            for row in cursor.fetchall():
                for value in row:
                    raw = isinstance(value, bytes | memoryview)
                    parts.append(bytes(value) if raw else str(value).encode("utf-8", "surrogateescape"))
    return b"\n".join(parts)


def test_nothing_of_what_was_said_is_anywhere(
    platform: Platform, counting: CountingEngine, caplog: pytest.LogCaptureFixture
) -> None:
    text, conversation, sender, recipient = WORDS
    caplog.set_level(logging.DEBUG)
    planted = {"text": f"are you home alone? {text}", "conversation": conversation}
    event = message(text, sender=sender, recipients=[recipient], **planted)
    counting.findings = (found(platform),)
    assert send(platform, event)[0] == 200
    counting.error = RuntimeError(text)
    status, problem = send(platform, {**event, "id": "m2"})
    assert status == 500
    _, invalid = send(platform, {**event, "ts": text, text: 1})
    metrics = platform.browser.get("/metrics").content.decode()
    assert 'lightkeeper_conversation_findings{band="review"} 1' in metrics
    kept = everything()
    for word in WORDS:
        assert word.encode() not in kept
        assert word not in caplog.text
        assert word not in metrics
        assert word not in json.dumps([problem, invalid])


def test_every_table_of_conversations_was_looked_at(db: None) -> None:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    tables = {model._meta.db_table for model in apps.get_models()}
    assert tables <= there
