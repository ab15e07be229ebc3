"""How much of what helps an investigator a draft says: a meter of named parts, each with what it is good for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.report import Report


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a report can say, whether it does, and why it matters."""

    code: str
    says: str | Promise
    why: str | Promise
    there: bool


@dataclass(frozen=True, slots=True)
class Meter:
    """The parts of a draft that matter, and how many of them are there."""

    parts: tuple[Part, ...]

    @property
    def there(self) -> int:
        """How many parts are there."""
        return sum(part.there for part in self.parts)

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that are not."""
        return tuple(part for part in self.parts if not part.there)


@dataclass(frozen=True, slots=True)
class Word:
    """Whether a person's word stands behind a draft's suspect, and how many possible victims are not in it."""

    confirmed: bool
    left_out: int = 0


_Asked = Callable[[Report, Sequence[FileDetails]], bool]

_PARTS: Final[tuple[tuple[str, str | Promise, str | Promise, _Asked], ...]] = (
    ("account", _("The account that is reported"), _("without it nobody knows whom to look for"),
     lambda report, _files: any(who.esp_identifier or who.screen_name for who in report.reported)),
    ("address", _("An IP address with its time"), _("without one investigators usually cannot find the place"),
     lambda report, files: any(one.date_time for who in report.reported for one in who.ip_captures)
     or any(file.ip_capture and file.ip_capture.date_time for file in files)),
    ("port", _("The port beside the IP address"), _("many people share one address; the port tells them apart"),
     lambda report, files: any(one.port for who in report.reported for one in who.ip_captures)
     or any(file.ip_capture and file.ip_capture.port for file in files)),
    ("contact", _("An e-mail address or a telephone number of the account"), _("it names a person"),
     lambda report, _files: any(who.person and (who.person.emails or who.person.phones) for who in report.reported)),
    ("victim", _("Who may be a victim"), _("a child may be found"), lambda report, _files: bool(report.victims)),
    ("place", _("Where it happened: address, chat, game"), _("it says where more may be found"),
     lambda report, _files: bool(report.internet_details)),
    ("time", _("What the time of the incident means"), _("an upload, a message and a find are different moments"),
     lambda report, _files: bool(report.summary.incident_date_time_description)),
    ("hash", _("The hash of each original file"), _("it links this report to others"),
     lambda _report, files: all(file.original_file_hashes for file in files)),
    ("public", _("Whether each file could be seen by everybody"), _("it decides who may look without a warrant"),
     lambda _report, files: all(file.publicly_available is not None for file in files)),
    ("viewed", _("That somebody here has viewed each file whole"), _("else police may need a warrant to open it"),
     lambda _report, files: all(file.file_viewed_by_esp for file in files)),
    ("reporter", _("Whom law enforcement may ask"), _("questions come by telephone and e-mail"),
     lambda report, _files: report.reporter.contact_person is not None
     or bool(report.reporter.reporting_person.last_name)),
)  # fmt: skip
"""Code, what it is, why it matters, and whether a draft says it. Those of files hold for a draft without any."""


def completeness(report: Report, files: Sequence[FileDetails], word: Word) -> Meter:
    """How much of what helps a draft says."""
    found = (Part(code, says, why, asked(report, files)) for code, says, why, asked in _PARTS)
    return Meter((*_of_people(word), *found))


def _of_people(word: Word) -> tuple[Part, ...]:
    return (
        Part(
            "confirmed", _("A person's word on who the suspect is"),
            _("no party of this case is confirmed: what stands here is the account that the platform named"),
            word.confirmed,
        ),
        Part(
            "protected", _("All that is written down of possible victims"),
            _("some of it is left out: it is newer, or whoever drafted may not see it; who may takes it over"),
            word.left_out == 0,
        ),
    )  # fmt: skip
