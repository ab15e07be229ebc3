"""What is known of somebody, as a report says it: a reported person, a possible victim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings

from lightkeeper.act.parties.identity import Identity, IpEvent
from lightkeeper.act.reports.ncmec.common import Address, DeviceId, Email, IpCapture, Person, Phone
from lightkeeper.act.reports.ncmec.people import Reported, Victim


def reported_of(identity: Identity, captures: Iterable[IpCapture] = ()) -> Reported:
    """A suspect, with the addresses on the Internet that platforms named first."""
    person = _person(identity)
    school = (identity.school,) if identity.school else ()
    return Reported(
        person=None if person == Person() else person,
        esp_identifier=identity.account or None,
        esp_service=service() if identity.account else None,
        screen_name=identity.screen_name or None,
        display_names=identity.display_names,
        profile_urls=identity.profile_urls,
        ip_captures=tuple(dict.fromkeys((*captures, *map(_capture, identity.ip_events)))),
        devices=_devices(identity),
        additional_info="\n".join((*school, *((identity.note,) if identity.note else ()))) or None,
    )


def victim_of(identity: Identity) -> Victim:
    """A possible victim."""
    return Victim(
        person=_person(identity),
        esp_identifier=identity.account or None,
        esp_service=service() if identity.account else None,
        screen_name=identity.screen_name or None,
        display_names=identity.display_names,
        profile_urls=identity.profile_urls,
        ip_captures=tuple(dict.fromkeys(map(_capture, identity.ip_events))),
        devices=_devices(identity),
        school_name=identity.school or None,
        additional_info=identity.note or None,
    )


def service() -> str | None:
    """What the platform is called in reports, as the settings say."""
    return settings.LIGHTKEEPER["report_service"] or None


def _person(identity: Identity) -> Person:
    address = Address(
        address=identity.street or None, city=identity.city or None, zip_code=identity.zip_code or None,
        country=identity.country or None,
    )  # fmt: skip
    return Person(
        first_name=identity.first_name or None,
        last_name=identity.last_name or None,
        phones=tuple(Phone(text=one) for one in identity.phones),
        emails=tuple(Email(text=one) for one in identity.emails),
        addresses=() if address == Address() else (address,),
        age=identity.age,
        date_of_birth=date.fromisoformat(identity.date_of_birth) if identity.date_of_birth else None,
    )


def _capture(one: IpEvent) -> IpCapture:
    return IpCapture(
        ip_address=one.address, event_name=one.event or None, port=one.port,
        date_time=datetime.fromisoformat(one.at) if one.at else None,
    )  # fmt: skip


def _devices(identity: Identity) -> tuple[DeviceId, ...]:
    return tuple(DeviceId(id_type=kind, id_value=value) for kind, value in identity.devices)
