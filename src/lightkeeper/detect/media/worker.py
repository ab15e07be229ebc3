"""The decoding process: bytes in, hashes out, locked in between. Started by ``pool``; see ``wire`` for the messages.

The first message it gets is its settings; it answers with what protects it, or with why it cannot start. Then each
message is a file, answered by a JSON object, and by derivatives where those are asked for. It ends when its input ends,
that is, when its parent does.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from lightkeeper.detect.media import codecs, hardening, wire
from lightkeeper.detect.media.decode import Picture, Unreadable
from lightkeeper.detect.media.derivatives import ALL_KINDS, kinds_of
from lightkeeper.detect.media.deriving import derive
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.presenting import WHOLE, present
from lightkeeper.detect.media.samples import SAMPLES
from lightkeeper.detect.media.status import Reason

Hasher = Callable[[Iterable[Frame], str], dict[str, object]]

#: After this many times the limit, and a margin in seconds, the process ends itself, should its parent be gone.
_ALARM_FACTOR, _ALARM_MARGIN = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the parent wants: ``harden`` False leaves the lock off (for finding faults only)."""

    limits: Limits
    effort: str
    harden: bool
    parent: int

    @classmethod
    def from_json(cls, value: dict[str, object]) -> Settings:
        """Read settings; raises ``ValueError``, ``KeyError`` or ``TypeError`` for settings that make no sense."""
        limits = value["limits"]
        if not isinstance(limits, dict):
            raise TypeError("limits must be an object")
        return cls(Limits.from_json(limits), str(value["effort"]), bool(value["harden"]), int(str(value["parent"])))


def main() -> None:
    """Entry point of the production worker."""
    run(_production_hasher)


def _production_hasher() -> Hasher:
    from lightkeeper.detect.media.hashing import hash_frames

    hasher: Hasher = hash_frames
    return hasher


def run(load_hasher: Callable[[], Hasher]) -> None:
    """Live the worker's life. ``load_hasher`` imports what turns frames into hashes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business: it closes its workers
    source, sink = _take_streams()
    settings = Settings.from_json(wire.from_json(wire.read(source, limit=wire.MAX_REPLY)[1]))
    try:
        hasher = load_hasher()
        _warm_up(hasher, settings)
        protection = _protect(settings)
    except Exception as error:  # noqa: BLE001  # whatever keeps it from starting is for the parent to show
        sink(0, wire.to_json({"error": f"{type(error).__name__}: {error}"}))
        return
    sink(0, wire.to_json({"hardening": protection.to_json()}))
    gc.collect()
    gc.freeze()  # what is loaded now stays; later collections need not look at it
    while True:
        try:
            request = wire.read_request(source, limit=settings.limits.bytes + wire.MAX_REPLY)
        except EOFError:
            return
        _set_alarm(settings.limits.seconds * _ALARM_FACTOR + _ALARM_MARGIN)
        number, answer = request.number, _answer(request, hasher, settings)
        del request
        _set_alarm(0.0)
        sink(number, answer)


def _answer(request: wire.Request, hasher: Hasher, settings: Settings) -> bytes:
    if request.present:
        return _presented(request.body, settings)
    if request.derivatives:
        kinds = kinds_of(request.derivatives)
        return _with_pictures(request.body, settings, lambda picture: derive(picture, kinds))
    return _hashed(request.body, hasher, settings)


def _take_streams() -> tuple[Callable[[int], bytes | None], Callable[[int, bytes], None]]:
    """Our own ends of the two pipes; a stray ``print`` goes nowhere near the messages."""
    source = os.fdopen(os.dup(0), "rb")  # open for life
    sink = os.dup(1)
    os.dup2(2, 1)
    return source.read, lambda number, body: _send(sink, number, body)


def _send(sink: int, number: int, body: bytes) -> None:
    header, body = wire.pack(number, body)
    left = memoryview(header + body)
    while left:
        left = left[os.write(sink, left) :]


def _warm_up(hasher: Hasher, settings: Settings) -> None:
    """Run every decoder and the hasher once, so that nothing is left to be loaded behind the lock."""
    for data in SAMPLES.values():
        try:
            for frame in Picture(data, Limits()).frames():
                del frame
        except Unreadable:
            continue  # a format that this installation lacks; each item of that format will say so
    rows, columns = np.mgrid[0:640, 0:640]
    drawing = ((rows * 7 + columns * 3) % 251).astype(np.uint8)
    frames = [Frame(drawing, 1, 640, 640), Frame(drawing[::-1].copy(), 2, 1280, 1280, 1)]
    hasher(frames, settings.effort)
    derive(Picture(SAMPLES["JPEG"], Limits()), ALL_KINDS)
    present(Picture(SAMPLES["JPEG"], Limits()), WHOLE, "0")


def _protect(settings: Settings) -> hardening.Hardening:
    hardening.die_with_parent(settings.parent)
    if not settings.harden:
        return hardening.none("switched off")
    # The HEIC decoder does its work in a thread of its own, however it is told not to.
    return hardening.apply(memory=settings.limits.memory_mib * 2**20, threads=codecs.missing("HEIC") is None)


def _hashed(data: bytes, hasher: Hasher, settings: Settings) -> bytes:
    """Decode and hash one file; whatever happens ends in an answer."""
    picture = Picture(data, settings.limits)
    hashes: dict[str, object] | None = None
    detail: str | None = None
    try:
        hashes = hasher(picture.frames(), settings.effort)
        reason = picture.reason
    except Unreadable as problem:
        reason = problem.reason
    except MemoryError:
        reason = Reason.OVER_MEMORY
    except Exception as error:  # noqa: BLE001  # a fault of ours in the hasher must not cost the process
        reason, detail = Reason.FAILED, type(error).__name__
    answer: dict[str, object] = {
        "reason": reason.name,
        "format": picture.format,
        "width": picture.width,
        "height": picture.height,
        "frames_total": picture.frames_total,
        "frames_used": picture.frames_used,
        "hashes": hashes,
        "detail": detail,
    }
    try:
        body = wire.to_json(answer)
        if len(body) <= wire.MAX_REPLY:
            return body
    except (TypeError, ValueError):
        pass
    return wire.to_json({**answer, "reason": Reason.FAILED.name, "hashes": None, "detail": "ResultError"})


def _presented(body: bytes, settings: Settings) -> bytes:
    """Cut a part out of a derivative and mark it."""
    asked, content = wire.split_content(body)
    part, mark = str(asked.get("part")), str(asked.get("mark"))
    return _with_pictures(bytes(content), settings, lambda picture: present(picture, part, mark))


def _with_pictures(
    data: bytes, settings: Settings, make: Callable[[Picture], tuple[list[list[object]], list[bytes]]]
) -> bytes:
    """Make pictures of one file; whatever happens ends in an answer."""
    picture = Picture(data, settings.limits)
    described: list[list[object]] = []
    contents: list[bytes] = []
    detail: str | None = None
    try:
        described, contents = make(picture)
        reason = picture.reason
    except Unreadable as problem:
        reason = problem.reason
    except MemoryError:
        reason = Reason.OVER_MEMORY
    except Exception as error:  # noqa: BLE001  # a fault of ours must not cost the process
        reason, detail = Reason.FAILED, type(error).__name__
    head = {"reason": reason.name, "format": picture.format, "pictures": described, "detail": detail}
    return wire.with_content(wire.to_json(head), contents)


def _set_alarm(seconds: float) -> None:
    """SIGALRM ends the process by default; 0 calls it off. The parent's own, shorter limit normally comes first."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    sys.exit("the decoding worker is started by lightkeeper itself")
