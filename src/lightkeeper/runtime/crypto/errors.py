"""What can go wrong with keys, sealed values and encrypted streams. No message holds content or key material."""

from __future__ import annotations


class KeyUnusableError(Exception):
    """The master keys cannot be read or are not well formed; the message is a sentence that says what to do."""


class SealError(Exception):
    """A sealed value or a wrapped key was altered, has another context, or its key is not there."""


class StreamError(Exception):
    """An encrypted stream cannot be trusted; what was given out before was sound, the rest must not be used."""


class StreamAlteredError(StreamError):
    """Bytes were changed, reordered or appended, or the key or the size is another one's."""


class StreamTruncatedError(StreamError):
    """The stream ends before its end."""
