"""What tests of addresses share: an item that is one, and what is answered of it."""

from __future__ import annotations

import hashlib
from typing import Any

from lightkeeper.record.services import get_or_create_item
from lightkeeper.record.types import ItemKind
from lightkeeper.review.judgement import Judgement
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.tests.making import CLIENT, source
from lightkeeper.review.types import CaseReason, UrlAnswers

ADDRESS = "https://pictures.site.test/album/7?view=all"


def address_item(url: str = ADDRESS, number: int = 1, **values: Any) -> CaseItem:
    """An address in a case that waits for a first review."""
    asked: dict[str, Any] = {
        "item_id": get_or_create_item(kind=ItemKind.URL, url_index=hashlib.sha256(url.encode()).digest()).pk,
        "source": source(number), "reason": CaseReason.PUBLIC_REPORT, "context": {"url": url}, "findings": [],
        "original": None, "actor": CLIENT,
    }  # fmt: skip
    ref = open_or_join_case(**{**asked, **values})
    return CaseItem.objects.select_related("case", "item").filter(case_id=ref.id).order_by("-position")[0]


def of_url(**values: Any) -> UrlAnswers:
    """What is answered of an address that is acted on."""
    asked: dict[str, Any] = {
        "site_type": "image_host", "access": "free", "commercial": "no", "hosting_country": "NL", "images": 12,
        "videos": 0,
    }  # fmt: skip
    return UrlAnswers(**{**asked, **values})


def actioned(**values: Any) -> Judgement:
    """A judgement that an address is acted on, with all that is asked then."""
    asked: dict[str, Any] = {
        "outcome": "actioned", "confidence": "sure", "proposed": "no_action", "uk_category": "C",
        "age_bracket": "11-13", "sex": "girls", "creation": ("self_generated",), "of_url": of_url(),
    }  # fmt: skip
    return Judgement(**{**asked, **values})


def closed_as(outcome: str, **values: Any) -> Judgement:
    """A judgement after which nothing is asked of what is there; ``values`` are of the address."""
    return Judgement(outcome=outcome, confidence="sure", proposed="no_action", of_url=UrlAnswers(**values))
