"""A CSV or JSON feed over HTTPS: which of its fields say what is a mapping, and it is read whole or by what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges.feed_options import check
from lightkeeper.lists.exchanges.feed_records import Bad, read_record, rows_of
from lightkeeper.lists.exchanges.fetching import FORGOTTEN, Fetcher, require
from lightkeeper.lists.exchanges.protocol import BadRecord, Checkpoint, Page, Record, SourceFailed
from lightkeeper.lists.exchanges.reading_json import at_path
from lightkeeper.runtime.services import Response

__all__ = ["Feed", "check"]

PAGE: Final = 5000
LARGER: Final = 4
"""A feed's answer may have so many times the bytes of another source's page: it may be the whole list."""

NOT_MODIFIED: Final = 304
_MEDIA: Final = {"csv": "text/csv", "json": "application/json", "json_lines": "application/x-ndjson, application/json"}


@dataclass(slots=True)
class _Reading:
    """One sync under way: from when on is asked, the newest time that a record named, tokens of pages that came."""

    since: str | int | None
    newest: str | int | None
    came: set[str]

    @property
    def start(self) -> dict[str, Any]:
        """Where its first page is."""
        return {} if self.since is None else {"since": self.since}


class Feed:
    """One feed."""

    def __init__(self, options: Mapping[str, Any], credentials: Mapping[str, str], fetcher: Fetcher) -> None:
        self._options = options
        self._fetcher = replace(fetcher, most=LARGER * fetcher.most)
        self._headers = {"Accept": _MEDIA[options["format"]]}
        if options["header"] and "header_value" in credentials:
            self._headers[options["header"]] = credentials["header_value"]

    def pages(self, checkpoint: Checkpoint) -> Iterator[Page]:
        """Give all records, or those that are newer than the checkpoint. Raises SourceFailed."""
        whole, before = bool(self._options["whole"]), checkpoint or {}
        token = "" if whole else str(before.get("token", ""))
        since = None if whole else before.get("since")
        reading = _Reading(since, since, {token})
        answer = self._fetch(reading, token, str(before.get("etag", "")))
        if answer.status == NOT_MODIFIED:
            yield Page((), (), checkpoint, last=True)
            return
        etag = "" if token else answer.headers.get("etag", "")
        while True:
            content = rows_of(answer.body, self._options)
            token = self._following(content.document, reading)
            for records, bad in _parts(content.rows, self._options, reading):
                yield Page(records, bad, checkpoint, last=False)
            if not token:
                break
            if not whole:
                checkpoint = {**reading.start, "token": token}
                yield Page((), (), checkpoint, last=False)
            etag = ""  # one answer's, not that of all pages
            answer = self._fetch(reading, token)
        end: dict[str, Any] = {"etag": etag} if etag else {}
        if reading.newest is not None and not whole:
            end["since"] = reading.newest
        yield Page((), (), end, last=True, whole=whole)

    def _fetch(self, reading: _Reading, token: str, etag: str = "") -> Response:
        """One answer; ``NOT_MODIFIED`` where nothing is other than when ``etag`` was given. Raises SourceFailed."""
        headers = {**self._headers, "If-None-Match": etag} if etag else self._headers
        asked = {self._options["cursor_parameter"]: token} if token else {}
        if reading.since is not None and self._options["since_parameter"]:
            asked[self._options["since_parameter"]] = str(reading.since)
        answer = self._fetcher.fetch("GET", _with(self._options["address"], asked), headers)
        if etag and answer.status == NOT_MODIFIED:
            return answer
        if token and answer.status in FORGOTTEN:
            message = _("The source does not know the page any more that was to be gone on with; it is read anew.")
            raise SourceFailed(message, restart=reading.start)
        require(answer)
        if "content-length" not in answer.headers and "chunked" not in answer.headers.get("transfer-encoding", ""):
            raise SourceFailed(
                _("The source does not say how long its answer is, so nobody knows whether it is whole.")
            )
        return answer

    def _following(self, document: Any, reading: _Reading) -> str:
        """The token of the next page, "" where there is none. Raises SourceFailed where it came already."""
        if not self._options["cursor_path"]:
            return ""
        token = at_path(document, self._options["cursor_path"])
        if token is None or token == "" or token is False:
            return ""
        if isinstance(token, bool) or not isinstance(token, str | int) or len(str(token)) > 1000:
            raise SourceFailed(_("The source's token of the next page is no text."))
        if str(token) in reading.came:
            raise SourceFailed(_("The source gave the token of one page twice."), restart=reading.start)
        reading.came.add(str(token))
        return str(token)


def _parts(
    rows: Iterator[Any], options: Mapping[str, Any], reading: _Reading
) -> Iterator[tuple[list[Record], list[BadRecord]]]:
    """Records in parts of a page, with those that cannot be used; positions count from 1 over all of an answer."""
    position = 0
    while part := list(islice(rows, PAGE)):
        records: list[Record] = []
        bad: list[BadRecord] = []
        for row in part:
            position += 1
            read = read_record(row, options)
            if isinstance(read, Bad):
                bad.append(BadRecord(position, read.shown, read.problem, read.key))
                continue
            records.append(read.record)
            reading.newest = _later(reading.newest, read.time)
        yield records, bad


def _later(one: str | int | None, other: str | int | None) -> str | int | None:
    """The later of two times, which are both numbers or both texts in one form."""
    if one is None or other is None:
        return other if one is None else one
    if type(one) is not type(other):
        return one
    return max(one, other)


def _with(address: str, asked: Mapping[str, str]) -> str:
    """An address with more parameters."""
    if not asked:
        return address
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(asked)) if part)
    return urlunsplit(parts._replace(query=query))
