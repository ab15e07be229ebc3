"""What became of one item: statuses, and the sentences that explain them.

The decoding process sends only a *code*; the sentence is made here, by the parent. So a decoder that a hostile file
has taken over cannot put words, pixels or terminal escapes into anything that people read.
"""

from __future__ import annotations

import enum


class DecodeStatus(enum.StrEnum):
    """How decoding of one item ended; every item has exactly one. ``ok`` and ``partial`` come with hashes."""

    OK = "ok"
    PARTIAL = "partial"
    NOT_A_PICTURE = "not_a_picture"
    REFUSED = "refused"
    VIDEO = "video"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    OVER_TIME = "over_time"
    OVER_MEMORY = "over_memory"
    WORKER_DIED = "worker_died"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"


class Reason(enum.Enum):
    """Why: the name is the code on the wire, the value is (status, sentence).

    Sentences may use ``{format}``, ``{width}``, ``{height}``, ``{total}``, ``{used}``, ``{detail}`` (the type
    of an error) and the limits by name.
    """

    DECODED = (DecodeStatus.OK, "The picture was decoded.")
    CUT_SHORT = (DecodeStatus.PARTIAL, "The file is cut short; the part of the picture that is there was searched.")
    DAMAGED = (DecodeStatus.PARTIAL, "The file is damaged; the part of the picture that could be decoded was searched.")
    SOME_FRAMES = (
        DecodeStatus.PARTIAL,
        "Not every frame that was to be searched could be decoded: {used} could, of {total} in the file.",
    )
    OUT_OF_TIME_FOR_FRAMES = (
        DecodeStatus.PARTIAL,
        "The file is long; {used} of its {total} frames could be searched in the time allowed.",
    )
    NOT_A_PICTURE = (DecodeStatus.NOT_A_PICTURE, "The content is not a picture in any format that we know.")
    SVG = (DecodeStatus.REFUSED, "SVG is a program that draws, not a picture; it is refused.")
    VIDEO = (DecodeStatus.VIDEO, "The file is a video, and video cannot be searched yet.")
    TOO_LARGE = (DecodeStatus.TOO_LARGE, "The file has more bytes than the limit of {bytes_limit}.")
    TOO_MANY_PIXELS = (
        DecodeStatus.TOO_MANY_PIXELS,
        "The picture is {width} x {height} pixels; the limit is {pixels_limit} pixels and {side_limit} a side.",
    )
    BOMB = (
        DecodeStatus.TOO_MANY_PIXELS,
        "The file declares more pixels than the limits of {pixels_limit} in all and {side_limit} a side.",
    )
    TOO_SMALL = (
        DecodeStatus.TOO_SMALL,
        "The picture is {width} x {height} pixels; under 16 a side there is not enough in it to recognise.",
    )
    TRUNCATED = (DecodeStatus.TRUNCATED, "The file is cut short before anything of the picture could be decoded.")
    CORRUPT = (DecodeStatus.CORRUPT, "The file begins like {format}, but is damaged and could not be decoded.")
    OVER_TIME = (DecodeStatus.OVER_TIME, "Decoding took more than the limit of {seconds_limit} seconds.")
    OVER_MEMORY = (DecodeStatus.OVER_MEMORY, "Decoding needed more memory than the limit of {memory_limit} MiB.")
    CRASHED = (
        DecodeStatus.WORKER_DIED,
        "The decoding process ended while it read this file; a new one took its place.",
    )
    KILLED = (
        DecodeStatus.WORKER_DIED,
        "The system killed the decoding process while it read this file, perhaps for lack of memory.",
    )
    BAD_REPLY = (DecodeStatus.WORKER_DIED, "The decoding process gave an answer that makes no sense, and was replaced.")
    FAILED = (
        DecodeStatus.WORKER_DIED,
        "Hashing failed in a way it should not ({detail}); this is an error in Lightkeeper.",
    )
    NOT_STARTED = (DecodeStatus.WORKER_DIED, "The decoding process could not be started.")
    STOPPED = (DecodeStatus.WORKER_DIED, "The scan was stopped before this file was read.")
    EMPTY = (DecodeStatus.EMPTY, "The file is empty.")
    NEEDS_HEIC = (
        DecodeStatus.UNSUPPORTED,
        "HEIC pictures need the extra 'heic', that is, the package pillow-heif.",
    )
    NEEDS_CODEC = (DecodeStatus.UNSUPPORTED, "The installed Pillow was built without support for {format}.")
    UNSUPPORTED = (DecodeStatus.UNSUPPORTED, "Pictures in this format ({format}) cannot be read.")
    UNSUPPORTED_KIND = (
        DecodeStatus.UNSUPPORTED,
        "The file is {format}, but of a kind (depth, layout or compression) that cannot be read.",
    )

    @property
    def status(self) -> DecodeStatus:
        """The status that this reason explains."""
        return self.value[0]

    @property
    def sentence(self) -> str:
        """The sentence, with places to fill in."""
        return self.value[1]
