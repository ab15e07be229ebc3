"""StopNCII: pages of hashes that people made of pictures of themselves, with what platforms say of them."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import dacite
import requests
from django.utils.translation import gettext as _
from threatexchange.exchanges.clients.stopncii.api import (
    StopNCIIAPI,
    StopNCIICaseStatus,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIIHashRecord,
    StopNCIISignalType,
)

from lightkeeper.lists.exchanges import options as option
from lightkeeper.lists.exchanges.fetching import FORGOTTEN, REFUSED, Fetcher, require
from lightkeeper.lists.exchanges.protocol import BadRecord, Checkpoint, Page, Record, SourceFailed, TellingRefused, Told
from lightkeeper.lists.exchanges.reading_json import list_at, read_object
from lightkeeper.lists.exchanges.sessions import answer_of, session
from lightkeeper.lists.exchanges.values import BadValue, bytes_of
from lightkeeper.lists.types import Algorithm, Opinion

PAGE: Final = 800
_SEARCHED: Final = {StopNCIISignalType.ImagePDQ: Algorithm.PDQ, StopNCIISignalType.VideoMD5: Algorithm.MD5}
_TYPES: Final = {algorithm: signal for signal, algorithm in _SEARCHED.items()}
_GONE: Final = frozenset({StopNCIICaseStatus.Withdrawn, StopNCIICaseStatus.Deleted})
_READS: Final = dacite.Config(cast=[enum.Enum, set])


@dataclass(frozen=True, slots=True)
class _Place:
    """From which time on is asked, and the source's token of the page, "" for the first."""

    start: int
    token: str = ""

    @classmethod
    def read(cls, checkpoint: Checkpoint) -> _Place:
        found = checkpoint or {}
        return cls(int(found.get("start", StopNCIIAPI.DEFAULT_START_TIME)), str(found.get("token", "")))

    def checkpoint(self) -> dict[str, Any]:
        return {"start": self.start, "token": self.token} if self.token else {"start": self.start}


def check(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are kept: nothing, or a test address. Raises ListRefused."""
    option.only(given, ("address",))
    address = option.test_address(given)
    return {"address": address} if address else {}


class StopNcii:
    """StopNCII, as one platform."""

    def __init__(self, options: Mapping[str, Any], credentials: Mapping[str, str], fetcher: Fetcher) -> None:
        self._api = _Api(options.get("address", ""), credentials, fetcher)

    def pages(self, checkpoint: Checkpoint) -> Iterator[Page]:
        """Give the rest of the pages that were begun, or all that changed since. Raises SourceFailed."""
        place = _Place.read(checkpoint)
        try:
            answer = self._api.page(place)
        except SourceFailed as failed:
            if not place.token or failed.status not in FORGOTTEN:
                raise
            place = _Place(place.start)  # tokens do not live for long
            answer = self._api.page(place)
        came = {place.token}
        while True:
            records, bad = read_records(list_at(answer, "hashRecords"))
            if not self._more(answer):
                end, note = self._end(answer, place.start)
                yield Page(records, bad, _Place(end).checkpoint(), last=True, note=note)
                return
            place = _Place(place.start, self._following(answer, place, came))
            came.add(place.token)
            yield Page(records, bad, place.checkpoint(), last=False)
            answer = self._api.page(place)

    @staticmethod
    def _more(answer: Mapping[str, Any]) -> bool:
        more = answer.get("hasMoreRecords")
        if not isinstance(more, bool):
            raise SourceFailed(_("The source does not say whether there is more."))
        return more

    @staticmethod
    def _following(answer: Mapping[str, Any], place: _Place, came: set[str]) -> str:
        token = answer.get("nextPageToken")
        if not isinstance(token, str) or not token:
            raise SourceFailed(_("The source says that there is more, and not where."))
        if token in came:
            message = _("The source gave the token of one page twice; what it told since the last sync is read anew.")
            raise SourceFailed(message, restart={"start": place.start})
        return token

    @staticmethod
    def _end(answer: Mapping[str, Any], start: int) -> tuple[int, str]:
        """From when the next sync asks, and a note."""
        end = answer.get("nextSetTimestamp")
        if isinstance(end, bool) or not isinstance(end, int):
            raise SourceFailed(_("The source does not say from when to ask the next time."))
        if end < start:
            return start, _("The source's time went back; our checkpoint stays.")
        return end, ""

    def tell(self, told: Told) -> None:
        """Say that content of a hash was blocked, or that it was not."""
        signal = _TYPES.get(told.algorithm)
        if signal is None:
            raise TellingRefused(_("StopNCII takes no opinion of this kind of entry."))
        up = told.opinion == Opinion.UP
        says = StopNCIICSPFeedbackValue.Blocked if up else StopNCIICSPFeedbackValue.NotBlocked
        self._api.submit_feedback(signal, told.value.hex(), says)


class _Api(StopNCIIAPI):
    """The client with our session, and without its parsing, which logs whole answers."""

    def __init__(self, address: str, credentials: Mapping[str, str], fetcher: Fetcher) -> None:
        others = {StopNCIIEndpoint.SubmitFeedback: credentials.get("feedback_key", "")}
        super().__init__(credentials["subscription_key"], credentials["fetch_key"], others, address or None)
        self._fetcher = fetcher

    def page(self, place: _Place) -> dict[str, Any]:
        """One page. Raises SourceFailed."""
        params: dict[str, Any] = {"startTimestamp": place.start, "pageSize": PAGE}
        if place.token:
            params["nextPageToken"] = place.token
        found: dict[str, Any] = self._get(StopNCIIEndpoint.FetchHashes, **params)
        return found

    def _get_session(self, endpoint: StopNCIIEndpoint) -> requests.Session:
        made = session(self._fetcher)
        made.headers.update(
            {"x-functions-key": self._function_keys[endpoint], "Ocp-Apim-Subscription-Key": self._subscription_key}
        )
        return made

    def _get(self, endpoint: StopNCIIEndpoint, **params: Any) -> Any:
        with self._get_session(endpoint) as made:
            answer = made.get(f"{self._base_url}/{endpoint.value}", params=params)
        return read_object(require(answer_of(answer)).body)

    def _post(self, endpoint: StopNCIIEndpoint, *, json: Any = None) -> None:
        if not self._function_keys.get(endpoint):
            raise TellingRefused(_("The credential “feedback_key” is not set."))
        with self._get_session(endpoint) as made:
            answer = answer_of(made.post(f"{self._base_url}/{endpoint.value}", json=json))
        if answer.status in REFUSED:
            raise TellingRefused(_("StopNCII refuses this opinion (%(status)s).") % {"status": answer.status})
        require(answer)


def read_records(given: list[Any]) -> tuple[list[Record], list[BadRecord]]:
    """The records of a page, and those that cannot be used."""
    records, bad = [], []
    for position, raw in enumerate(given, 1):
        try:
            records.append(read_record(raw))
        except BadValue as error:
            bad.append(BadRecord(position, "", str(error)))
    return records, bad


def read_record(raw: Any) -> Record:
    """One record. Raises BadValue."""
    if not isinstance(raw, dict):
        raise BadValue(_("the record is no object"))
    kinds = {signal.value for signal in _SEARCHED}
    if isinstance(raw.get("signalType"), str) and raw["signalType"] not in kinds:
        return Record(f"{raw['signalType']}:{raw.get('hashValue')}"[:1000], unsearched=1)
    # Empty cases come as a list; feedback is read below, leniently.
    mended = {**raw, "caseNumbers": raw.get("caseNumbers") or {}, "CSPFeedbacks": []}
    try:
        found = dacite.from_dict(StopNCIIHashRecord, mended, _READS)
    except dacite.exceptions.DaciteFieldError as error:
        raise BadValue(_("the field “%(name)s” is missing or of a wrong type") % {"name": error.field_path}) from None
    except (ValueError, TypeError, dacite.exceptions.DaciteError):
        raise BadValue(_("a field has a value that is not known")) from None
    algorithm = _SEARCHED[found.signalType]
    value = bytes_of(algorithm, found.hashValue)
    said = [one.get("feedbackValue") for one in raw.get("CSPFeedbacks") or () if isinstance(one, dict)]
    return Record(
        f"{found.signalType.value}:{value.hex()}", {algorithm: value}, deleted=found.hashStatus in _GONE,
        upvotes=min(said.count(StopNCIICSPFeedbackValue.Blocked.value), 32_767),
        downvotes=min(said.count(StopNCIICSPFeedbackValue.NotBlocked.value), 32_767),
    )  # fmt: skip
