"""Signatures: they hold for one body, one time and one key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.runtime.services import SignatureError, sign, verify

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
KEYS = {"first": b"k" * 32, "second": b"l" * 32}


@given(st.binary(max_size=200), st.sampled_from(sorted(KEYS)))
def test_what_is_signed_is_verified(body: bytes, key_id: str) -> None:
    headers = sign(body, key=KEYS[key_id], key_id=key_id, at=NOW)
    assert verify(headers, body, keys=KEYS, now=NOW) == key_id
    assert verify({name.upper(): value for name, value in headers.items()}, body, keys=KEYS, now=NOW) == key_id


def test_the_headers_are_those_that_are_documented() -> None:
    assert sign(b'{"a":1}', key=b"secret", key_id="k1", at=NOW) == {
        "Lightkeeper-Timestamp": "1795381200",
        "Lightkeeper-Key-Id": "k1",
        # printf '1795381200.{"a":1}' | openssl dgst -sha256 -hmac secret
        "Lightkeeper-Signature": "v1=3b2339609809d1272fbc9a6792b4f188a80a44035146f84aa43b1df7aabe6c73",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"Lightkeeper-Timestamp": "1795381201"},
        {"Lightkeeper-Timestamp": ""},
        {"Lightkeeper-Timestamp": "-1"},
        {"Lightkeeper-Timestamp": "١٢٣"},
        {"Lightkeeper-Key-Id": "second"},
        {"Lightkeeper-Key-Id": "unknown"},
        {"Lightkeeper-Signature": ""},
        {"Lightkeeper-Signature": "v1="},
        {"Lightkeeper-Signature": "v1=äöü"},
    ],
)
def test_any_changed_header_is_refused(change: dict[str, str]) -> None:
    headers = sign(b"body", key=KEYS["first"], key_id="first", at=NOW)
    with pytest.raises(SignatureError):
        verify({**headers, **change}, b"body", keys=KEYS, now=NOW)


def test_another_body_is_refused() -> None:
    headers = sign(b"body", key=KEYS["first"], key_id="first", at=NOW)
    with pytest.raises(SignatureError):
        verify(headers, b"bodies", keys=KEYS, now=NOW)


def test_one_of_several_signatures_is_enough() -> None:
    headers = sign(b"body", key=KEYS["first"], key_id="first", at=NOW)
    several = {**headers, "Lightkeeper-Signature": f"v2=abc, {headers['Lightkeeper-Signature']}"}
    assert verify(several, b"body", keys=KEYS, now=NOW) == "first"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_of_another_time_is_refused(minutes: int) -> None:
    headers = sign(b"body", key=KEYS["first"], key_id="first", at=NOW)
    with pytest.raises(SignatureError, match="old"):
        verify(headers, b"body", keys=KEYS, now=NOW + timedelta(minutes=minutes))
