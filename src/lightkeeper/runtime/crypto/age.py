"""Files for others: the age format (age-encryption.org/v1) with a passphrase, so that its program opens them.

    age -d -o FILE.tar FILE.tar.age

The header wraps a file key by scrypt and is authenticated by it; the payload is ChaCha20-Poly1305 in chunks of 64 KiB,
of which none can be changed, swapped, cut off or added.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK: Final = 64 * 1024
WORK: Final = 18
"""scrypt's N is 2 to this power, as in age's own program: a second of work and 256 MiB for each guess."""
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 7


def new_passphrase() -> str:
    """28 letters and digits that can be told apart, in groups of four: 138 bits, to be spelled over a telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS))


class AgeEncryptor:
    """Takes bytes as they come, and gives those of the file."""

    def __init__(self, passphrase: str, *, work: int | None = None) -> None:
        file_key = os.urandom(16)
        nonce = os.urandom(16)
        self._ready = _header(passphrase, file_key, WORK if work is None else work) + nonce
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._waiting = bytearray()
        self._number = 0

    def write(self, data: bytes | bytearray | memoryview) -> bytes:
        """Take some; gives what is ready. The last chunk always waits, for it is marked."""
        self._waiting += data
        ready, self._ready = bytearray(self._ready), b""
        while len(self._waiting) > CHUNK:
            ready += self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return bytes(ready)

    def finish(self) -> bytes:
        """Give the rest."""
        return self._ready + self._seal(bytes(self._waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> bytes:
        nonce = self._number.to_bytes(11, "big") + bytes((last,))
        self._number += 1
        return self._cipher.encrypt(nonce, chunk, None)


def _header(passphrase: str, file_key: bytes, work: int) -> bytes:
    salt = os.urandom(16)
    derived = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << work, r=8, p=1)
    wrapped = ChaCha20Poly1305(derived.derive(passphrase.encode())).encrypt(bytes(12), file_key, None)
    lines = b"age-encryption.org/v1\n-> scrypt " + _base64(salt) + f" {work}\n".encode() + _base64(wrapped) + b"\n---"
    mac = hmac.digest(_derived(file_key, b"", b"header"), lines, "sha256")
    return lines + b" " + _base64(mac) + b"\n"


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=salt, info=purpose).derive(key)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
