"""The text of a key: ``lk_<key id>_<secret>``, how one is made, and how it is read."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from typing import Final

PREFIX: Final = "lk"
"""Lets scanners for leaked secrets find our keys."""
_ID_LETTERS: Final = string.ascii_lowercase + string.digits
_SECRET_LETTERS: Final = string.ascii_letters + string.digits
_ID_LENGTH: Final = 10
_SECRET_LENGTH: Final = 43
"""43 of 62 letters are 256 bits."""
_FORM: Final = re.compile(rf"{PREFIX}_([a-z0-9]{{{_ID_LENGTH}}})_[A-Za-z0-9]{{{_SECRET_LENGTH}}}", re.ASCII)


def make_key_text() -> tuple[str, str]:
    """Make a key at random: its public id, and its whole text."""
    key_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
    secret = "".join(secrets.choice(_SECRET_LETTERS) for _ in range(_SECRET_LENGTH))
    return key_id, f"{PREFIX}_{key_id}_{secret}"


def key_id_of(text: str) -> str | None:
    """Give the public id in the text of a key, or None if it has not the form of a key."""
    form = _FORM.fullmatch(text)
    return form[1] if form else None


def key_digest(text: str) -> bytes:
    """Give what is stored of a key's text: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
