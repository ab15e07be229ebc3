"""What a grade says of an address, read again."""

from __future__ import annotations

import json
from typing import Final

from lightkeeper.review.models import Grade, UrlGrade
from lightkeeper.review.types import UrlAnswers
from lightkeeper.runtime.services import SealError, unseal

PURPOSE: Final = "review:host"
"""What the number of a host is sealed for."""


def url_answers_of(grade: Grade) -> UrlAnswers | None:
    """What a grade says of an address, None for one of anything else. What cannot be opened any more is left out."""
    row = UrlGrade.objects.filter(grade=grade).first()
    if row is None:
        return None
    return UrlAnswers(
        setting=row.setting, alone=row.alone, site_type=row.site_type, access=row.access, commercial=row.commercial,
        hosting_country=row.hosting_country, host_ip=_host_ip(grade, row), images=row.images, videos=row.videos,
        duplicate_of=row.duplicate_of, agency=row.agency,
    )  # fmt: skip


def _host_ip(grade: Grade, row: UrlGrade) -> str:
    if row.sealed is None:
        return ""
    try:
        text: str = json.loads(unseal(PURPOSE, bytes(row.sealed), context=grade.public.bytes))["ip"]
    except SealError:
        return ""
    return text
