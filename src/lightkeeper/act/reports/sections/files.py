"""What whoever drafts says of one file. How it is classified is what was graded; what was viewed, the view log says."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.reports.drafting import DraftFile
from lightkeeper.act.reports.ncmec.drafts import Graded
from lightkeeper.act.reports.ncmec.file_details import REPORTED, SUPPLEMENTAL, FileDetails
from lightkeeper.act.reports.ncmec.reading import retold
from lightkeeper.act.reports.ncmec.storing import dump, load
from lightkeeper.act.reports.sections.base import as_maybe, lines, maybe, same_second, text
from lightkeeper.act.reports.sections.base import moment as moment_field
from lightkeeper.act.reports.services import Draft

_RELEVANCE: Final = [
    (REPORTED, gettext_lazy("It is what is reported")),
    (SUPPLEMENTAL, gettext_lazy("It only helps to understand what is reported")),
]


class FileSection(forms.Form):
    """One file of a draft; ``number`` from 1."""

    relevance = forms.ChoiceField(label=gettext_lazy("What this file is"), required=False, choices=_RELEVANCE)
    publicly_available = maybe(gettext_lazy("Everybody could see all of it"))
    uploaded_at = moment_field(gettext_lazy("When it was uploaded (UTC)"))
    location = lines(gettext_lazy("Address at which it was found"), gettext_lazy("One."), 2083)
    classified = forms.BooleanField(required=False)
    flagged = forms.BooleanField(required=False)
    file_info = text(
        gettext_lazy("What else is known of this file"), 3000, gettext_lazy("No description of the content.")
    )

    def __init__(self, data: Any, *, number: int, file: DraftFile, graded: Graded) -> None:
        self.details = load(FileDetails, {"report_id": 0, "file_id": "0", **file.details})
        super().__init__(data, initial=_known(self.details), prefix=f"file-{number}")
        self.number, self.file, self.graded = number, file, graded
        self.title: str | Promise = _("File %(number)d") % {"number": number}
        if graded.industry:
            self.fields["classified"].label = _("Say its class, %(industry)s, as it was graded") % {
                "industry": graded.industry
            }
            self.fields["classified"].help_text = _(
                "Only where your organisation has signed the agreement on the industry's classification."
            )
        else:
            del self.fields["classified"]
        if graded.flags:
            self.fields["flagged"].label = _("Say what was graded of it: %(flags)s") % {
                "flags": ", ".join(sorted(graded.flags))
            }
        else:
            del self.fields["flagged"]

    def clean(self) -> dict[str, Any]:
        """A file that only helps has no class, and is no meme."""
        said: dict[str, Any] = super().clean() or {}
        if len(said.get("location", ())) > 1:
            self.add_error("location", _("A file has one address. Write others into what else is known of it."))
        if said.get("relevance") == SUPPLEMENTAL:
            if said.get("classified"):
                self.add_error("classified", _("A file that only helps to understand is not classified."))
            if said.get("flagged") and "potentialMeme" in self.graded.flags:
                self.add_error("flagged", _("A file that only helps to understand is not said to be a meme."))
        return said

    def applied(self, kept: Draft) -> Draft:
        """The draft with what the form says of this file."""
        said, known = self.cleaned_data, self.details
        after = dataclasses.replace(
            known, file_relevance=said["relevance"] or REPORTED, publicly_available=said["publicly_available"],
            uploaded_to_esp_timestamp=same_second(said["uploaded_at"], known.uploaded_to_esp_timestamp),
            location_of_file=next(iter(said["location"]), None), additional_info=said["file_info"] or None,
            industry_classification=self.graded.industry or None if said.get("classified") else None,
            annotations=self.graded.flags if said.get("flagged") else frozenset(),
        )  # fmt: skip
        path = f"fileDetails[{self.number}]"
        sources = retold(known, after, kept.sources, path)
        for name in ("industryClassification", "fileAnnotations"):  # it is sent or not; what it says is the grade's
            sources[f"{path}/{name}"] = "grade"
        details = {name: value for name, value in dump(after).items() if name not in {"report_id", "file_id"}}
        ids = {name: value for name, value in self.file.details.items() if name in {"report_id", "file_id"}}
        files = list(kept.files)
        files[self.number - 1] = dataclasses.replace(self.file, details={**details, **ids})
        return dataclasses.replace(kept, files=tuple(files), sources=sources)


def _known(details: FileDetails) -> dict[str, Any]:
    return {
        "relevance": details.file_relevance or REPORTED,
        "publicly_available": as_maybe(details.publicly_available),
        "uploaded_at": details.uploaded_to_esp_timestamp,
        "location": [details.location_of_file] if details.location_of_file else [],
        "classified": details.industry_classification is not None,
        "flagged": bool(details.annotations),
        "file_info": details.additional_info or "",
    }
