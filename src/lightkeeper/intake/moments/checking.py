"""What ``lightkeeper check`` says of an operator's own texts, before a child would meet what is wrong."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from lightkeeper.intake.moments.reading import read
from lightkeeper.intake.moments.types import MomentsError


def own_texts(**_: Any) -> list[CheckMessage]:
    """Django's: an error where the files of ``moments_dir`` cannot be used."""
    own = settings.LIGHTKEEPER["moments_dir"]
    if own is None:
        return []
    try:
        read(own)
    except MomentsError as error:
        return [Error(str(error), id="lightkeeper.moments")]
    return []
