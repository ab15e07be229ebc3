"""A picture that an analyst brings from an address: searched as any other, kept in the vault, an item of the case."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.intake import demo
from lightkeeper.intake.hashing import signals_of
from lightkeeper.intake.outcomes import findings_of
from lightkeeper.intake.scanning import ScanInterruptedError, search_bytes
from lightkeeper.intake.types import Kind, Refused, Verdict
from lightkeeper.intake.uploads import DECODABLE, Upload
from lightkeeper.people.models import Person
from lightkeeper.record.services import get_or_create_item, hash_only
from lightkeeper.record.types import ItemKind
from lightkeeper.review.models import CaseItem
from lightkeeper.review.services import PictureRefused, add_picture_to_case

FIELD: Final = "picture"


def picture_upload() -> Upload:
    """What takes the bytes of one picture: into memory while they are few, into the vault where they are more."""
    return Upload(limit=min(DECODABLE, settings.LIGHTKEEPER["max_item_bytes"]))


class PictureUploadHandler(FileUploadHandler):
    """Streams the one file of a form into an ``Upload``: nothing of it lies anywhere in clear.

    ``problem`` is the sentence that says what is wrong with what was sent, "" where nothing is.
    """

    def __init__(self, request: Any, upload: Upload) -> None:
        super().__init__(request)
        self.upload = upload
        self.problem = _("Choose a picture.")
        self._files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; a second one is not taken."""
        super().new_file(*args, **kwargs)
        self._files += 1
        self.problem = "" if self._files == 1 and self.field_name == FIELD else _("Send one picture at a time.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece, unless there is too much already."""
        del start
        if self.problem:
            return
        try:
            self.upload.write(raw_data)
        except Refused:
            self.problem = _("This picture is too large to be taken here.")

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Nothing for the form: the bytes are where they belong."""
        del file_size
        return None


def add_found_picture(*, case_item: CaseItem, handler: PictureUploadHandler, person: Person) -> CaseItem:
    """Make the picture that was sent an item of the case, with what lists say of it; gives the item in the case.

    Raises PermissionDenied, NotYours without the lease, and PictureRefused. Of what is refused nothing is kept once
    the upload is closed.
    """
    upload = handler.upload
    if handler.problem or not upload.size:
        raise PictureRefused(handler.problem or _("Choose a picture."))
    if hash_only():
        raise PictureRefused(_("This service keeps no pictures: nobody has answered for keeping them."))
    upload.finish()
    verdict = _searched(upload)
    upload.store()
    digests = {name: value.hex() for name, value in upload.digests.items()}
    with transaction.atomic():
        item = get_or_create_item(kind=ItemKind.PICTURE, sha256=upload.sha256, size=upload.size)
        return add_picture_to_case(
            case_item=case_item,
            item_id=item.pk,
            context={
                "received_at": now().isoformat(),
                "digests": digests,
                "size": upload.size,
                **({"pdq": verdict.pdq.hex()} if verdict.pdq is not None else {}),
            },
            findings=findings_of(verdict.matches),
            original=upload.keep(),
            pdq=verdict.pdq,
            person=person,
        )


def _searched(upload: Upload) -> Verdict:
    """What lists say of the picture. Raises PictureRefused where it is none that can be read."""
    data = upload.data()
    try:
        demo.refuse_others(upload.sha256)
        if signals_of(data, decode=True).unreadable:
            raise PictureRefused(_("This is no picture that can be read here."))
        return search_bytes(Kind.PICTURE, data, upload.digests)
    except Refused as refused:
        raise PictureRefused(refused.detail) from None
    except ScanInterruptedError:
        raise PictureRefused(_("The picture could not be looked at just now. Try again.")) from None
