"""Bytes -> upright luma frames, within limits. Made to run inside the hardened worker, but needs nothing of it.

Pillow is the only decoder, opened with the one plug-in that the magic bytes name, never with its whole list. Its
switches (pixel bound, tolerance) are global, so one process decodes one picture at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from lightkeeper.detect.media import codecs
from lightkeeper.detect.media.display import displayed
from lightkeeper.detect.media.formats import completed_webp, is_cut_short, sniff
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.jpeg import draft
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.luma import Luma, negative_ink, to_luma
from lightkeeper.detect.media.orientation import orientation_of, upright
from lightkeeper.detect.media.status import DecodeStatus, Reason

#: Under this short side there is nothing to recognise: PDQ takes 64 x 64 samples, each pixel would count 16 times.
MIN_SIDE = 16
#: How many times the pixel limit a JPEG may have that is decoded reduced: its coded data are still read in full.
REDUCED_ALLOWANCE = 4
#: A damaged picture is worth hashing if this many of its rows show anything.
_MIN_ROWS = 16

_DAMAGE = (Reason.CORRUPT, Reason.TRUNCATED)


class Unreadable(Exception):  # noqa: N818  # an outcome, not an error
    """The picture, or one frame of it, cannot be decoded; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


class Picture:
    """One file while it is decoded. Read ``frames`` to its end; then the attributes are final.

    ``format`` is the name of the format; ``width`` and ``height`` are those of the first frame, upright once it is
    decoded; ``frames_total`` counts the frames (pages, pictures) of the file, ``frames_used`` those decoded;
    ``reason`` is how it went, with the status ``ok`` or ``partial`` unless an ``Unreadable`` was raised.
    """

    def __init__(self, data: bytes, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.format: str | None = None
        self.width: int | None = None
        self.height: int | None = None
        self.frames_total: int | None = None
        self.frames_used = 0
        self.reason = Reason.DECODED
        self._data = data
        self._limits = limits
        self._clock = clock
        # Frames beyond the first are left out when half of the time is gone: the other half is for hashing.
        self._deadline = clock() + limits.seconds / 2

    @property
    def status(self) -> DecodeStatus:
        """The status that goes with ``reason``."""
        return self.reason.status

    def frames(self) -> Iterator[Frame]:
        """Decode frame by frame, each as it is asked for; raises ``Unreadable`` when there is not even one.

        What a damaged file holds is decoded in a second attempt, tolerant of damage.
        """
        self._identify()
        try:
            yield from self._attempt(tolerant=False)
            return
        except Unreadable as problem:
            if self.frames_used or problem.reason not in _DAMAGE:
                raise
        with self._second_attempt():
            yield from self._attempt(tolerant=True)

    def shown(self, *, longest: int) -> Image.Image:
        """Decode the first frame for people to look at, instead of ``frames``: RGB or grey, upright, over white.

        Its longer side is at most ``longest`` pixels. Raises ``Unreadable`` where nothing can be shown.
        """
        self._identify()
        try:
            return self._displayed(longest, tolerant=False)
        except Unreadable as problem:
            if problem.reason not in _DAMAGE:
                raise
        with self._second_attempt():
            return self._displayed(longest, tolerant=True)

    def _displayed(self, longest: int, *, tolerant: bool) -> Image.Image:
        with self._guard(tolerant):
            image = codecs.open_as(str(self.format), self._data)
            self._check_bound(image)
            if isinstance(image, JpegImageFile):
                image.draft(None, (longest, longest))
                if image.width * image.height > self._limits.pixels:
                    raise Unreadable(Reason.TOO_MANY_PIXELS)
            image.load()
            orientation = 1 if self.format in ("TIFF", "HEIC") else orientation_of(image)
            seen = displayed(image, orientation=orientation, longest=longest)
        if tolerant and not _shows_something(to_luma(seen)):
            raise Unreadable(Reason.TRUNCATED)
        return seen

    @contextmanager
    def _second_attempt(self) -> Iterator[None]:
        """Around an attempt that tolerates damage; afterwards the reason says what the damage is."""
        cut_short = is_cut_short(self._data, str(self.format))
        if cut_short and self.format == "WebP":
            self._data = completed_webp(self._data, limit=self._limits.bytes)
        try:
            yield
        except Unreadable as problem:
            if problem.reason in _DAMAGE:
                raise Unreadable(Reason.TRUNCATED if cut_short else Reason.CORRUPT) from problem
            raise
        self.reason = Reason.CUT_SHORT if cut_short else Reason.DAMAGED

    def _ends_early(self) -> bool:
        """Whether frames are missing that nothing announces."""
        return self.format == "GIF" and is_cut_short(self._data, "GIF")

    def _identify(self) -> None:
        kind = sniff(self._data)
        self.format = kind.format
        if kind.refusal is not None:
            raise Unreadable(kind.refusal)
        if len(self._data) > self._limits.bytes:
            raise Unreadable(Reason.TOO_LARGE)
        missing = codecs.missing(str(kind.format))
        if missing is not None:
            raise Unreadable(missing)

    def _attempt(self, *, tolerant: bool) -> Iterator[Frame]:
        """Yield the frames of the whole file; the first that fails ends it, a later one is left out and noted."""
        with self._guard(tolerant):
            image = codecs.open_as(str(self.format), self._data)
            self.width, self.height = image.size
            # Before the frames are counted, because some plug-ins make room for the first one to count the others.
            self._check_bound(image)
        image, self.frames_total, problem = self._counted(image, tolerant)
        for number in self._sample(self.frames_total, image.size):
            if self.frames_used and self._clock() > self._deadline:
                self.reason = Reason.OUT_OF_TIME_FOR_FRAMES
                return
            try:
                frames = self._decode(image, number, tolerant)
            except Unreadable as trouble:
                if trouble.reason in (*_DAMAGE, Reason.OVER_MEMORY) and not self.frames_used:
                    raise
                problem = problem or trouble.reason
                continue
            self.frames_used += 1
            yield from frames
        if problem is not None and not self.frames_used:
            raise Unreadable(problem)
        if problem is not None and problem is not Reason.TOO_SMALL:
            self.reason = Reason.SOME_FRAMES
        elif self._ends_early():
            self.reason = Reason.CUT_SHORT
        yield from self._further_pictures(image)

    def _counted(self, image: ImageFile.ImageFile, tolerant: bool) -> tuple[ImageFile.ImageFile, int, Reason | None]:
        """Return the picture, how many frames it has, and what is wrong with their list: then it is one, the first."""
        try:
            with self._guard(tolerant):
                return image, _count(image), None
        except Unreadable as problem:
            # Counting may have left it in the middle of the list.
            with self._guard(tolerant):
                return codecs.open_as(str(self.format), self._data), 1, problem.reason

    def _sample(self, total: int, size: tuple[int, int]) -> list[int]:
        """Frame numbers: first, last and evenly between; fewer when each is large, so that the whole stays bounded."""
        wanted = min(total, self._limits.frames)
        wanted = min(wanted, max(2, REDUCED_ALLOWANCE * self._limits.pixels // max(1, size[0] * size[1])))
        if wanted == 1:
            return [0]
        return sorted({round(step * (total - 1) / (wanted - 1)) for step in range(wanted)})

    def _check_bound(self, image: ImageFile.ImageFile) -> None:
        """Refuse too many pixels, from the header, before anything is decoded."""
        width, height = image.size
        reducible = isinstance(image, JpegImageFile) and not image.info.get("progressive")
        allowed = self._limits.pixels * (REDUCED_ALLOWANCE if reducible else 1)
        if max(width, height) > self._limits.side or width * height > allowed:
            raise Unreadable(Reason.TOO_MANY_PIXELS)

    def _decode(self, image: ImageFile.ImageFile, number: int, tolerant: bool) -> list[Frame]:
        """One frame; two of an unmarked CMYK JPEG, where nothing says which way round its ink is written."""
        with self._guard(tolerant):
            if number:
                image.seek(number)
            self._check_bound(image)
            if min(image.size) < MIN_SIDE:
                raise Unreadable(Reason.TOO_SMALL)
            size, reduced = image.size, 1
            if isinstance(image, JpegImageFile):
                reduced = draft(image)
                if image.width * image.height > self._limits.pixels:
                    raise Unreadable(Reason.TOO_MANY_PIXELS)
            image.load()
            lumas = [to_luma(image)]
            if self.format == "JPEG" and image.mode == "CMYK" and "adobe" not in image.info:
                lumas.append(to_luma(negative_ink(image)))
            if reduced == 1:
                size = image.size  # TIFF and HEIC turn upright while they load
            # ... and their EXIF, by which they turned, is not applied again.
            orientation = 1 if self.format in ("TIFF", "HEIC") else orientation_of(image)
        if tolerant and not _shows_something(lumas[0]):
            raise Unreadable(Reason.TRUNCATED)
        if orientation >= 5:
            size = size[::-1]
        if not self.frames_used:
            self.width, self.height = size
        return [Frame(upright(luma, orientation), reduced, *size, number) for luma in lumas]

    def _further_pictures(self, image: ImageFile.ImageFile) -> Iterator[Frame]:
        """Yield the other pictures of a JPEG (3D pairs, panoramas, gain maps). Viewers show the first one only.

        The list is often stale, because editors that do not know it drop the pictures and keep the list: so whatever
        is wrong with them is no fault of the file.
        """
        if not isinstance(image, JpegImageFile) or "mp" not in image.info:
            return
        try:
            with self._guard(tolerant=False):
                image = codecs.open_multi_picture(self._data)
                total = _count(image)
            for number in self._sample(total, image.size)[1:]:
                frames = self._decode(image, number, tolerant=False)
                self.frames_total, self.frames_used = total, self.frames_used + 1
                yield from frames
        except Unreadable:
            return

    @contextmanager
    def _guard(self, tolerant: bool) -> Iterator[None]:
        """Pillow's switches around one piece of work, and everything it may raise as ``Unreadable``."""
        reducible = REDUCED_ALLOWANCE if self.format == "JPEG" else 1
        try:
            with codecs.settings(pixels=self._limits.pixels * reducible, tolerant=tolerant):
                yield
        except Unreadable:
            raise
        except MemoryError as error:
            raise Unreadable(Reason.OVER_MEMORY) from error
        except Image.DecompressionBombError as error:
            raise Unreadable(Reason.BOMB) from error
        except Exception as error:  # Plug-ins raise anything on hostile files; each is a damaged file to us.
            raise Unreadable(_reason_of(error)) from error


def _count(image: ImageFile.ImageFile) -> int:
    return max(1, int(getattr(image, "n_frames", 1)))


def _reason_of(error: Exception) -> Reason:
    """Pillow tells what went wrong only in words."""
    words = str(error).lower()
    if "memory" in words:
        return Reason.OVER_MEMORY
    if any(sign in words for sign in ("unsupported", "unknown pixel mode", "cannot handle", "unknown raw mode")):
        return Reason.UNSUPPORTED_KIND
    return Reason.CORRUPT


def _shows_something(luma: Luma) -> bool:
    """Whether enough rows are more than one colour: what was not decoded is filled with one."""
    return int((luma != luma[:, :1]).any(axis=1).sum()) >= _MIN_ROWS
