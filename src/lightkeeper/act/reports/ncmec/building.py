"""From the types of a report to XML, in the binding order, and the faults of single values on the way."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from lxml import etree

from lightkeeper.act.reports.ncmec.fields import AT_LEAST, AT_MOST, LONGEST, PLACE, Place, metadata_of, name_of
from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.report import Report
from lightkeeper.act.reports.protocol import Fault

_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


class CannotBuild(ValueError):  # noqa: N818  # what it says
    """A report that cannot be written; ``faults`` say what and why, without the values."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.why}" for fault in faults))
        self.faults = faults


def build_report(report: Report) -> bytes:
    """Write a report as XML in UTF-8. Raises CannotBuild."""
    return _written("report", report)


def build_file_details(details: FileDetails) -> bytes:
    """Write what is said of a file as XML in UTF-8. Raises CannotBuild."""
    return _written("fileDetails", details)


def value_faults(name: str, value: Any) -> list[Fault]:
    """What is wrong with single values of a report or of file details, whose root element has that name."""
    return list(_faults(name, value))


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def _written(name: str, value: Any) -> bytes:
    if faults := value_faults(name, value):
        raise CannotBuild(faults)
    return etree.tostring(_element(name, value), xml_declaration=True, encoding="UTF-8")


def _element(name: str, value: Any) -> etree._Element:
    element = etree.Element(name)
    if not dataclasses.is_dataclass(value):
        element.text = _text(value)
        return element
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if held is None or held == () or held == frozenset():
            continue
        _put(element, field, held)
    return element


def _put(element: etree._Element, field: dataclasses.Field[Any], held: Any) -> None:
    place, name = metadata_of(field)[PLACE], name_of(field)
    if place is Place.ATTRIBUTE:
        element.set(name, _text(held))
    elif place is Place.TEXT:
        element.text = _text(held)
    elif place is Place.FLAGS:
        around = etree.SubElement(element, name)
        for flag in sorted(held):
            etree.SubElement(around, flag)
    else:
        element.extend(_element(name, one) for one in (held if isinstance(held, tuple) else (held,)))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))


def _faults(path: str, value: Any) -> Iterator[Fault]:
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if held is None:
            continue
        several = isinstance(held, tuple)
        for number, one in enumerate(held if several else (held,), start=1):
            where = f"{path}/{name_of(field)}" + (f"[{number}]" if several else "")
            if dataclasses.is_dataclass(one):
                yield from _faults(where, one)
            else:
                yield from (Fault(where, why) for why in _value_faults(field, one))


def _value_faults(field: dataclasses.Field[Any], value: Any) -> Iterator[str]:
    said = metadata_of(field)
    longest, least, most = said.get(LONGEST), said.get(AT_LEAST), said.get(AT_MOST)
    if isinstance(value, str):
        if not value.strip():
            yield "it is blank: leave it out, or say something"
        if longest is not None and len(value) > longest:
            yield f"it has {len(value)} characters, and at most {longest} are taken"
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            yield "its time has no zone"
    elif isinstance(value, int) and not isinstance(value, bool):
        if least is not None and value < least:
            yield f"it is less than {least}"
        if most is not None and value > most:
            yield f"it is more than {most}"
