"""``lightkeeper client``: the key is on standard output once, and everything else is on standard error."""

from __future__ import annotations

import re

import pytest

from lightkeeper.cli.client import SCOPES
from lightkeeper.cli.main import main
from lightkeeper.people.authentication import authenticate
from lightkeeper.people.client_types import KeyRefused, Scope
from lightkeeper.people.models import ApiKey, Client
from lightkeeper.people.tests.clients_made import forget
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget()


def create(out: Out, *options: str) -> str:
    assert main(["client", "create", "a platform", *options]) == 0
    printed = out.readouterr()
    assert "shown only now" in printed.err
    return printed.out.strip()


def test_a_key_is_made_and_works(capsys: Out) -> None:
    text = create(capsys, "--scope", "submit", "--scope", "detail", "--rate", "60", "--expires-days", "30")
    assert authenticate(text).scopes == {"submit", "detail"}
    key = ApiKey.objects.get()
    assert key.rate_per_minute == 60
    assert key.expires_at is not None
    create(capsys, "--scope", "lookup")
    assert Client.objects.count() == 1
    assert set(AuditEvent.objects.values_list("actor_kind", flat=True)) == {"operator"}


def test_one_key_for_both_must_be_insisted_on(capsys: Out) -> None:
    assert main(["client", "create", "a platform", "--scope", "submit", "--scope", "lookup"]) == 2
    assert "Make two keys" in capsys.readouterr().err
    assert not Client.objects.exists()
    create(capsys, "--scope", "submit", "--scope", "lookup", "--both")


def test_rotating_and_revoking(capsys: Out) -> None:
    old = create(capsys, "--scope", "status")
    assert main(["client", "rotate", old.split("_")[1]]) == 0
    printed = capsys.readouterr()
    new = printed.out.strip()
    assert "The old key works until" in printed.err
    assert authenticate(old).client_id == authenticate(new).client_id
    assert main(["client", "revoke", new.split("_")[1]]) == 0
    with pytest.raises(KeyRefused, match="revoked"):
        authenticate(new)
    assert main(["client", "revoke", "nobody"]) == 2
    assert "no such key" in capsys.readouterr().err


def test_the_list_shows_no_secret(capsys: Out) -> None:
    text = create(capsys, "--scope", "status")
    assert main(["client", "list"]) == 0
    printed = capsys.readouterr().out
    assert re.fullmatch(r"[a-z0-9]{10}  working  a platform  status  last used never\n", printed)
    assert text.split("_")[2] not in printed


def test_callbacks_print_the_signing_key_the_first_time(capsys: Out) -> None:
    create(capsys, "--scope", "submit")
    assert main(["client", "callbacks", "a platform", "https://platform.example/"]) == 0
    assert re.fullmatch(r"sk-[0-9a-f]{10} lks_[0-9a-f]{64}\n", capsys.readouterr().out)
    assert main(["client", "callbacks", "a platform", "https://elsewhere.example/"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["client", "callbacks", "a platform", "nonsense"]) == 2
    assert main(["client", "callbacks", "another", ""]) == 2
    assert "no client named" in capsys.readouterr().err


def test_every_scope_can_be_given_by_the_command() -> None:
    assert set(SCOPES) == {scope.value for scope in Scope}
