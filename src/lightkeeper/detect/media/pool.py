"""The pool of decoding processes: bytes in, hashes out, one outcome for every item whatever becomes of a process.

>>> with DecodePool(workers=2, limits=Limits()) as pool:    # doctest: +SKIP
...     pool.decode(data).status
<DecodeStatus.OK: 'ok'>
"""

from __future__ import annotations

import os
import queue
import signal
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar

from lightkeeper.detect.media import wire
from lightkeeper.detect.media.derivatives import (
    ALL_KINDS,
    LONGEST_SIDE,
    DerivativeKind,
    Derived,
    Presented,
    checked,
    checked_pictures,
    mask_of,
)
from lightkeeper.detect.media.formats import DECODED, sniff
from lightkeeper.detect.media.hardening import Hardening
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.parts import MARKED, check_part
from lightkeeper.detect.media.process import StartError, Worker
from lightkeeper.detect.media.status import DecodeStatus, Reason
from lightkeeper.detect.media.warden import Warden

__all__ = ["DecodePool", "DecodeStatus", "Decoded", "Limits", "PoolError", "cores"]

#: A worker is replaced after so many items, which bounds what leaks of memory and heap damage can add up to.
RECYCLE_AFTER = 2000
#: Seconds that a process may take to start; generous, because a loaded machine imports slowly.
START_SECONDS = 60.0

#: What ends a decode without being about the file: another try may well succeed.
_INTERRUPTIONS = frozenset({Reason.KILLED, Reason.NOT_STARTED, Reason.STOPPED})
#: Reasons that a worker may give; the others are the parent's to find.
_WORKERS_REASONS = frozenset(
    reason
    for reason in Reason
    if reason not in {Reason.CRASHED, Reason.KILLED, Reason.BAD_REPLY, Reason.NOT_STARTED, Reason.STOPPED}
)


_DERIVED = {
    Reason.CUT_SHORT: "The file is cut short; what could be decoded of the picture is shown.",
    Reason.DAMAGED: "The file is damaged; what could be decoded of the picture is shown.",
}
"""What is said of derivatives in place of the sentence about searching."""


class PoolError(Exception):
    """No decoding process can be started on this system; the message says why."""


def cores() -> int:
    """All cores that this process may use: the number of workers where nobody says another."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came back for one item.

    ``reason`` is a sentence for people, with nothing of the content in it. ``width`` and ``height`` are upright, as
    the file declares them where it could not be decoded, None where they are not known. ``hashes`` is what
    ``hash_frames`` returned, checked only to be a JSON object of bounded size and depth (it comes from a process that
    a hostile file may have subverted); None unless the status is ``ok`` or ``partial``. ``interrupted``: what ended it
    came from outside and is not about the file, so that another try is worth while.
    """

    status: DecodeStatus
    reason: str
    format: str | None = None
    width: int | None = None
    height: int | None = None
    frames_total: int | None = None
    frames_used: int = 0
    hashes: dict[str, object] | None = None
    interrupted: bool = False


_Outcome = TypeVar("_Outcome", Decoded, Derived, Presented)


@dataclass(frozen=True, slots=True)
class _Job(Generic[_Outcome]):
    """Work for a worker: asking it and checking what it says, and the outcome when that fails."""

    run: Callable[[Worker], _Outcome]
    failed: Callable[[Reason], _Outcome]


class DecodePool:
    """Persistent, locked-in decoding processes; ``decode`` may be called from many threads at once.

    ``workers`` processes are started at once and in parallel; ``decode`` waits for a free one. One that dies, hangs,
    overruns or answers nonsense is replaced. ``harden=False`` leaves the lock off, for finding faults only. Raises
    ``ValueError`` if ``workers`` is less than 1.
    """

    #: What a worker runs; tests run the same loop around functions of their own.
    _entry: ClassVar[str] = "lightkeeper.detect.media.worker:main"

    def __init__(self, *, workers: int, limits: Limits, effort: str = "standard", harden: bool = True) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self.limits = limits
        start = partial(Worker, entry=self._entry, limits=limits, effort=effort, harden=harden)
        self._warden = Warden(start)
        self._closed = False
        self._hardening: Hardening | None = None
        # Last in, first out: as long as one worker keeps up, its caches are warm.
        self._free: queue.LifoQueue[Future[Worker]] = queue.LifoQueue()
        for _ in range(workers):
            self._free.put(self._warden.order())
        self._finalizer = weakref.finalize(self, self._warden.close)

    @property
    def hardening(self) -> Hardening:
        """What protects the workers, as one of them reports. Raises ``PoolError`` if none can be started."""
        if self._hardening is None:
            slot = self._free.get()
            try:
                worker = slot.result()
                self._hardening = self._ready(worker)
            except (StartError, OSError, RuntimeError) as error:
                if not self._closed:
                    slot = self._replace(slot)
                raise PoolError(str(error)) from error
            finally:
                self._free.put(slot)
        return self._hardening

    def decode(self, data: bytes) -> Decoded:
        """Decode and hash one file; blocks until a worker is free. Bad input never raises: it is a ``Decoded`` too."""
        kind = sniff(data)
        refusal = kind.refusal
        if refusal is None and len(data) > self.limits.bytes:
            refusal = Reason.TOO_LARGE
        if refusal is not None:
            return self._outcome(refusal, kind=kind.format)
        job = _Job(
            lambda worker: self._checked(worker.ask(data)), lambda reason: self._outcome(reason, kind=kind.format)
        )
        return self._done(job)

    def derive(self, data: bytes, kinds: Sequence[DerivativeKind] = ALL_KINDS) -> Derived:
        """Make JPEGs of one picture for people to look at; blocks until a worker is free. Bad input never raises.

        Of an animation the first frame is made, of a video nothing. ValueError: no kinds.
        """
        mask, kind = mask_of(kinds), sniff(data)
        refusal = kind.refusal
        if refusal is None and len(data) > self.limits.bytes:
            refusal = Reason.TOO_LARGE
        if refusal is not None:
            return self._not_derived(refusal, kind.format)
        job = _Job(
            lambda worker: self._derivatives(*worker.ask_derivatives(data, mask), mask),
            lambda reason: self._not_derived(reason, kind.format),
        )
        return self._done(job)

    def present(self, derivative: bytes, *, part: str, mark: str) -> Presented:
        """Cut a part out of a derivative for somebody to look at, and mark it; blocks until a worker is free.

        ``part`` is ``whole`` or ``tile-1`` to ``tile-9``; ``mark`` is drawn all over it. ValueError: no such part, or
        a mark that is not 1 to 64 printable characters of ASCII.
        """
        check_part(part, mark)
        job = _Job(
            lambda worker: self._part(*worker.ask_part(derivative, part, mark)),
            lambda reason: Presented(reason.status, None),
        )
        return self._done(job)

    def _done(self, job: _Job[_Outcome]) -> _Outcome:
        """Have a worker do a job, a second one if the first may have died of something else."""
        slot = self._free.get()
        try:
            for attempt in (1, 2):
                slot, outcome, again = self._attempt(slot, job)
                if not again or attempt == 2:
                    break
            return outcome
        except BaseException:
            # Ctrl-C in the middle of an exchange: the worker's answer would be taken for that to the next file.
            slot = self._replace(slot)
            raise
        finally:
            self._free.put(slot)

    def close(self) -> None:
        """End all workers. A thread that waits in ``decode`` gets an outcome that says so. May be called again."""
        self._closed = True
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ready(self, worker: Worker) -> Hardening:
        self._warden.watch(worker, START_SECONDS)
        try:
            return worker.wait_ready()
        finally:
            self._warden.release(worker)

    def _attempt(self, slot: Future[Worker], job: _Job[_Outcome]) -> tuple[Future[Worker], _Outcome, bool]:
        """One try: (the slot for what comes next, the outcome, whether a fresh worker should try once more)."""
        try:
            worker = slot.result()
            self._hardening = self._ready(worker)
        except (StartError, OSError, RuntimeError):
            reason = Reason.STOPPED if self._closed else Reason.NOT_STARTED
            return self._replace(slot), job.failed(reason), reason is Reason.NOT_STARTED
        fresh = worker.handled == 0
        self._warden.watch(worker, self.limits.seconds)
        try:
            outcome = job.run(worker)
            self._warden.release(worker)
        except (EOFError, OSError):
            reason = self._post_mortem(worker)
            # A worker that had handled other files may have died of them: a fresh one settles whose fault it is. What
            # is killed from outside is hardly the file's fault even then: its memory is bounded.
            again = reason is Reason.KILLED or (reason is Reason.CRASHED and not fresh)
            return self._replace(slot), job.failed(reason), again
        except wire.BadMessageError:
            return self._replace(slot), job.failed(Reason.BAD_REPLY), False
        spent = worker.timed_out or worker.handled >= RECYCLE_AFTER or outcome.status is DecodeStatus.OVER_MEMORY
        return (self._replace(slot) if spent else slot), outcome, False

    def _replace(self, slot: Future[Worker]) -> Future[Worker]:
        """End the slot's worker, if it has one, and order another."""
        if slot.done() and slot.exception() is None:
            worker = slot.result()
            worker.kill()
            worker.end()
            self._warden.forget(worker)
        return self._warden.order()

    def _post_mortem(self, worker: Worker) -> Reason:
        if self._closed:
            return Reason.STOPPED
        code = worker.end()
        if worker.timed_out or code == -getattr(signal, "SIGALRM", 0):
            return Reason.OVER_TIME
        return Reason.KILLED if code == -9 else Reason.CRASHED

    def _checked(self, answer: dict[str, object]) -> Decoded:
        """Check every value of a worker's answer; raises ``BadMessageError`` for one that makes no sense."""
        reason, kind, detail = _reason(answer)
        hashes = answer.get("hashes")
        succeeded = reason.status in (DecodeStatus.OK, DecodeStatus.PARTIAL)
        if not (isinstance(hashes, dict) if succeeded else hashes is None):
            raise wire.BadMessageError("hashes and outcome do not agree")
        return self._outcome(
            reason,
            kind=kind,
            width=_count(answer.get("width")),
            height=_count(answer.get("height")),
            total=_count(answer.get("frames_total")),
            used=_count(answer.get("frames_used")) or 0,
            hashes=hashes if isinstance(hashes, dict) else None,
            detail=detail,
        )

    def _derivatives(self, answer: dict[str, object], content: memoryview, mask: int) -> Derived:
        """Check an answer with derivatives; raises ``BadMessageError`` for one that makes no sense."""
        reason, kind, detail = _reason(answer)
        if reason.status not in (DecodeStatus.OK, DecodeStatus.PARTIAL):
            if answer.get("pictures") != [] or len(content):
                raise wire.BadMessageError("derivatives and outcome do not agree")
            return self._not_derived(reason, kind, detail)
        pictures = checked(answer.get("pictures"), content, mask)
        return Derived(reason.status, _DERIVED.get(reason, reason.sentence), pictures)

    def _part(self, answer: dict[str, object], content: memoryview) -> Presented:
        """Check an answer with a part; raises ``BadMessageError`` for one that makes no sense."""
        reason, _, _ = _reason(answer)
        if reason is not Reason.DECODED:  # a derivative is whole or it is none
            return Presented(reason.status, None)
        return Presented(
            reason.status, checked_pictures(answer.get("pictures"), content, {MARKED: LONGEST_SIDE})[MARKED]
        )

    def _not_derived(self, reason: Reason, kind: str | None, detail: str | None = None) -> Derived:
        outcome = self._outcome(reason, kind=kind, detail=detail)
        return Derived(outcome.status, outcome.reason, {})

    def _outcome(
        self,
        reason: Reason,
        *,
        kind: str | None = None,
        width: int | None = None,
        height: int | None = None,
        total: int | None = None,
        used: int = 0,
        hashes: dict[str, object] | None = None,
        detail: str | None = None,
    ) -> Decoded:
        limits = self.limits
        sentence = reason.sentence.format(
            format=kind or "a picture", width=width, height=height, total=total, used=used,
            bytes_limit=limits.bytes, pixels_limit=limits.pixels, side_limit=limits.side,
            seconds_limit=f"{limits.seconds:g}", memory_limit=limits.memory_mib, detail=detail or "unknown",
        )  # fmt: skip
        interrupted = reason in _INTERRUPTIONS
        return Decoded(reason.status, sentence, kind, width, height, total, used, hashes, interrupted)


def _reason(answer: dict[str, object]) -> tuple[Reason, str | None, str | None]:
    """Check what every answer has: reason, format, type of an error; raises ``BadMessageError``."""
    reason = Reason.__members__.get(str(answer.get("reason")))
    if reason is None or reason not in _WORKERS_REASONS:
        raise wire.BadMessageError("no reason that a worker can give")
    kind, detail = answer.get("format"), answer.get("detail")
    if not (kind is None or (isinstance(kind, str) and kind in DECODED)):
        raise wire.BadMessageError("not a format")
    if not (detail is None or (isinstance(detail, str) and len(detail) < 80 and detail.isidentifier())):
        raise wire.BadMessageError("not the name of an error")
    return reason, kind, detail


def _count(value: object) -> int | None:
    """Check a size or number of frames from a worker; raises ``BadMessageError`` for anything else."""
    if value is None or (type(value) is int and 0 <= value < 2**31):
        return value
    raise wire.BadMessageError("not a count")
