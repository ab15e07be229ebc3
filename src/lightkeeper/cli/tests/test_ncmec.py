"""``lightkeeper ncmec``: the authority's schema is fetched, compared, and never replaced by rubbish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lightkeeper.act.reports.models import FetchedSchema
from lightkeeper.act.reports.ncmec import schemas
from lightkeeper.act.reports.ncmec.tests.authority_server import PASSWORD, USER, cybertipline
from lightkeeper.cli.main import main
from lightkeeper.lists.exchanges.tests.servers.serving import Server, body
from lightkeeper.people.models import Alert
from lightkeeper.runtime.services import Retry

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """An authority on loopback, and an installation in test mode."""
    with cybertipline() as (_authority, running):
        _set(
            settings, outbound_allow=("127.0.0.1",), ncmec="test", ncmec_user=USER, ncmec_password=PASSWORD,
            ncmec_url=f"{running.address}/ispws",
        )  # fmt: skip
        yield running


def _set(settings: Any, **values: Any) -> None:
    settings.LIGHTKEEPER = replace(settings.LIGHTKEEPER, values={**settings.LIGHTKEEPER.values, **values})


def test_the_schema_is_fetched_once_and_compared(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ncmec", "check-xsd"]) == 2
    assert "run `lightkeeper ncmec fetch-xsd`" in capsys.readouterr().err
    assert main(["ncmec", "fetch-xsd"]) == 0
    assert "is new and in use now" in capsys.readouterr().out
    assert main(["ncmec", "fetch-xsd"]) == 0
    assert "was in use already" in capsys.readouterr().out
    assert main(["ncmec", "check-xsd"]) == 0
    assert FetchedSchema.objects.count() == 1


def test_what_the_schema_has_more_is_named(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.always = lambda answer: replace(answer, body=answer.body.replace(b'name="schoolName"', b'name="school"'))
    assert main(["ncmec", "fetch-xsd"]) == 0
    assert main(["ncmec", "check-xsd"]) == 1
    said = capsys.readouterr().out
    assert "NEW   report/victim/school:" in said
    assert "GONE  report/victim/schoolName:" in said


@pytest.mark.parametrize("content", [b"", b"<html/>", b"x" * (5 << 20)])
def test_rubbish_leaves_the_schema_in_use_as_it_is(
    server: Server, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ncmec", "fetch-xsd"]) == 0
    server.always = body(content)
    assert main(["ncmec", "fetch-xsd"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert FetchedSchema.objects.count() == 1


def test_a_file_is_taken_too_and_a_missing_one_is_said(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ncmec", "fetch-xsd", "--file", str(tmp_path / "none.xsd")]) == 2
    file = tmp_path / "theirs.xsd"
    file.write_bytes(Path(schemas.__file__).with_name("unofficial.xsd").read_bytes())
    assert main(["ncmec", "fetch-xsd", "--file", str(file)]) == 0
    assert server.asked == []
    assert "cannot be read" in capsys.readouterr().err


def test_without_a_mode_or_credentials_it_says_what_to_set(
    server: Server, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(settings, ncmec_password="")
    assert main(["ncmec", "fetch-xsd"]) == 2
    _set(settings, ncmec="off")
    assert main(["ncmec", "fetch-xsd"]) == 2
    said = capsys.readouterr().err
    assert "LIGHTKEEPER_NCMEC_PASSWORD" in said
    assert "LIGHTKEEPER_NCMEC to test or live" in said
    assert server.asked == []


def test_wrong_credentials_are_named_and_not_shown(
    server: Server, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    _set(settings, ncmec_password="planted-wrong-password")  # noqa: S106
    assert main(["ncmec", "fetch-xsd"]) == 2
    said = capsys.readouterr().err
    assert "ncmec_password" in said
    assert "planted" not in said


def test_a_change_is_told_to_whoever_is_on_call(server: Server) -> None:
    schemas.watch()
    schemas.watch()
    assert Alert.objects.filter(kind="report_schema").count() == 1
    server.always = lambda answer: replace(answer, body=answer.body + b"\n")
    schemas.watch()
    assert Alert.objects.filter(kind="report_schema").count() == 2
    server.always = body(b"", status=500)
    with pytest.raises(Retry):
        schemas.watch()
