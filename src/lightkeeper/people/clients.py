"""Clients and their keys: making, changing, rotating, revoking. Each is one transaction with its audit event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lightkeeper.people.authentication import forget_answers
from lightkeeper.people.client_queries import forget_callback_events
from lightkeeper.people.client_types import ClientError, NewKey, Scope
from lightkeeper.people.key_texts import key_digest, make_key_text
from lightkeeper.people.models import ApiKey, Client, Meter
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details, Subject

RATE_PER_MINUTE: Final = 6000
LOOKUP_PER_DAY: Final = 10_000
LONGEST_OVERLAP: Final = timedelta(days=90)


def create_client(*, name: str, actor: Actor) -> Client:
    """Make a client. Raises ClientError if its name is empty, too long or taken."""
    name = " ".join(name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise ClientError(_("A client needs a name of 1 to 80 characters."))
    try:
        with transaction.atomic():
            client = Client.objects.create(name=name)
            write_event(Event.PEOPLE_CLIENT_CREATED, actor=actor, subject=_client(client.pk))
    except IntegrityError:
        raise ClientError(_("There is a client of that name already.")) from None
    return client


@transaction.atomic
def set_callbacks(*, client_id: int, url: str, events: Collection[str], actor: Actor) -> Client:
    """Set where a client is called back and for which events; no address and no events end its callbacks.

    Room ``act`` checks the address and the events' names, and makes the key that signs.
    """
    client = _locked_client(client_id)
    if bool(url) != bool(events):
        raise ClientError(_("A callback address needs at least one event, and events need an address."))
    client.callback_url = url
    client.callback_events = " ".join(sorted(set(events)))
    client.save(update_fields=["callback_url", "callback_events"])
    transaction.on_commit(forget_callback_events)
    details = {"events": len(set(events)), "address": bool(url)}
    write_event(Event.PEOPLE_CLIENT_CALLBACKS_SET, actor=actor, subject=_client(client_id), details=details)
    return client


@transaction.atomic
def create_key(
    *,
    client_id: int,
    scopes: Collection[Scope],
    actor: Actor,
    rate_per_minute: int = RATE_PER_MINUTE,
    lookup_per_day: int = LOOKUP_PER_DAY,
    expires_at: datetime | None = None,
    allow_both: bool = False,
) -> NewKey:
    """Make a key for a client; the answer alone holds its text. Raises ClientError.

    ``submit`` and ``lookup`` on one key need ``allow_both``, which the audit event states.
    """
    client = _locked_client(client_id)
    _check(scopes, rate_per_minute, lookup_per_day, expires_at, allow_both=allow_both)
    key, text = _new_key(
        client=client,
        scopes=" ".join(sorted(set(scopes))),
        both_allowed=allow_both and {Scope.LOOKUP, Scope.SUBMIT} <= set(scopes),
        rate_per_minute=rate_per_minute,
        lookup_per_day=lookup_per_day,
        expires_at=expires_at,
        request_meter=Meter.objects.create(),
        lookup_meter=Meter.objects.create(),
    )
    details = {
        **{scope.value: scope in scopes for scope in Scope},
        "both_allowed": key.both_allowed,
        "rate": rate_per_minute,
        "lookups": lookup_per_day,
        "expires": expires_at is not None,
    }
    write_event(Event.PEOPLE_KEY_CREATED, actor=actor, subject=_key(key), details=details)
    return NewKey(key.key_id, text, client.pk)


@transaction.atomic
def rotate_key(*, key_id: str, overlap: timedelta, actor: Actor) -> NewKey:
    """Make a key that takes the place of another: same client, scopes, limits and meters.

    The old key works until ``overlap`` from now, or its own expiry where that is sooner. Raises ClientError.
    """
    old = _locked_key(key_id)
    now = timezone.now()
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ClientError(_("The old key can go on working for 0 to %(days)s days.") % {"days": LONGEST_OVERLAP.days})
    if old.revoked_at or (old.expires_at and old.expires_at <= now):
        raise ClientError(_("That key is revoked or has expired; make a new one instead."))
    if ApiKey.objects.filter(replaces=old).exists():
        raise ClientError(_("That key was rotated already; rotate the key that took its place."))
    ends = min(now + overlap, old.expires_at or now + overlap)
    lifetime = old.expires_at - old.created_at if old.expires_at else None
    new, text = _new_key(
        client=old.client,
        scopes=old.scopes,
        both_allowed=old.both_allowed,
        rate_per_minute=old.rate_per_minute,
        lookup_per_day=old.lookup_per_day,
        expires_at=now + lifetime if lifetime else None,
        request_meter=old.request_meter,
        lookup_meter=old.lookup_meter,
        replaces=old,
    )
    if overlap:
        old.expires_at = ends
    else:
        old.revoked_at = now
    old.save(update_fields=["expires_at", "revoked_at"])
    transaction.on_commit(forget_answers)
    details: Details = {"overlap_minutes": int(overlap.total_seconds()) // 60, "new": new.key_id}
    write_event(Event.PEOPLE_KEY_ROTATED, actor=actor, subject=_key(old), details=details)
    return NewKey(new.key_id, text, new.client_id, ends)


@transaction.atomic
def revoke_key(*, key_id: str, actor: Actor) -> None:
    """End a key at once: here at commit, in every other process within 5 seconds. Raises ClientError."""
    key = _locked_key(key_id)
    if key.revoked_at:
        raise ClientError(_("That key is revoked already."))
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    transaction.on_commit(forget_answers)
    write_event(Event.PEOPLE_KEY_REVOKED, actor=actor, subject=_key(key))


def _check(
    scopes: Collection[Scope], rate: int, lookups: int, expires_at: datetime | None, *, allow_both: bool
) -> None:
    if not scopes:
        raise ClientError(_("A key needs at least one scope of %(names)s.") % {"names": ", ".join(Scope)})
    if {Scope.LOOKUP, Scope.SUBMIT} <= set(scopes) and not allow_both:
        raise ClientError(
            _(
                "One key with both scopes, submit and lookup, would let its holder test which pictures are known. "
                "Make two keys, or say that both are meant (--both on the command line)."
            )
        )
    if not 1 <= rate <= 1_000_000 or not 0 <= lookups <= 2_000_000_000:
        raise ClientError(
            _("The rate is 1 to 1,000,000 requests a minute, the budget 0 to 2,000,000,000 look-ups a day.")
        )
    if expires_at is not None and expires_at <= timezone.now():
        raise ClientError(_("The key would have expired already."))


def _new_key(**fields: object) -> tuple[ApiKey, str]:
    key_id, text = make_key_text()
    return ApiKey.objects.create(key_id=key_id, secret_hash=key_digest(text), **fields), text


def _locked_client(client_id: int) -> Client:
    client = Client.objects.select_for_update().filter(pk=client_id).first()
    if client is None:
        raise ClientError(_("There is no such client."))
    return client


def _locked_key(key_id: str) -> ApiKey:
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("client").filter(key_id=key_id).first()
    if key is None:
        raise ClientError(_("There is no such key."))
    return key


def _client(client_id: int) -> Subject:
    return Subject("client", str(client_id))


def _key(key: ApiKey) -> Subject:
    return Subject("key", key.key_id)
