"""A file in the age format is opened by a reader that was written from its specification, and by nobody else."""

from __future__ import annotations

import base64
import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lightkeeper.runtime.crypto.age import CHUNK, AgeEncryptor, new_passphrase


def plain(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4))


def opened(file: bytes, passphrase: str) -> bytes:
    """What age's specification says: C2SP, age.md."""
    header, _, rest = file.partition(b"\n--- ")
    mac, _, payload = rest.partition(b"\n")
    version, stanza, body = header.split(b"\n")
    assert version == b"age-encryption.org/v1"
    arrow, kind, salt, work = stanza.split(b" ")
    assert (arrow, kind, len(plain(salt)), len(plain(body))) == (b"->", b"scrypt", 16, 32)
    key = Scrypt(salt=b"age-encryption.org/v1/scrypt" + plain(salt), length=32, n=1 << int(work), r=8, p=1)
    file_key = ChaCha20Poly1305(key.derive(passphrase.encode())).decrypt(bytes(12), plain(body), None)
    mac_key = HKDF(SHA256(), 32, b"", b"header").derive(file_key)
    assert hmac.digest(mac_key, header + b"\n---", "sha256") == plain(mac)
    cipher = ChaCha20Poly1305(HKDF(SHA256(), 32, payload[:16], b"payload").derive(file_key))
    chunks = [payload[at : at + CHUNK + 16] for at in range(16, len(payload), CHUNK + 16)]
    return b"".join(
        cipher.decrypt(number.to_bytes(11, "big") + bytes((number == len(chunks) - 1,)), chunk, None)
        for number, chunk in enumerate(chunks)
    )


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_goes_in_comes_out_however_it_is_cut(size: int) -> None:
    data = bytes(n % 251 for n in range(size))
    for piece in (10_000, CHUNK, 200_000):
        encryptor = AgeEncryptor("pass-phrase", work=4)
        file = b"".join(encryptor.write(data[at : at + piece]) for at in range(0, size, piece)) + encryptor.finish()
        assert opened(file, "pass-phrase") == data
    with pytest.raises(InvalidTag):
        opened(file, "pass-phrasf")
    with pytest.raises(InvalidTag):
        opened(file[:-1], "pass-phrase")


def test_a_passphrase_is_long_and_new_each_time() -> None:
    found = {new_passphrase() for _ in range(50)}
    assert len(found) == 50
    assert all(len(one) == 34 and not set("ilo01") & set(one) for one in found)
