"""What persons, accounts and places are in a report: the types that several parts share (``standards`` 1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lightkeeper.act.reports.ncmec.fields import Place, attribute, many, optional, required


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail address; ``kind`` is Home, Work, Business or Recovery."""

    text: str = required(place=Place.TEXT, longest=255)
    kind: str | None = attribute("type")
    verified: bool | None = attribute()
    verification_date: datetime | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number; ``country_calling_code`` with its plus."""

    text: str = required(place=Place.TEXT, longest=50)
    kind: str | None = attribute("type")
    verified: bool | None = attribute()
    verification_date: datetime | None = attribute()
    country_calling_code: str | None = attribute()
    extension: str | None = attribute(longest=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address; ``country`` in two letters (ISO 3166)."""

    address: str | None = optional(longest=255)
    city: str | None = optional(longest=100)
    zip_code: str | None = optional(longest=20)
    state: str | None = optional()
    non_usa_state: str | None = optional(longest=100)
    country: str | None = optional()
    kind: str | None = attribute("type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as far as known; ``age`` in years."""

    first_name: str | None = optional(longest=100)
    last_name: str | None = optional(longest=100)
    phones: tuple[Phone, ...] = many("phone")
    emails: tuple[Email, ...] = many("email")
    addresses: tuple[Address, ...] = many("address")
    age: int | None = optional(at_least=0, at_most=150)
    date_of_birth: date | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPerson:
    """Whom law enforcement may ask."""

    first_name: str | None = optional(longest=100)
    last_name: str | None = optional(longest=100)
    phones: tuple[Phone, ...] = many("phone")
    emails: tuple[Email, ...] = many("email")
    addresses: tuple[Address, ...] = many("address")


@dataclass(frozen=True, slots=True, kw_only=True)
class IpCapture:
    """An address of the Internet at a moment. ``event_name``: Login, Registration, Purchase, Upload, Other, Unknown."""

    ip_address: str = required()
    event_name: str | None = optional()
    date_time: datetime | None = optional()
    possible_proxy: bool | None = optional()
    port: int | None = optional(at_least=1, at_most=65535)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceId:
    """An identifier of a device, such as an IMEI."""

    id_type: str = required(longest=255)
    id_value: str = required(longest=2083)
    event_name: str | None = optional()
    date_time: datetime | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedLocation:
    """Where somebody probably is; ``country_code`` in two letters."""

    city: str | None = optional()
    region: str | None = optional()
    country_code: str = required()
    verified: bool | None = attribute()
    timestamp: datetime | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporarilyDisabled:
    """Whether an account was disabled for a time, and since when."""

    disabled: bool = required(place=Place.TEXT)
    disabled_date: datetime | None = attribute()
    user_notified: bool | None = attribute()
    user_notified_date: datetime | None = attribute()
    reenabled_date: datetime | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermanentlyDisabled:
    """Whether an account was disabled for good, and since when."""

    disabled: bool = required(place=Place.TEXT)
    disabled_date: datetime | None = attribute()
    user_notified: bool | None = attribute()
    user_notified_date: datetime | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The platform of an associated account; ``third_party_user`` where it is not the reporter's."""

    text: str = required(place=Place.TEXT)
    third_party_user: bool | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatedAccount:
    """Another account that belongs to somebody. ``kind``: Billing, Linked, Business, Creator, Parent/Guardian, Other.

    ``approximate_age`` in years, and not beside ``date_of_birth``.
    """

    platform: Platform | None = optional()
    first_name: str | None = optional(longest=100)
    middle_name: str | None = optional(longest=100)
    last_name: str | None = optional(longest=100)
    approximate_age: int | None = optional(at_least=0, at_most=150)
    date_of_birth: date | None = optional()
    phones: tuple[Phone, ...] = many("phone")
    emails: tuple[Email, ...] = many("email")
    all_emails_reported: bool | None = optional()
    addresses: tuple[Address, ...] = many("address")
    esp_service: str | None = optional(longest=100)
    esp_identifier: str | None = optional(longest=255)
    profile_urls: tuple[str, ...] = many("profileUrl", longest=2083)
    screen_name: str | None = optional(longest=256)
    display_names: tuple[str, ...] = many("displayName", longest=255)
    profile_bio: str | None = optional()
    group_identifier: str | None = optional(longest=255)
    compromised_account: bool | None = optional()
    account_temporarily_disabled: TemporarilyDisabled | None = optional()
    account_permanently_disabled: PermanentlyDisabled | None = optional()
    ip_captures: tuple[IpCapture, ...] = many("ipCaptureEvent")
    devices: tuple[DeviceId, ...] = many("deviceId")
    prior_ct_reports: tuple[int, ...] = many("priorCTReport")
    additional_info: str | None = optional()
    kind: str = required("type", place=Place.ATTRIBUTE)
