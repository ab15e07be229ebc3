"""NCMEC hash sharing: XML pages of a span of time, entries of members, votes.

Entries do not come in the order of time, so the time from which the next fetch asks moves on only when a span was read
to its end. Within a span the source's own paging address is kept, together with the span that it belongs to.
"""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote

import requests
from django.utils.translation import gettext as _
from threatexchange.exchanges.clients.ncmec.hash_api import (
    FeedbackType,
    FingerprintType,
    NCMECEndpoint,
    NCMECEntryUpdate,
    NCMECEnvironment,
    NCMECHashAPI,
    _XMLWrapper,
)

from lightkeeper.lists.exchanges import options as option
from lightkeeper.lists.exchanges.fetching import FORGOTTEN, REFUSED, Fetcher, require
from lightkeeper.lists.exchanges.protocol import BadRecord, Checkpoint, Page, Record, SourceFailed, TellingRefused, Told
from lightkeeper.lists.exchanges.reading_xml import read_xml
from lightkeeper.lists.exchanges.sessions import answer_of, session
from lightkeeper.lists.exchanges.values import BadValue, bytes_of, shown
from lightkeeper.lists.sealing import LONGEST_TEXT
from lightkeeper.lists.types import Algorithm, Opinion
from lightkeeper.runtime.services import Response

OVERLAP: Final = 600
"""Seconds before the end of a span from which the next one asks: what the source wrote late is not missed."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_NEXT: Final = "/v2/entries?"
_SEARCHED: Final = {
    FingerprintType.md5.value: Algorithm.MD5,
    FingerprintType.sha1.value: Algorithm.SHA1,
    FingerprintType.pdq.value: Algorithm.PDQ,
}
_TYPES: Final = {algorithm: FingerprintType(name) for name, algorithm in _SEARCHED.items()}


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, in seconds since 1970, and how far it was read: ``next`` is the source's, "" at its beginning.

    ``known`` is up to when the source can have told everything: its own clock when the span was begun, or the newest
    time that it named where it does not tell its clock; 0 for neither.
    """

    start: int
    end: int
    next: str = ""
    known: int = 0

    @classmethod
    def read(cls, checkpoint: Checkpoint, now: int) -> Span:
        """The span that is to be read now."""
        found = checkpoint or {}
        start = int(found.get("from", 0))
        if found.get("next"):
            return cls(start, int(found["to"]), str(found["next"]), int(found.get("known", 0)))
        return cls(start, max(now, start + 1))

    @property
    def went_back(self) -> bool:
        """Whether the source's times are before those that it has told already."""
        return 0 < self.known < self.start

    def checkpoint(self) -> dict[str, Any]:
        """Where to go on: within the span, or (``next`` is empty) after it; never before its beginning."""
        if self.next:
            return {"from": self.start, "to": self.end, "next": self.next, "known": self.known}
        return {"from": max(self.start, min(self.known, self.end) - OVERLAP)}


def check(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are kept: the environment by its name, or a test address. Raises ListRefused.

    ``negative_reason`` is the source's reason, by its name or code, for votes against entries where none is given.
    """
    option.only(given, ("environment", "address", "negative_reason"))
    reason = option.text(given, "negative_reason", "")
    said = {"negative_reason": reason} if reason else {}
    if address := option.test_address(given):
        return {"address": address, **said}
    return {"environment": option.one_of(given, "environment", [one.name for one in NCMECEnvironment]), **said}


class Ncmec:
    """An environment of NCMEC's hash sharing, as one member."""

    def __init__(
        self,
        options: Mapping[str, Any],
        credentials: Mapping[str, str],
        fetcher: Fetcher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        environment = NCMECEnvironment[options.get("environment", "Industry")]
        self._api = _Api(credentials["username"], credentials["password"], environment, fetcher)
        self._api.at(options.get("address") or environment.value)
        self._clock = clock
        self._usual_reason = str(options.get("negative_reason", ""))

    def pages(self, checkpoint: Checkpoint) -> Iterator[Page]:
        """Give the rest of the span that was begun, or all that changed since the last one. Raises SourceFailed."""
        span = Span.read(checkpoint, int(self._clock()))
        root = self._first(span)
        if root is None:  # the source has forgotten its paging address: the span is read from its beginning
            span = replace(span, next="", known=0)
            root = self._api.entries(span)
        span = replace(span, known=span.known or self._api.told_at)
        came = {span.next}
        while True:
            records, bad, newest = read_page(root)
            following = self._following(root, span, came)
            came.add(following)
            known = span.known if self._api.told_at else max(span.known, newest)
            span = replace(span, next=following, known=known)
            note = "" if following or not span.went_back else _("The source's time went back; our checkpoint stays.")
            yield Page(records, bad, span.checkpoint(), last=not following, note=note)
            if not following:
                return
            root = self._api.entries(span)

    def _following(self, root: ET.Element, span: Span, came: set[str]) -> str:
        """Where the next page is, "" if there is none. SourceFailed: it came already, or leads elsewhere."""
        following = (root.findtext("paging/next") or "").strip()
        if following and following in came:
            message = _("The source gave the address of one page twice; what it told since the last sync is read anew.")
            raise SourceFailed(message, restart={"from": span.start})
        if following and not following.startswith(_NEXT):
            raise SourceFailed(_("The source's next page has an address that is not one of its own."))
        return following

    def _first(self, span: Span) -> ET.Element | None:
        try:
            return self._api.entries(span)
        except SourceFailed as failed:
            if span.next and failed.status in FORGOTTEN:
                return None
            raise

    def tell(self, told: Told) -> None:
        """Vote for an entry's fingerprint, or against it with one of the source's reasons."""
        kind = _TYPES.get(told.algorithm)
        member, slash, entry = told.id.partition("/")
        if kind is None or not slash or not member.isdigit():
            raise TellingRefused(_("NCMEC takes no opinion of this kind of entry."))
        up = told.opinion == Opinion.UP
        reason = None if up else self._reason(kind, told.reason or self._usual_reason)
        vote = FeedbackType.upvote if up else FeedbackType.downvote
        try:
            self._api.submit_feedback(int(member), quote(entry, safe=""), kind, vote, reason)
        except requests.HTTPError as error:
            status = 0 if error.response is None else error.response.status_code
            if status in REFUSED:
                raise TellingRefused(_("NCMEC refuses this opinion (%(status)s).") % {"status": status}) from None
            require(Response(status, b""))

    def _reason(self, kind: FingerprintType, wanted: str) -> str:
        try:
            reasons = self._api.feedback_reasons(kind)
        except (AssertionError, LookupError, ValueError):
            raise SourceFailed(_("The source's reasons for a vote cannot be read.")) from None
        chosen = [guid for guid, name in reasons.items() if wanted in (guid, name)] or list(reasons)
        if len(chosen) != 1:
            raise TellingRefused(_("A vote against an entry needs one of NCMEC's reasons."))
        return chosen[0]


class _Api(NCMECHashAPI):
    """The client with our session, and without its parsing, which logs pages and puts them into errors.

    ``told_at`` is the source's clock at its last answer, in seconds since 1970, 0 where it does not tell it.
    """

    def __init__(self, username: str, password: str, environment: NCMECEnvironment, fetcher: Fetcher) -> None:
        super().__init__(username, password, environment)
        self._fetcher = fetcher
        self.told_at = 0

    def at(self, address: str) -> None:
        """Ask at this address."""
        self._base_url = address

    def entries(self, span: Span) -> ET.Element:
        """One page of a span. Raises SourceFailed."""
        between = {"from": _text_of(span.start), "to": _text_of(span.end)}
        return self._get(NCMECEndpoint.entries, next_=span.next, **between)

    def _get_session(self) -> requests.Session:
        made = session(self._fetcher)
        made.auth = (self.username, self.password)
        return made

    def _get(self, endpoint: NCMECEndpoint, *, path: str = "", next_: str = "", **params: Any) -> ET.Element:
        address = "/".join(part for part in (self._base_url, self.VERSION, endpoint.value, path) if part)
        with self._get_session() as made:
            answer = made.get(self._base_url + next_) if next_ else made.get(address, params=params)
        self.told_at = _clock_in(answer.headers.get("date", ""))
        return read_xml(require(answer_of(answer)).body)


def read_page(root: ET.Element) -> tuple[list[Record], list[BadRecord], int]:
    """The records of a page, those that cannot be used, and the newest time (0: none). Raises SourceFailed."""
    if root.tag != "queryResult":
        raise SourceFailed(_("The source's answer is XML, but no page of entries."))
    records: list[Record] = []
    bad: list[BadRecord] = []
    newest = position = 0
    for part in (*root.findall("images"), *root.findall("videos")):
        newest = max(newest, _seconds(part.get("maxTimestamp", "")))
        for element in part:
            position += 1
            try:
                record, problems = read_record(element)
                records.append(record)
            except BadValue as error:
                problems = [str(error)]
            name = shown((element.findtext("id") or "").strip()) if problems else ""
            bad += [BadRecord(position, name, problem) for problem in problems]
    return records, bad, newest


def read_record(element: ET.Element) -> tuple[Record, list[str]]:
    """A record of what can be used of it, and what is wrong with the rest of it. Raises BadValue."""
    ups = downs = 0
    if element.find("feedback") is not None:
        ups, downs = _votes(element)
        for feedback in element.findall("feedback"):  # the client would log what it does not know
            element.remove(feedback)
    try:
        update = NCMECEntryUpdate.from_xml(_XMLWrapper(element))
    except (AssertionError, LookupError, ValueError, TypeError):
        raise BadValue(_("the record lacks its id or its member, or is neither a picture nor a video")) from None
    key = f"{update.member_id}/{update.id.strip()}"
    category = (update.classification or "").strip()
    if not update.id.strip() or len(key) > LONGEST_TEXT or len(category) > LONGEST_TEXT:
        raise BadValue(_("the record's id is empty, or it or its classification is too long"))
    values: dict[Algorithm, tuple[bytes, ...]] = {}
    unsearched, problems = 0, []
    marks = element.find("fingerprints")
    for mark in () if marks is None else marks:
        algorithm = _SEARCHED.get(mark.tag)
        if mark.text is None or not mark.text.strip():
            continue
        if algorithm is None:
            unsearched += 1
            continue
        try:
            values[algorithm] = (*values.get(algorithm, ()), bytes_of(algorithm, mark.text))
        except BadValue as error:
            problems.append(str(error))
    record = Record(
        key, values, category, update.deleted, upvotes=ups, downvotes=downs, id=key, unsearched=unsearched
    )  # fmt: skip
    return record, problems


def _votes(element: ET.Element) -> tuple[int, int]:
    """How many members voted for the record and against it."""
    ups = {member.get("id") for member in element.iterfind("feedback/affirmativeFeedback//member")}
    downs = {member.get("id") for member in element.iterfind("feedback/negativeFeedback//member")}
    return min(len(ups), 32_767), min(len(downs), 32_767)


def _text_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_TIME)


def _clock_in(header: str) -> int:
    try:
        return int(parsedate_to_datetime(header).timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0


def _seconds(text: str) -> int:
    """A time of the source in seconds since 1970, 0 where it is none."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return 0
    return max(0, int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()))
