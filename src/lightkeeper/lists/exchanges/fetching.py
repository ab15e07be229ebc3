"""Fetching: requests through the address guard, tried again where that may help, failures told in one sentence.

No message holds an address's path or query, a header, or anything of an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.lists.exchanges.protocol import SourceFailed
from lightkeeper.runtime.services import OutboundFailed, OutboundRefused, Response, request

PAGE_SECONDS: Final = 60.0
"""For one answer, its body included."""

MOST_PAGE: Final = 64 << 20
"""Bytes of one page."""

PAUSES: Final = (0.5, 2.0, 5.0)
"""Seconds before each further attempt; with the hour's schedule on top more would only hold a worker."""

FORGOTTEN: Final = frozenset({400, 404, 410, 422})
"""Answers by which a source says that it does not know the page any more that was to be gone on with."""

REFUSED: Final = frozenset({400, 404, 409, 410, 422})
"""Answers by which a source says that it will not take what it was told."""

_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_FAILED_AGAIN: Final = frozenset({"not_connected", "timed_out", "bad_answer", "not_resolved"})
_LONGEST_WAIT: Final = timedelta(days=1)

_SAYS: Final = {
    "not_resolved": gettext_lazy("The name of the source's host cannot be resolved."),
    "not_connected": gettext_lazy("The source does not take connections."),
    "tls_failed": gettext_lazy("The source's certificate cannot be verified, or it speaks no TLS."),
    "timed_out": gettext_lazy("The source did not answer in full within %(seconds)s seconds."),
    "redirected": gettext_lazy("The source answers with a redirect, which is not followed: check its address."),
    "bad_answer": gettext_lazy("The source's answer broke off or makes no sense."),
    "bad_header": gettext_lazy("A credential has characters that cannot be sent."),
    "too_large": gettext_lazy("The source's answer is larger than %(megabytes)s MB."),
}


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How requests of one exchange are made; ``sleep`` and ``pauses`` are for tests."""

    seconds: float = PAGE_SECONDS
    most: int = MOST_PAGE
    pauses: tuple[float, ...] = PAUSES
    sleep: Callable[[float], None] = time.sleep

    def fetch(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"", *, again: bool = True
    ) -> Response:
        """Send a request and give the answer, whatever its status; tried again (``again``) where that may help.

        Raises SourceFailed where there is no answer.
        """
        for pause in self.pauses if again else ():
            try:
                response = request(method, url, headers=headers, body=body, timeout=self.seconds, most_body=self.most)
                if response.status not in _AGAIN:
                    return response
            except OutboundFailed as failed:
                if failed.code not in _FAILED_AGAIN:
                    break
            except OutboundRefused:
                break
            self.sleep(pause)
        try:
            return request(method, url, headers=headers, body=body, timeout=self.seconds, most_body=self.most)
        except OutboundRefused as refused:
            raise SourceFailed(_("The source is not called. %(why)s") % {"why": refused}) from None
        except OutboundFailed as failed:
            values = {"seconds": round(self.seconds), "megabytes": self.most >> 20}
            raise SourceFailed(str(_SAYS[failed.code]) % values) from None


def require(response: Response) -> Response:
    """The answer, if it says that all went well. Raises SourceFailed with what its status means."""
    if response.ok:
        return response
    status, code = response.status, {"status": response.status}
    if status in {401, 403}:
        message = _("The source refuses the credentials (%(status)s).") % code
    elif status == 429:
        message = _("The source says that it is asked too often (429).")
    elif status >= 500:
        message = _("The source has a fault of its own (%(status)s).") % code
    else:
        message = _("The source does not take the request (%(status)s).") % code
    raise SourceFailed(message, after=_retry_after(response.headers.get("retry-after", "")), status=status)


def _retry_after(text: str) -> datetime | None:
    """When a header says that one may come again: seconds, or a date. At most a day from now."""
    text = text.strip()
    try:
        if text.isascii() and text.isdigit():
            return now() + min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(now(), min(at, now() + _LONGEST_WAIT))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
