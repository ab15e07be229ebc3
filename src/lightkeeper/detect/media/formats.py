"""What a file is, told from its first bytes, never from its name.

Sources: the magic numbers of the formats' own specifications; for the ``ftyp`` family ISO/IEC 14496-12 (box and brand
syntax), 23008-12 (HEIF brands) and the AVIF specification (brands ``avif``, ``avis``).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from lightkeeper.detect.media.status import Reason

#: Formats that are decoded, by the name used everywhere in Lightkeeper.
DECODED = frozenset({"JPEG", "PNG", "GIF", "WebP", "AVIF", "BMP", "TIFF", "HEIC"})

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_STRUCTURAL = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})

#: Picture formats that we know but do not decode: better said than called "not a picture".
_OTHER_PICTURES: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"8BPS", "Photoshop"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"\x00\x00\x02\x00", "cursor"),
    (b"qoif", "QOI"),
    (b"DDS ", "DDS"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"BPG\xfb", "BPG"),
    (b"FLIF", "FLIF"),
    (b"II\xbc\x01", "JPEG XR"),
    (b"\x97JB2\r\n\x1a\n", "JBIG2"),
    (b"gimp xcf", "GIMP"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"SIMPLE  =", "FITS"),
    (b"icns", "icon"),
)

_VIDEO_PREFIXES: tuple[bytes, ...] = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM (EBML)
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF: WMV
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x00\x00\x00\x01\x67",  # raw H.264
    b".RMF",
    b"\x8aMNG\r\n\x1a\n",
)

#: What may stand before the root element of an XML file, and how it ends.
_PROLOGUE: tuple[tuple[bytes, bytes], ...] = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!doctype", b">"))
_SVG_ROOT = re.compile(rb"<(?:\w+:)?svg[\s>/]")
_PNM = re.compile(rb"P[1-7f][\s#]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: the name of its format, if we know it, and why it is not decoded, None if it is."""

    format: str | None
    refusal: Reason | None = None


def sniff(data: bytes) -> Kind:
    """Tell what ``data`` is from its first bytes. Never raises; reads no more than the first 16 KiB."""
    if not data:
        return Kind(None, Reason.EMPTY)
    head = data[:16384]
    decoded = _sniff_decoded(head)
    if decoded is not None:
        return Kind(decoded)
    if head[4:8] == b"ftyp":
        return _sniff_ftyp(head)
    if _is_video(head):
        return Kind("video", Reason.VIDEO)
    if _is_svg(head):
        return Kind("SVG", Reason.SVG)
    for magic, name in _OTHER_PICTURES:
        if head.startswith(magic):
            return Kind(name, Reason.UNSUPPORTED)
    if _PNM.match(head):
        return Kind("PNM", Reason.UNSUPPORTED)
    return Kind(None, Reason.NOT_A_PICTURE)


def _sniff_decoded(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WebP"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "TIFF"
    # Two letters are a weak sign: the size of the header behind them must be one that exists.
    if head.startswith(b"BM") and len(head) >= 18 and _u32le(head, 14) in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    return None


def _sniff_ftyp(head: bytes) -> Kind:
    """AVIF, HEIC and MP4 share the ``ftyp`` box; its brands tell them apart, the major brand first."""
    size = struct.unpack_from(">I", head)[0]
    end = min(len(head), max(size, 16))
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(16, end - 3, 4)}
    if major in _AVIF_BRANDS or (major in _HEIF_STRUCTURAL and brands & _AVIF_BRANDS):
        return Kind("AVIF")
    if major in _HEIC_BRANDS or major in _HEIF_STRUCTURAL:
        return Kind("HEIC")
    if major in _AUDIO_BRANDS:
        return Kind(None, Reason.NOT_A_PICTURE)
    if major == b"crx ":
        return Kind("Canon raw", Reason.UNSUPPORTED)
    return Kind("video", Reason.VIDEO)


def _is_video(head: bytes) -> bool:
    if head.startswith(_VIDEO_PREFIXES) or (head.startswith(b"RIFF") and head[8:12] == b"AVI "):
        return True
    if head[4:8] in _QUICKTIME_BOXES and struct.unpack_from(">I", head)[0] >= 8:
        return True
    if head.startswith(b"OggS"):
        return b"theora" in head[:512]
    # MPEG transport streams: a sync byte every 188 bytes, or every 192 after a four-byte time stamp.
    return any(
        len(head) > start + 3 * step and all(head[start + k * step] == 0x47 for k in range(4))
        for start, step in ((0, 188), (4, 192))
    )


def _is_svg(head: bytes) -> bool:
    """Whether the root element of an XML file is ``svg``. One pass, no regular expression that could backtrack."""
    text = head
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", errors="ignore").encode()
    text = text.removeprefix(b"\xef\xbb\xbf").lower()
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip()) if text[at : at + 1].isspace() else 0
        start = next((pair for pair in _PROLOGUE if text.startswith(pair[0], at)), None)
        if start is None:
            return _SVG_ROOT.match(text, at) is not None
        if start[0] == b"<!doctype" and 0 <= text.find(b"[", at) < text.find(b">", at):
            at = text.find(b"]", at)
        end = text.find(start[1], at) if at >= 0 else -1
        if end < 0:
            return False
        at = end + len(start[1])


def is_cut_short(data: bytes, kind: str) -> bool:
    """Whether a damaged file of the given format seems to end too early (and is not merely damaged inside).

    Asked about files that did not decode, to choose the words, and about every GIF, whose missing frames no decoder
    misses.
    """
    if kind == "JPEG":
        return b"\xff\xd9" not in data[-4096:]
    if kind == "PNG":
        return b"IEND" not in data[-4096:]
    if kind == "GIF":
        return not _gif_ends(data)
    if kind == "WebP":
        return len(data) < 12 or _u32le(data, 4) + 8 > len(data)
    if kind == "BMP":
        return len(data) < 14 or _u32le(data, 2) > len(data)
    if kind in ("AVIF", "HEIC"):
        return _boxes_overrun(data)
    return kind == "TIFF" and _tiff_overruns(data)


def completed_webp(data: bytes, *, limit: int) -> bytes:
    """Fill a WebP that ends early up to its announced size, if that is within ``limit`` bytes, with zeros.

    libwebp refuses a file that ends early as a whole. Of a lossy one so completed it decodes what is there, and the
    zeros as an even rest.
    """
    missing = _u32le(data, 4) + 8 - len(data) if len(data) >= 12 else 0
    return data + bytes(missing) if 0 < missing <= limit - len(data) else data


def _gif_ends(data: bytes) -> bool:
    """Whether the blocks of a GIF (GIF89a specification, appendix A) lead to its trailer."""
    if len(data) < 13:
        return False
    at = 13 + _colour_table(data[10])
    while at < len(data) and data[at] != 0x3B:
        if data[at] == 0x2C and at + 10 < len(data):
            at += 11 + _colour_table(data[at + 9])
        elif data[at] == 0x21:
            at += 2
        else:
            return False
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return at < len(data)


def _colour_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _boxes_overrun(data: bytes) -> bool:
    at = 0
    for _ in range(64):
        if at + 8 > len(data):
            return at != len(data)
        size = int(struct.unpack_from(">I", data, at)[0])
        if size == 1 and at + 16 <= len(data):
            size = int(struct.unpack_from(">Q", data, at + 8)[0])
        if size == 0:
            return False
        if size < 8:
            return False
        at += size
    return at > len(data)


def _tiff_overruns(data: bytes) -> bool:
    """Whether the first directory, or a single strip or tile it points to, goes beyond the end."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 8:
        return True
    if data[2:4] in (b"+\x00", b"\x00+"):
        return len(data) < 16 or int(struct.unpack_from(order + "Q", data, 8)[0]) + 8 > len(data)
    at = int(struct.unpack_from(order + "I", data, 4)[0])
    if at + 2 > len(data):
        return True
    entries = int(struct.unpack_from(order + "H", data, at)[0])
    if at + 2 + 12 * entries > len(data):
        return True
    single = {}
    for number in range(entries):
        tag, kind, count = struct.unpack_from(order + "HHI", data, at + 2 + 12 * number)
        if count == 1:
            single[tag] = int(struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 10 + 12 * number)[0])
    # Offset and size of strips (273, 279) and of tiles (324, 325).
    return any(single.get(offset, 0) + single.get(size, 0) > len(data) for offset, size in ((273, 279), (324, 325)))


def _u32le(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])
