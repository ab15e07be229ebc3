"""Signed checkpoints: who has one elsewhere can prove that the chain up to it was not written anew."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction
from django.utils import timezone

from lightkeeper.record.chain import checkpoint_message, microseconds
from lightkeeper.record.errors import ChainError
from lightkeeper.record.models import Checkpoint, Seal, SigningKey
from lightkeeper.runtime.services import SealError, seal, unseal

EVERY: Final = timedelta(minutes=10)
"""How often the sealer signs a checkpoint while the chain grows."""

_FORMAT: Final = "lightkeeper-checkpoint-1"
_PURPOSE: Final = "record:checkpoint"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint by itself: ``link`` of the seal at ``position``, the key (32 bytes) and the signature (64)."""

    position: int
    link: bytes
    signed_at: datetime
    key_id: str
    public: bytes
    signature: bytes

    @property
    def genuine(self) -> bool:
        """Whether the signature is by that key over just this, and the key's id is its own."""
        message = checkpoint_message(
            position=self.position, link=self.link, signed_at=self.signed_at, key_id=self.key_id
        )
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(self.signature, message)
        except (InvalidSignature, ValueError):
            return False
        return self.key_id == key_id_of(self.public)

    def as_text(self) -> str:
        """The file that ``audit checkpoint`` exports: JSON, one line."""
        return json.dumps({
            "format": _FORMAT, "position": self.position, "link": self.link.hex(),
            "signed_at": self.signed_at.isoformat(), "key_id": self.key_id, "public": self.public.hex(),
            "signature": self.signature.hex(),
        })  # fmt: skip


def read_checkpoint(text: str) -> SignedCheckpoint:
    """Read what ``as_text`` wrote. ChainError: it is no checkpoint. Whether it is ``genuine`` is another question."""
    try:
        given: dict[str, Any] = json.loads(text)
        signed_at = datetime.fromisoformat(given["signed_at"])
        microseconds(signed_at)  # refuses a time without a zone
        checkpoint = SignedCheckpoint(
            position=given["position"], link=bytes.fromhex(given["link"]), signed_at=signed_at, key_id=given["key_id"],
            public=bytes.fromhex(given["public"]), signature=bytes.fromhex(given["signature"]),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ChainError("The file is no checkpoint of this program.") from None
    whole = isinstance(given["position"], int) and isinstance(given["key_id"], str)
    if given.get("format") != _FORMAT or not whole or checkpoint.position < 1 or len(checkpoint.link) != 32:
        raise ChainError("The file is no checkpoint of this program.")
    return checkpoint


@transaction.atomic
def sign_checkpoint() -> SignedCheckpoint | None:
    """Sign the chain as far as it is sealed, or give the newest checkpoint where nothing was sealed since.

    None: nothing is sealed yet. ChainError: the stored signing key is not the real one.
    """
    last = Seal.objects.order_by("-position").values_list("position", "link").first()
    newest = Checkpoint.objects.order_by("-id").first()
    if last is None:
        return None
    if newest is not None and newest.position == last[0] and bytes(newest.link) == bytes(last[1]):
        return signed(newest)
    key, private = _signing_key()
    now = timezone.now()
    message = checkpoint_message(position=last[0], link=bytes(last[1]), signed_at=now, key_id=key.key_id)
    made = Checkpoint.objects.create(
        position=last[0], link=bytes(last[1]), signed_at=now, key_id=key.key_id, signature=private.sign(message)
    )
    return signed(made)


def sign_checkpoint_if_due() -> bool:
    """Sign one if the chain has grown and the newest one is older than ``EVERY``; False where none was due."""
    newest = Checkpoint.objects.order_by("-id").first()
    position = Seal.objects.order_by("-position").values_list("position", flat=True).first()
    if position is None or (newest and (newest.position == position or newest.signed_at > timezone.now() - EVERY)):
        return False
    return sign_checkpoint() is not None


def signed(row: Checkpoint) -> SignedCheckpoint:
    """A checkpoint's row with its public key; an unknown key gives an empty one, which is not ``genuine``."""
    key = SigningKey.objects.filter(key_id=row.key_id).first()
    return SignedCheckpoint(
        row.position, bytes(row.link), row.signed_at, row.key_id, bytes(key.public) if key else b"",
        bytes(row.signature),
    )  # fmt: skip


@transaction.atomic
def public_key() -> tuple[str, bytes]:
    """Id and 32 bytes of the key that signs now; made on first use. ChainError: the stored key is not the real one."""
    key, _ = _signing_key()
    return key.key_id, bytes(key.public)


def key_is_ours(key: SigningKey) -> bool:
    """Whether a stored key is one that this service made: nobody without the master key can store another."""
    try:
        _private(key)
    except ChainError:
        return False
    return True


def key_id_of(public: bytes) -> str:
    """16 hexadecimal digits that name a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _signing_key() -> tuple[SigningKey, Ed25519PrivateKey]:
    key = SigningKey.objects.order_by("-id").first()
    if key is not None:
        return key, _private(key)
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    name = key_id_of(public)
    sealed = seal(_PURPOSE, private.private_bytes_raw(), context=name.encode())
    # Two at once make two keys: both are known, the newer signs from then on.
    return SigningKey.objects.create(key_id=name, public=public, private=sealed), private


def _private(key: SigningKey) -> Ed25519PrivateKey:
    try:
        raw = unseal(_PURPOSE, bytes(key.private), context=key.key_id.encode())
    except SealError:
        raise ChainError("The stored signing key was altered, or its master key is not there.") from None
    private = Ed25519PrivateKey.from_private_bytes(raw)
    if private.public_key().public_bytes_raw() != bytes(key.public):
        raise ChainError("The stored signing key was altered.")
    return private
