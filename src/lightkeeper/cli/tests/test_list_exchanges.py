"""``lightkeeper lists`` about sources: set up, fetched and shown; credentials come in by a prompt or a file alone."""

from __future__ import annotations

import getpass
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lightkeeper.cli.main import main
from lightkeeper.lists.exchanges.tests.servers import ncmec
from lightkeeper.lists.exchanges.tests.servers.serving import serving, status
from lightkeeper.lists.models import Entry, Exchange

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings: Any) -> None:
    values = {**settings.LIGHTKEEPER.values, "outbound_allow": ("127.0.0.1",)}
    settings.LIGHTKEEPER = replace(settings.LIGHTKEEPER, values=values)


def test_a_source_is_set_up_fetched_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = ncmec.Ncmec([ncmec.drawn(1), ncmec.drawn(2, "MD5", "PDNA")])
    app.entries.append(ncmec.Entry("entry9", marks={"MD5": "odd"}))
    credentials = tmp_path / "credentials"
    credentials.write_text(json.dumps({"username": ncmec.USER, "password": ncmec.PASSWORD}))
    with serving(app) as server:
        assert main(["lists", "create", "theirs"]) == 0
        words = ["lists", "source", "theirs", "ncmec", "--every", "30"]
        assert main([*words, "--option", f"address={server.address}"]) == 0
        assert main(["lists", "sync", "theirs"]) == 2  # without credentials
        assert main(["lists", "credentials", "theirs", "--file", str(credentials)]) == 0
        assert main(["lists", "sync", "theirs"]) == 0
        server.always = status(401)
        assert main(["lists", "sync", "theirs"]) == 2
    assert main(["lists", "exchanges"]) == 0
    assert main(["lists", "exchanges", "theirs"]) == 0
    out, err = capsys.readouterr()
    assert "complete: 3 records: 3 entries new, 0 changed, 0 withdrawn, 1 records set aside, 1 values of kinds" in out
    assert "Its credentials are not set: username, password." in out
    assert "The source refuses the credentials (401)." in out
    assert "every    30 min  theirs  failed 1 times since" in out
    assert ncmec.PASSWORD not in out + err
    assert ncmec.value(1, "MD5").hex() not in out + err
    assert main(["lists", "unset-source", "theirs"]) == 0
    assert (Exchange.objects.count(), Entry.objects.count()) == (0, 3)


def test_records_that_were_set_aside_are_shown_by_place(capsys: pytest.CaptureFixture[str]) -> None:
    app = ncmec.Ncmec([ncmec.Entry("entry9", marks={"MD5": "odd"})])
    with serving(app) as server:
        _made(server.address)
        assert main(["lists", "sync", "theirs"]) == 0
    assert main(["lists", "exchanges", "theirs"]) == 0
    out = capsys.readouterr().out
    assert "page 1, record 1 (entry9): " in out
    assert "odd" not in out.partition("page 1, record 1")[2].partition("\n")[0].replace("an odd number", "")


def _made(address: str) -> None:
    assert main(["lists", "create", "theirs"]) == 0
    assert main(["lists", "source", "theirs", "ncmec", "--option", f"address={address}"]) == 0
    from lightkeeper.lists.services import set_credentials
    from lightkeeper.record.types import Actor

    given = {"username": ncmec.USER, "password": ncmec.PASSWORD}
    set_credentials(Exchange.objects.get().pk, given, actor=Actor.operator())


def test_credentials_are_asked_for_at_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _made("http://127.0.0.1:9")
    assert main(["lists", "credentials", "theirs"]) == 2  # nobody is there
    asked = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "secret-answer"

    monkeypatch.setattr(sys, "stdin", _Terminal(""))
    monkeypatch.setattr(getpass, "getpass", answer)
    assert main(["lists", "credentials", "theirs"]) == 0
    assert asked == ["username: ", "password: "]
    for text in ('{"username": "secret-answer"}', "secret-answer", "[]", '{"username": 5, "password": "x"}'):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert main(["lists", "credentials", "theirs", "--file", "-"]) == 2
    out, err = capsys.readouterr()
    assert "credentials set: password, username" in out
    assert "secret-answer" not in out + err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_is_wrong_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["lists", "create", "theirs"]) == 0
    assert main(["lists", "sync", "theirs"]) == 2
    assert main(["lists", "source", "theirs", "ncmec", "--option", "environment=Mars"]) == 2
    assert main(["lists", "source", "theirs", "ncmec", "--option", "environment"]) == 2
    assert main(["lists", "source", "theirs", "file", "--options", str(tmp_path / "none")]) == 2
    err = capsys.readouterr().err
    for said in ("is fetched from nowhere", "must be one of: Industry", "NAME=VALUE", "cannot be read"):
        assert said in err
