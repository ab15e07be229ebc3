"""The people of a report: who is reported, for whom it was meant, who may be a victim (``standards`` 1.4)."""

from __future__ import annotations

from dataclasses import dataclass

from lightkeeper.act.reports.ncmec.common import (
    AssociatedAccount,
    DeviceId,
    EstimatedLocation,
    IpCapture,
    PermanentlyDisabled,
    Person,
    TemporarilyDisabled,
)
from lightkeeper.act.reports.ncmec.fields import many, optional, required


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The person or account that is reported."""

    person: Person | None = optional("personOrUserReportedPerson")
    vehicle_description: str | None = optional(longest=300)
    esp_identifier: str | None = optional(longest=255)
    esp_service: str | None = optional(longest=100)
    compromised_account: bool | None = optional()
    screen_name: str | None = optional(longest=256)
    display_names: tuple[str, ...] = many("displayName", longest=255)
    profile_urls: tuple[str, ...] = many("profileUrl", longest=2083)
    profile_bio: str | None = optional()
    ip_captures: tuple[IpCapture, ...] = many("ipCaptureEvent")
    devices: tuple[DeviceId, ...] = many("deviceId")
    third_party_user_reported: bool | None = optional()
    prior_ct_reports: tuple[int, ...] = many("priorCTReports")
    group_identifier: str | None = optional(longest=255)
    account_temporarily_disabled: TemporarilyDisabled | None = optional()
    account_permanently_disabled: PermanentlyDisabled | None = optional()
    estimated_location: EstimatedLocation | None = optional()
    all_emails_reported: bool | None = optional()
    associated_accounts: tuple[AssociatedAccount, ...] = many("associatedAccount")
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedRecipient:
    """Somebody for whom it was meant."""

    person: Person | None = optional("intendedRecipientPerson")
    esp_identifier: str | None = optional(longest=255)
    esp_service: str | None = optional(longest=100)
    compromised_account: bool | None = optional()
    screen_name: str | None = optional(longest=256)
    display_names: tuple[str, ...] = many("displayName", longest=255)
    profile_urls: tuple[str, ...] = many("profileUrl", longest=2083)
    profile_bio: str | None = optional()
    ip_captures: tuple[IpCapture, ...] = many("ipCaptureEvent")
    devices: tuple[DeviceId, ...] = many("deviceId")
    prior_ct_reports: tuple[int, ...] = many("priorCTReports")
    group_identifier: str | None = optional(longest=255)
    account_temporarily_disabled: TemporarilyDisabled | None = optional()
    account_permanently_disabled: PermanentlyDisabled | None = optional()
    estimated_location: EstimatedLocation | None = optional()
    all_emails_reported: bool | None = optional()
    additional_info: tuple[str, ...] = many("additionalInfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """Somebody who may be a victim."""

    person: Person = required("victimPerson")
    esp_identifier: str | None = optional(longest=255)
    esp_service: str | None = optional(longest=100)
    compromised_account: bool | None = optional()
    screen_name: str | None = optional(longest=256)
    display_names: tuple[str, ...] = many("displayName", longest=255)
    profile_urls: tuple[str, ...] = many("profileUrl", longest=2083)
    profile_bio: str | None = optional()
    ip_captures: tuple[IpCapture, ...] = many("ipCaptureEvent")
    devices: tuple[DeviceId, ...] = many("deviceId")
    school_name: str | None = optional(longest=255)
    prior_ct_reports: tuple[int, ...] = many("priorCTReports")
    account_temporarily_disabled: TemporarilyDisabled | None = optional()
    account_permanently_disabled: PermanentlyDisabled | None = optional()
    estimated_location: EstimatedLocation | None = optional()
    all_emails_reported: bool | None = optional()
    associated_accounts: tuple[AssociatedAccount, ...] = many("associatedAccount")
    additional_info: str | None = optional()
