"""Meta ThreatExchange: the updates of one privacy group, in the order of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI
from threatexchange.exchanges.clients.fb_threatexchange.threat_updates import ThreatUpdateJSON

from lightkeeper.lists.exchanges import options as option
from lightkeeper.lists.exchanges.fetching import Fetcher, require
from lightkeeper.lists.exchanges.protocol import BadRecord, Checkpoint, Page, Record, SourceFailed
from lightkeeper.lists.exchanges.reading_json import at_path, list_at, read_object
from lightkeeper.lists.exchanges.sessions import answer_of, session
from lightkeeper.lists.exchanges.values import BadValue, bytes_of, shown
from lightkeeper.lists.sealing import LONGEST_TEXT
from lightkeeper.lists.types import Algorithm, ListRefused

PAGE: Final = 500
FORGETS_AFTER: Final = 85 * 24 * 3600
"""Seconds after which the source does not tell deletions any more: everything is fetched anew."""

_SEARCHED: Final = {
    "HASH_PDQ": Algorithm.PDQ, "HASH_MD5": Algorithm.MD5, "HASH_SHA1": Algorithm.SHA1, "HASH_SHA256": Algorithm.SHA256,
    "URI": Algorithm.URL, "DOMAIN": Algorithm.DOMAIN,
}  # fmt: skip


def check(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are kept: the privacy group, perhaps a test address. Raises ListRefused."""
    option.only(given, ("privacy_group", "address"))
    group = given.get("privacy_group")
    if isinstance(group, str) and group.isascii() and group.isdigit():
        group = int(group)
    if isinstance(group, bool) or not isinstance(group, int) or not 0 < group < 2**63:
        raise ListRefused(_("The option “privacy_group” must be the number of a privacy group."))
    address = option.test_address(given)
    return {"privacy_group": group, **({"address": address} if address else {})}


class ThreatExchange:
    """One privacy group, as one app."""

    def __init__(
        self,
        options: Mapping[str, Any],
        credentials: Mapping[str, str],
        fetcher: Fetcher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = _Api(credentials["token"], options.get("address", ""), fetcher)
        self._group = int(options["privacy_group"])
        self._clock = clock

    def pages(self, checkpoint: Checkpoint) -> Iterator[Page]:
        """Give all updates since the checkpoint, or all there are where the source has forgotten since then.

        The source's own page addresses hold the token, so the time of the newest update is where a sync goes on.
        Raises SourceFailed.
        """
        began = int(self._clock())
        start, told = int((checkpoint or {}).get("time", 0)), int((checkpoint or {}).get("at", began))
        anew = start > 0 and told + FORGETS_AFTER < began
        cursor = self._api.get_threat_updates(
            self._group, start_time=None if anew or not start else start, page_size=PAGE,
            fields=ThreatUpdateJSON.te_threat_updates_fields(),
        )  # fmt: skip
        newest, ordered = (0 if anew else start), True
        came: set[Any] = set()
        while True:
            updates: list[Any] = cursor.next()  # type: ignore[no-untyped-call]  # the client's
            records, bad = read_records(updates)
            times = [moment for update in updates if (moment := _time_of(update))]
            ordered = ordered and times == sorted(times) and (not times or times[0] >= newest)
            newest = max([newest, *times])
            if cursor.done:
                note = _("The source tells deletions for 85 days only; all was fetched anew.") if anew else ""
                end = {"time": max(newest, start), "at": began}
                yield Page(records, bad, end, last=True, whole=anew, note=note)
                return
            if cursor.next_url in came:
                raise SourceFailed(_("The source gave the address of one page twice."))
            came.add(cursor.next_url)
            # Only what comes in the order of time can be gone on with in its middle.
            middle = {"time": newest, "at": told} if ordered and not anew and newest else checkpoint
            yield Page(records, bad, middle, last=False)


class _Api(ThreatExchangeAPI):
    """The client with our session; its own requests put no limit to anything."""

    def __init__(self, token: str, address: str, fetcher: Fetcher) -> None:
        super().__init__(token, endpoint_override=address or None)
        self._fetcher = fetcher

    def get_json_from_url(self, url: str, params: Any = None, **_others: Any) -> dict[str, Any]:
        """One answer. Raises SourceFailed, also where the source's next page is not its own."""
        own, asked = urlsplit(self._base_url), urlsplit(str(url))
        if (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
            raise SourceFailed(_("The source's next page has an address that is not one of its own."))
        given = {name: value for name, value in (params or {}).items() if value is not None}
        with session(self._fetcher) as made:
            answer = made.get(str(url), params=given)
        found = read_object(require(answer_of(answer)).body)
        list_at(found, "data")
        if not isinstance(found.get("paging", {}), dict):
            raise SourceFailed(_("The source's answer is JSON of another shape than was expected."))
        return found


def read_records(given: list[Any]) -> tuple[list[Record], list[BadRecord]]:
    """The records of a page, and those that cannot be used."""
    records, bad = [], []
    for position, raw in enumerate(given, 1):
        name = str(raw.get("id", ""))[:100] if isinstance(raw, dict) else ""
        try:
            records.append(read_record(raw))
        except BadValue as error:
            bad.append(BadRecord(position, shown(name), str(error), name))
    return records, bad


def read_record(raw: Any) -> Record:
    """One update. Raises BadValue."""
    if not isinstance(raw, dict):
        raise BadValue(_("the record is no object"))
    update = ThreatUpdateJSON(raw)
    try:
        key, deleted = str(update.id), bool(update.should_delete)
        kind: Any = raw["type"]
    except (KeyError, ValueError, TypeError):
        raise BadValue(_("the record lacks its id, its type, or whether it is deleted")) from None
    if deleted:
        return Record(key, deleted=True, id=key)
    algorithm = _SEARCHED.get(kind) if isinstance(kind, str) else None
    if algorithm is None:
        return Record(key, id=key, unsearched=1)
    value = bytes_of(algorithm, raw.get("indicator"))
    descriptors = at_path(raw, "descriptors.data")
    opinions = [one for one in descriptors if isinstance(one, dict)] if isinstance(descriptors, list) else []
    against = sum(one.get("status") == "NON_MALICIOUS" for one in opinions)
    return Record(
        key, {algorithm: value}, _tags(opinions), upvotes=min(len(opinions) - against, 32_767),
        downvotes=min(against, 32_767), id=key,
    )  # fmt: skip


def _tags(opinions: list[dict[str, Any]]) -> str:
    """The tags of all opinions, by the alphabet."""
    found: set[str] = set()
    for one in opinions:
        tags = one.get("tags")
        given = tags.get("data") if isinstance(tags, dict) else tags
        for tag in given if isinstance(given, list) else ():
            text = tag.get("text") if isinstance(tag, dict) else tag
            if isinstance(text, str):
                found.add(text)
    return " ".join(sorted(found))[:LONGEST_TEXT]


def _time_of(update: Any) -> int:
    """When an update was made, 0 where it does not say."""
    try:
        return max(0, int(update["last_updated"]))
    except (KeyError, ValueError, TypeError):
        return 0
