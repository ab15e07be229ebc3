"""The words in which grades are written: versioned data files, and what reads them.

Files lie beside this module, one a version, and are never changed once grades were written in them: a newer version is
another file; those for conversations begin with ``conversation-``, those for addresses with ``hotline-``. Scales of
different jurisdictions stand side by side; nothing turns one into another.
"""

from __future__ import annotations

from lightkeeper.review.vocabularies.loading import (
    NEWEST,
    NEWEST_OF_ADDRESSES,
    NEWEST_OF_CONVERSATIONS,
    address_versions,
    conversation_versions,
    versions,
    vocabulary,
)
from lightkeeper.review.vocabularies.words import Asked, Question, Value, Vocabulary, VocabularyError

__all__ = [
    "NEWEST",
    "NEWEST_OF_ADDRESSES",
    "NEWEST_OF_CONVERSATIONS",
    "Asked",
    "Question",
    "Value",
    "Vocabulary",
    "VocabularyError",
    "address_versions",
    "conversation_versions",
    "versions",
    "vocabulary",
]
