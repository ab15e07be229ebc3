"""The verb that writes an export says its passphrase once, and what is wrong in a sentence."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import pytest
from django.conf import LazySettings

from lightkeeper.act.requests.tests.test_evidence import released
from lightkeeper.cli import evidence as verb
from lightkeeper.cli.exits import CommandError
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.runtime.crypto import age
from lightkeeper.runtime.tests.test_age import opened


@pytest.mark.django_db(transaction=True)
def test_the_verb_says_the_passphrase_once_and_what_is_wrong_in_a_sentence(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(age, "WORK", 4)
    monkeypatch.setattr(verb, "open_installation", lambda: None)
    export, file = released(make_person(Role.SUPERVISOR), make_person(Role.SENIOR_ANALYST)), tmp_path / "a.tar.age"
    parser = argparse.ArgumentParser()
    verb.configure(parser)
    arguments = parser.parse_args([str(export.public), str(file)])
    assert verb.run(arguments) == 0
    said = capsys.readouterr().out
    passphrase = said.split("shown this once: ")[1].split()[0]
    assert b"manifest.json" in opened(file.read_bytes(), passphrase)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in said
    with pytest.raises(CommandError, match="is there already"):
        verb.run(arguments)
    with pytest.raises(CommandError, match="there is no such export"):
        verb.run(parser.parse_args([str(export.request.public), str(tmp_path / "b")]))
