"""What all tests share: how hard property tests try, how tables are emptied.

Their environment is ``lightkeeper.tests.environment``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from random import SystemRandom
from unittest import mock

import pytest
from django.apps import apps
from django.core.management.commands import flush as flush_command
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck, settings

from lightkeeper.record.append_only import create_statements, drop_statements

# No deadlines: a loaded machine is not a bug. CI repeats the same examples each time; `make soak` looks for new ones.
settings.register_profile("dev", deadline=None, max_examples=40)
settings.register_profile("ci", deadline=None, max_examples=40, derandomize=True, database=None)
settings.register_profile("again", deadline=None, max_examples=15, derandomize=True, database=None)  # another database
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: files are shared out in this order, and a long one at the end leaves a core idle."""
    items.sort(key=lambda item: (item.get_closest_marker("long") is None, item.get_closest_marker("browser") is None))
    for item in items:
        if _touches_rows(item):
            item.add_marker("rows")


def _touches_rows(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
        return True
    made_in = getattr(item, "cls", None)
    return made_in is not None and issubclass(made_in, TransactionTestCase)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests of pages share a browser, and a loop in this thread that would be in the way of any other test."""
    if item.get_closest_marker("browser") is None:
        _close_browser()


def pytest_sessionfinish() -> None:
    """Leave no browser behind."""
    _close_browser()


def _close_browser() -> None:
    if (browser := sys.modules.get("lightkeeper.web.tests.browser")) is not None:
        browser.close_browser()


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """A hash of a password that costs nothing; which one the service uses has a test of its own."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _nothing_drawn() -> Iterator[None]:
    """No draw hits unless it cannot miss: one in twenty would change what a test meets. Tests of draws bring rolls."""
    with mock.patch.object(SystemRandom, "random", return_value=0.999):
        yield


@pytest.fixture(autouse=True, scope="session")
def _emptying_between_tests() -> Iterator[None]:
    """Lets tests with ``transaction=True`` be cleaned up after: Django empties all tables, the audit trail refuses.

    For the emptying alone its triggers are taken off and made again, in the one transaction that empties. In a test
    itself they stand as they do in production. On PostgreSQL rows are deleted where there are any: TRUNCATE of that
    many tables, nearly all of them empty, takes ten times as long. Foreign keys are looked at when that commits.
    """
    from lightkeeper.runtime.crypto.purposes import forget_keys  # once Django is set up

    real = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        vendor = self.connection.vendor
        statements = list(sql_list)
        if vendor == "postgresql":
            statements = [f"DELETE FROM {table}" for table in _with_rows(self, " ".join(statements))]  # noqa: S608
        if any("record_" in statement for statement in statements):
            statements = [*drop_statements(vendor), *statements, *create_statements(vendor)]
        real(self, statements)

    def made_by_migrations() -> None:
        forget_keys()
        import_module("lightkeeper.intake.migrations.0002_public_surface").add(apps, None)

    patch = pytest.MonkeyPatch()
    # Of all that follows a migration only this is needed after emptying; the rest takes longer than most tests.
    patch.setattr(flush_command, "emit_post_migrate_signal", lambda *_, **__: made_by_migrations())
    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
    yield
    patch.undo()


def _with_rows(operations: BaseDatabaseOperations, truncating: str) -> list[str]:
    tables = re.findall(r'"([a-z_0-9]+)"', truncating)
    ask = " UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables)  # noqa: S608
    with operations.connection.cursor() as cursor:
        cursor.execute(ask)
        return [table for (table,) in cursor.fetchall()]
