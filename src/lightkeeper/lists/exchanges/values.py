"""From a source's spelling of a value to the bytes that are searched."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.detect.links import canonical
from lightkeeper.lists.types import Algorithm

_BYTES: Final = {
    Algorithm.PDQ: 32, Algorithm.SHA256: 32, Algorithm.SHA1: 20, Algorithm.MD5: 16, Algorithm.URL_SHA256: 32,
    Algorithm.URL_MD5: 16,
}  # fmt: skip
_SHOWABLE: Final = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")


class BadValue(Exception):  # noqa: N818  # the reason why a record is set aside
    """A value cannot be used; the message is a sentence that repeats nothing of it."""


def bytes_of(algorithm: Algorithm, text: object) -> bytes:
    """The bytes of a value as a source writes it. Raises BadValue."""
    if not isinstance(text, str):
        raise BadValue(_("The value is not a text."))
    if algorithm in _BYTES:
        return _from_hex(algorithm, text.strip())
    if algorithm == Algorithm.PHRASE:
        raise BadValue(_("Phrases are not fetched."))
    form = canonical(f"http://{text.strip()}/" if algorithm == Algorithm.DOMAIN else text)
    if form.url is None:
        raise BadValue(_("The address has no canonical form: %(reason)s") % {"reason": form.reason})
    if algorithm == Algorithm.DOMAIN:
        host, slash, rest = form.url.removeprefix("http://").partition("/")
        if not slash or rest:
            raise BadValue(_("The value is not the name of a host."))
        return host.encode("ascii")
    return form.url.encode("ascii")


def _from_hex(algorithm: Algorithm, text: str) -> bytes:
    digits = 2 * _BYTES[algorithm]
    try:
        value = bytes.fromhex(text)
    except ValueError:
        raise BadValue(_("The value is not hexadecimal.")) from None
    if len(value) != _BYTES[algorithm] or len(text) != digits:
        raise BadValue(
            _("The value has %(count)s characters; %(algorithm)s has %(digits)s.")
            % {"count": len(text), "algorithm": algorithm, "digits": digits}
        )
    return value


def shown(name: object) -> str:
    """A record's name if it can be shown: a number or a short code that cannot be a value, else ""."""
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not _SHOWABLE.fullmatch(name):
        return ""
    return "" if _DIGEST.fullmatch(name) or "://" in name else name


def count_of(number: object) -> int:
    """A count of a source that fits its column; 0 for what is none."""
    if isinstance(number, bool) or not isinstance(number, int):
        return 0
    return min(max(number, 0), 32_767)
