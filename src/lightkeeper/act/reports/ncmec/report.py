"""A whole report, part by part in its order (``standards`` 1.4 and 1.5). What must not be together, ``rules`` says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.act.reports.ncmec.common import Address, ContactPerson, IpCapture, Person
from lightkeeper.act.reports.ncmec.fields import Place, attribute, flags, many, optional, required
from lightkeeper.act.reports.ncmec.people import IntendedRecipient, Reported, Victim

MEME: Final = "VIRAL_POTENTIAL_MEME"
"""The reason of a batched report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batched:
    """Says that one file is reported with the many accounts that shared it."""

    reason: str = required(place=Place.ATTRIBUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What happened and when. ``escalate_to_high_priority``: why a child is in danger now; its presence escalates."""

    incident_type: str = required()
    platform: str | None = optional(longest=256)
    escalate_to_high_priority: str | None = optional(longest=3000)
    annotations: frozenset[str] = flags("reportAnnotations")
    incident_date_time: datetime = required()
    incident_date_time_description: str | None = optional(longest=3000)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """On a page of the web."""

    urls: tuple[str, ...] = many("url", longest=2083)
    additional_info: str | None = optional()
    third_party_hosted_content: bool | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailIncident:
    """By e-mail; each address also belongs to somebody of the report."""

    email_addresses: tuple[str, ...] = many("emailAddress", longest=255)
    content: str | None = optional()
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsgroup:
    """In a newsgroup."""

    name: str | None = optional(longest=255)
    email_addresses: tuple[str, ...] = many("emailAddress", longest=255)
    content: str | None = optional()
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """In a chat; ``content`` holds the messages that a person marked as evidence, and no others."""

    chat_client: str | None = optional(longest=255)
    chat_room_name: str | None = optional(longest=255)
    content: str | None = optional()
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaming:
    """In a game."""

    game_name: str | None = optional(longest=255)
    console: str | None = optional(longest=255)
    content: str | None = optional()
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPhone:
    """By telephone; degrees north and east."""

    phone_number: str | None = optional(longest=50)
    latitude: str | None = optional()
    longitude: str | None = optional()
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInternet:
    """Not on the Internet."""

    location_name: str | None = optional(longest=255)
    incident_addresses: tuple[Address, ...] = many("incidentAddress")
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerToPeer:
    """In a peer-to-peer network."""

    client: str | None = optional(longest=255)
    ip_captures: tuple[IpCapture, ...] = many("ipCaptureEvent")
    file_names: str | None = optional()
    additional_info: str | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class InternetDetails:
    """Where it happened: exactly one of these."""

    web_page: WebPage | None = optional("webPageIncident")
    email: EmailIncident | None = optional("emailIncident")
    newsgroup: Newsgroup | None = optional("newsgroupIncident")
    chat: Chat | None = optional("chatImIncident")
    gaming: Gaming | None = optional("onlineGamingIncident")
    cell_phone: CellPhone | None = optional("cellPhoneIncident")
    non_internet: NonInternet | None = optional("nonInternetIncident")
    peer_to_peer: PeerToPeer | None = optional("peer2peerIncident")


@dataclass(frozen=True, slots=True, kw_only=True)
class InternationalProcess:
    """Whether a foreign authority served legal process; ``flea_country`` says of which country, in two letters."""

    served: bool = required(place=Place.TEXT)
    flea_country: str | None = attribute()


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEnforcement:
    """What police or prosecutors know already."""

    agency_name: str = required(longest=255)
    case_number: str | None = optional(longest=100)
    officer_contact: ContactPerson | None = optional()
    reported_to_le: bool | None = optional()
    served_legal_process_domestic: bool | None = optional()
    served_legal_process_international: InternationalProcess | None = optional()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports: a person with an e-mail address, and whom law enforcement may ask instead."""

    reporting_person: Person = required()
    contact_person: ContactPerson | None = optional()
    company_template: str | None = optional()
    terms_of_service: str | None = optional(longest=3000)
    legal_url: str | None = optional("legalURL", longest=2083)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report. Only what happened, when, and an address of the reporter are required; little more helps nobody."""

    batched: Batched | None = optional("batchedReport")
    summary: Summary = required("incidentSummary")
    internet_details: tuple[InternetDetails, ...] = many("internetDetails")
    law_enforcement: LawEnforcement | None = optional()
    reporter: Reporter = required()
    reported: tuple[Reported, ...] = many("personOrUserReported")
    intended_recipients: tuple[IntendedRecipient, ...] = many("intendedRecipient")
    victims: tuple[Victim, ...] = many("victim")
    additional_info: str | None = optional()
