"""The session that the clients of the extra are given.

Their own follow redirects, know no limit, no deadline and no address guard. Ours has one way out, ``Fetcher``. What
the clients log and raise holds whole answers, so the adapters take only what does neither.
"""

from __future__ import annotations

from typing import Any, Final

import requests
from requests.adapters import BaseAdapter

from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.runtime.services import Response

_OURS: Final = frozenset({"accept-encoding", "connection", "user-agent", "content-length"})


class _Adapter(BaseAdapter):
    """Sends what ``requests`` has prepared by our own way out."""

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send; timeouts and proxies of whoever calls do not count. Raises SourceFailed."""
        del args, kwargs
        method, body = str(request.method), request.body or b""
        headers = {name: _text(value) for name, value in request.headers.items() if name.lower() not in _OURS}
        data = body.encode() if isinstance(body, str) else body
        if not isinstance(data, bytes):
            raise TypeError("the clients send texts and bytes")
        answer = self._fetcher.fetch(method, str(request.url), headers, data, again=method == "GET")
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status, "", request
        response.headers.update(answer.headers)
        response._content = answer.body  # noqa: SLF001  # there is no other way to give a body that was read
        return response

    def close(self) -> None:
        """Nothing is held."""


def session(fetcher: Fetcher) -> requests.Session:
    """A session whose every request goes out through the fetcher: no redirects, no proxies, no netrc."""
    made = requests.Session()
    made.trust_env = False
    made.adapters.clear()
    for scheme in ("https://", "http://"):  # http only to a host that a setting names: the guard sees to that
        made.mount(scheme, _Adapter(fetcher))
    return made


def answer_of(response: requests.Response) -> Response:
    """What a session gave, as our own way out gives it."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, response.content, headers)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
