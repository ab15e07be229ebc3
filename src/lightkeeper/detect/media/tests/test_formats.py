"""What a file is, is told from its first bytes."""

from __future__ import annotations

import struct

import pytest

from lightkeeper.detect.media.formats import Kind, is_cut_short, sniff
from lightkeeper.detect.media.status import DecodeStatus, Reason
from lightkeeper.detect.media.tests.pictures import draw, stored


def _ftyp(major: bytes, *brands: bytes) -> bytes:
    body = major + bytes(4) + b"".join(brands)
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + bytes(64)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "JPEG"),
        ("PNG", "PNG"),
        ("GIF", "GIF"),
        ("WEBP", "WebP"),
        ("AVIF", "AVIF"),
        ("BMP", "BMP"),
        ("TIFF", "TIFF"),
    ],
)
def test_what_is_decoded(kind: str, name: str) -> None:
    assert sniff(stored(draw(), kind)) == Kind(name)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_ftyp(b"avif", b"mif1"), Kind("AVIF")),
        (_ftyp(b"avis", b"msf1", b"iso8"), Kind("AVIF")),
        (_ftyp(b"mif1", b"avif", b"miaf"), Kind("AVIF")),
        (_ftyp(b"heic", b"mif1"), Kind("HEIC")),
        (_ftyp(b"mif1", b"heic"), Kind("HEIC")),
        (_ftyp(b"msf1", b"hevc"), Kind("HEIC")),
        (_ftyp(b"heix"), Kind("HEIC")),
        (_ftyp(b"isom", b"avc1"), Kind("video", Reason.VIDEO)),
        (_ftyp(b"qt  "), Kind("video", Reason.VIDEO)),
        (_ftyp(b"M4A "), Kind(None, Reason.NOT_A_PICTURE)),
        (_ftyp(b"crx "), Kind("Canon raw", Reason.UNSUPPORTED)),
    ],
)
def test_ftyp_by_its_brands(data: bytes, expected: Kind) -> None:
    assert sniff(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"\x1a\x45\xdf\xa3" + bytes(40),
        b"RIFF\0\0\0\0AVI LIST",
        b"\x00\x00\x01\xba" + bytes(40),
        b"\x00\x00\x01\xb3" + bytes(40),
        b"FLV\x01\x05",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(8),
        b"\x00\x00\x10\x00moov" + bytes(40),
        b"OggS" + bytes(24) + b"\x80theora",
        (b"\x47" + bytes(187)) * 5,
        (bytes(4) + b"\x47" + bytes(187)) * 5,
    ],
)
def test_video(data: bytes) -> None:
    assert sniff(data).refusal is Reason.VIDEO


@pytest.mark.parametrize(
    "text",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\ufeff<?xml version='1.0'?>\n<!-- a -->\n<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg>",
        "  <svg:svg>",
        "<?xml version='1.0'?><SVG >",
    ],
)
def test_svg_is_refused(text: str) -> None:
    assert sniff(text.encode()).refusal is Reason.SVG
    assert sniff(("\ufeff" + text.removeprefix("\ufeff")).encode("utf-16-le")).refusal is Reason.SVG
    assert Reason.SVG.status is DecodeStatus.REFUSED


@pytest.mark.parametrize(
    "data",
    [b"\0", b"hello", b"<html><svg></html>", b"BM, a motor works", b"%PDF-1.7", b"PK\x03\x04", b"OggS" + bytes(60)],
)
def test_not_a_picture(data: bytes) -> None:
    assert sniff(data) == Kind(None, Reason.NOT_A_PICTURE)


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"8BPS\0\1", "Photoshop"), (b"\xff\x0a\xfa", "JPEG XL"), (b"P6 3 3 255\n", "PNM"), (b"\0\0\1\0\1\0", "icon")],
)
def test_formats_that_are_known_and_not_read(data: bytes, name: str) -> None:
    assert sniff(data) == Kind(name, Reason.UNSUPPORTED)


def test_empty() -> None:
    assert sniff(b"").refusal is Reason.EMPTY


def test_sniffing_is_quick_on_text_that_nearly_is_svg() -> None:
    """Bounded work: were the pattern to backtrack without end, this test would not end."""
    for filler in (b"<!-- ", b"<? ", b"<!DOCTYPE a [", b" \n", b"<!-- --> ", b"<!DOCTYPE a> "):
        assert sniff(filler * 4000).refusal is Reason.NOT_A_PICTURE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP"])
def test_cut_short(kind: str) -> None:
    data = stored(draw(), kind)
    name = str(sniff(data).format)
    assert not is_cut_short(data, name)
    assert is_cut_short(data[: len(data) // 2], name)
