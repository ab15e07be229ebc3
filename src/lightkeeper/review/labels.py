"""The text of a label that a platform is to show: proposed with a grade, and part of what two agree on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

LABEL: Final = "label"
"""The one answer to what is to be done that has a text."""
LONGEST_LABEL: Final = 64
_PERSONAL: Final = re.compile(r"\S@\S|://|(?:\d[ ./-]?){7,}")
"""What looks like an address, a link or a telephone number."""


def tidy(text: str) -> str:
    """A label as it is kept and compared: what is spaced otherwise is the same label."""
    return " ".join(text.split())


def label_faults(proposed: str, label: str) -> Iterator[str]:
    """What is wrong with the label that goes with what is proposed, a sentence each."""
    text = tidy(label)
    if proposed != LABEL:
        if text:
            yield _("Only a decision to label has a text.")
    elif not text or len(text) > LONGEST_LABEL or not text.isprintable():
        yield _("A label needs a text of 1 to 64 characters.")
    elif _PERSONAL.search(text):
        yield _("A label is shown to others: leave addresses, links and numbers of people out of it.")
