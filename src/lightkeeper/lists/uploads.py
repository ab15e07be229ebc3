"""Takes a list file from a browser without writing it anywhere: a list is a secret, and lies on no disk in clear."""

from __future__ import annotations

import io
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_UPLOAD: Final = 64 << 20
"""Bytes of the largest list file that a browser may send; a larger one is imported by the command line."""


class ListUploadHandler(FileUploadHandler):
    """Keeps one file in memory. Of a larger one than is allowed nothing is kept, and ``too_large`` says so."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_large = False
        self._content = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless there is too much already."""
        if start + len(raw_data) > LARGEST_UPLOAD:
            self.too_large = True
            self._content = io.BytesIO()
        if not self.too_large:
            self._content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """Give the file, None where it was too large."""
        if self.too_large:
            return None
        self._content.seek(0)
        return InMemoryUploadedFile(
            self._content, self.field_name, "list", "text/csv", file_size, None, self.content_type_extra
        )
