"""What the grading form asks of an address beside the questions of the vocabulary, and what was sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from lightkeeper.review.queries import has_hosting_database, url_faults
from lightkeeper.review.types import UrlAnswers

if TYPE_CHECKING:
    from django.http import QueryDict

    from lightkeeper.review.models import CaseItem

WORDS: Final = ("setting", "alone", "site_type", "access", "commercial")
"""The questions of the vocabulary that only addresses have."""
FIELDS: Final = ("hosting_country", "host_ip", "images", "videos", "duplicate_of", "agency")
LONGEST: Final = 300
_CASE: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_NO_CASE: Final = uuid.UUID(int=0)
_NO_COUNT: Final = -1


class AddressFields:
    """The fields as they were sent or are offered; ``values`` by name."""

    def __init__(self, sent: QueryDict | None = None) -> None:
        self.values = {name: "" if sent is None else sent.get(name, "")[:LONGEST].strip() for name in FIELDS}

    @property
    def looked_up(self) -> bool:
        """Whether the operator's database says in which country a number is."""
        return has_hosting_database()

    def fill(self, before: UrlAnswers) -> None:
        """Begin with what was answered before."""
        self.values = {name: "" if (given := getattr(before, name)) is None else str(given) for name in FIELDS}

    def answers(self, words: Mapping[str, str]) -> UrlAnswers:
        """What was answered, as the room takes it; ``words`` are the answers to questions of the vocabulary."""
        return UrlAnswers(
            **{code: words.get(code, "") for code in WORDS},
            hosting_country=self.values["hosting_country"],
            host_ip=self.values["host_ip"],
            images=_count(self.values["images"]),
            videos=_count(self.values["videos"]),
            duplicate_of=_case(self.values["duplicate_of"]),
            agency=self.values["agency"],
        )

    def faults(self, item: CaseItem, outcome: str, answers: UrlAnswers) -> list[tuple[str, str]]:
        """What is wrong, each at its field."""
        return url_faults(item, outcome, answers)


def _count(text: str) -> int | None:
    """A count; what is none is one that the room refuses."""
    if not text:
        return None
    return int(text) if _COUNT.fullmatch(text) else _NO_COUNT


def _case(text: str) -> uuid.UUID | None:
    """The case that a text names, be it the address of its page; what names none is one that there is not."""
    if not text:
        return None
    found = _CASE.search(text)
    return uuid.UUID(found[0]) if found is not None else _NO_CASE
