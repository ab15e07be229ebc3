"""What a report says of one file (``standards`` 1.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.act.reports.ncmec.common import DeviceId, IpCapture
from lightkeeper.act.reports.ncmec.fields import Place, attribute, flags, many, optional, required

REPORTED: Final = "Reported"
SUPPLEMENTAL: Final = "Supplemental Reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalHash:
    """A hash of the file as the user uploaded it; ``hash_type`` such as MD5, SHA1, SHA256, PDQ."""

    text: str = required(place=Place.TEXT, longest=64)
    hash_type: str = required(place=Place.ATTRIBUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameValue:
    """One name and its value."""

    name: str = required(longest=64)
    value: str = required()


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Names and values of one kind: EXIF or HASH."""

    pairs: tuple[NameValue, ...] = many("nameValuePair")
    kind: str | None = attribute("type")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """One file of a report. What was viewed comes from the view log alone."""

    report_id: int = required()
    file_id: str = required()
    file_name: str | None = optional()
    original_file_name: str | None = optional(longest=2056)
    uploaded_to_esp_timestamp: datetime | None = optional()
    location_of_file: str | None = optional(longest=2083)
    file_viewed_by_esp: bool | None = optional()
    exif_viewed_by_esp: bool | None = optional()
    publicly_available: bool | None = optional()
    file_relevance: str | None = optional()
    potential_meme: bool | None = optional()
    annotations: frozenset[str] = flags("fileAnnotations")
    industry_classification: str | None = optional()
    original_file_hashes: tuple[OriginalHash, ...] = many("originalFileHash")
    ip_capture: IpCapture | None = optional("ipCaptureEvent")
    devices: tuple[DeviceId, ...] = many("deviceId")
    details: tuple[Details, ...] = many("details")
    additional_info: str | None = optional()
