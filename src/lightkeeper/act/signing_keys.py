"""The keys that sign callbacks: each client has its own. A new one is made and handed over before it begins to sign."""

from __future__ import annotations

import secrets
import time
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.act.models import SigningKey
from lightkeeper.act.states import SigningKeyState
from lightkeeper.act.types import CallbackError, NewSigningKey
from lightkeeper.people.models import Client
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.runtime.services import seal, unseal

PURPOSE: Final = "act:signing-key"
REMEMBERED_SECONDS: Final = 5.0

_current: dict[int, tuple[float, tuple[str, bytes]]] = {}


@transaction.atomic
def make_signing_key(*, client_id: int, actor: Actor) -> NewSigningKey:
    """Make a key: a client's first signs at once, a later one waits as ``next`` until it is switched to.

    Raises CallbackError if there is a next one already.
    """
    _lock(client_id)
    states = set(SigningKey.objects.filter(client_id=client_id).values_list("state", flat=True))
    if SigningKeyState.NEXT in states:
        raise CallbackError(_("There is a next key already; switch to it, or remove it, before you make another."))
    state = SigningKeyState.NEXT if SigningKeyState.CURRENT in states else SigningKeyState.CURRENT
    secret = f"lks_{secrets.token_hex(32)}"
    key_id = f"sk-{secrets.token_hex(5)}"
    sealed = seal(PURPOSE, secret.encode(), context=key_id.encode())
    SigningKey.objects.create(client_id=client_id, key_id=key_id, secret=sealed, state=state)
    subject = Subject("signing_key", key_id)
    write_event(Event.ACT_SIGNING_KEY_MADE, actor=actor, subject=subject, details={"state": state.value})
    return NewSigningKey(key_id, secret, state.value)


@transaction.atomic
def switch_signing_key(*, client_id: int, actor: Actor) -> None:
    """Sign with the next key from now on and destroy the one before. Raises CallbackError if there is no next one."""
    _lock(client_id)
    following = SigningKey.objects.filter(client_id=client_id, state=SigningKeyState.NEXT).first()
    if following is None:
        raise CallbackError(_("There is no next key; make one and hand it to the platform first."))
    _retire(client_id, SigningKeyState.CURRENT)
    following.state = SigningKeyState.CURRENT
    following.save(update_fields=["state"])
    transaction.on_commit(forget_keys)
    write_event(Event.ACT_SIGNING_KEY_SWITCHED, actor=actor, subject=Subject("signing_key", following.key_id))


@transaction.atomic
def remove_next_signing_key(*, client_id: int, actor: Actor) -> None:
    """Destroy the next key, which never signed. Raises CallbackError if there is none."""
    _lock(client_id)
    following = SigningKey.objects.filter(client_id=client_id, state=SigningKeyState.NEXT).first()
    if following is None:
        raise CallbackError(_("There is no next key."))
    _retire(client_id, SigningKeyState.NEXT)
    write_event(Event.ACT_SIGNING_KEY_REMOVED, actor=actor, subject=Subject("signing_key", following.key_id))


def current_key(client_id: int) -> tuple[str, bytes] | None:
    """Give the id and the bytes of the key that signs a client's callbacks; None if it has none.

    Remembered for ``REMEMBERED_SECONDS``, so a switched key signs everywhere that much later.
    """
    known = _current.get(client_id)
    if known is not None and known[0] > time.monotonic():
        return known[1]
    row = SigningKey.objects.filter(client_id=client_id, state=SigningKeyState.CURRENT).first()
    if row is None:
        return None
    key = row.key_id, unseal(PURPOSE, bytes(row.secret), context=row.key_id.encode())
    _current[client_id] = time.monotonic() + REMEMBERED_SECONDS, key
    return key


def forget_keys() -> None:
    """Forget what this process remembers."""
    _current.clear()


def _retire(client_id: int, state: SigningKeyState) -> None:
    SigningKey.objects.filter(client_id=client_id, state=state).update(
        state=SigningKeyState.RETIRED, secret=b"", retired_at=timezone.now()
    )


def _lock(client_id: int) -> None:
    if not Client.objects.select_for_update().filter(pk=client_id).exists():
        raise CallbackError(_("There is no such client."))
