"""The authority's schema: reading it safely, validating by it, and what it allows that may grow (flags, kinds).

The live schema is fetched by the operator (``lightkeeper ncmec fetch-xsd``) and is the truth; ours (``unofficial.xsd``)
was written from its description, serves tests and installations that have not fetched one, and says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from lxml import etree

from lightkeeper.act.reports.protocol import Fault

LARGEST: Final = 4 << 20
"""Bytes of a schema that is read at all; the one of November 2025 has less than 100 KB."""
_XS: Final = {"xs": "http://www.w3.org/2001/XMLSchema"}
_DEEPEST: Final = 12
_WHY: Final = (
    (re.compile(r"SCHEMAV_ELEMENT_CONTENT"), "it is missing, unknown, or out of order here"),
    (re.compile(r"ENUMERATION"), "it is none of the values that the schema knows"),
    (re.compile(r"MAXLENGTH|MINLENGTH|LENGTH_VALID"), "it is too long or too short"),
    (re.compile(r"PATTERN|DATATYPE|UNION"), "it is not written as the schema asks"),
    (re.compile(r"INCLUSIVE"), "it is too great or too small"),
    (re.compile(r"ATTRIBUTE|ATTR"), "an attribute is missing, unknown, or wrong"),
)


class BadSchema(ValueError):  # noqa: N818  # what it says
    """Bytes that are no schema of reports; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class ReportSchema:
    """A schema, ready to validate; ``digest`` is the SHA-256 of its bytes in hexadecimal."""

    digest: str
    compiled: etree.XMLSchema
    tree: etree._Element

    def faults(self, document: bytes) -> list[Fault]:
        """What the schema has against a document, without its values: an empty list if it is valid."""
        read = _parse(document)
        if self.compiled.validate(read):
            return []
        return [Fault(_path(error.path), _why(error.type_name)) for error in self.compiled.error_log]

    def flags(self, element: str) -> tuple[str, ...]:
        """The flags of ``reportAnnotations`` or ``fileAnnotations``, in the schema's order."""
        names = self._within(element).xpath(
            ".//xs:all/xs:element/@name | .//xs:sequence/xs:element/@name", namespaces=_XS
        )
        return tuple(str(name) for name in names)

    def values(self, element: str) -> tuple[str, ...]:
        """The values that a plain element may have, such as ``incidentType``, in the schema's order."""
        found = self._within(element).xpath(".//xs:enumeration/@value", namespaces=_XS)
        return tuple(str(value) for value in found)

    def paths(self) -> frozenset[str]:
        """Every element and attribute that a document can have: ``report/victim/schoolName``, ``…/email/@type``."""
        roots = [root for root in self.tree.findall("xs:element", _XS) if root.get("name") in {"report", "fileDetails"}]
        return frozenset(path for root in roots for path in self._paths_of(root, ""))

    def _paths_of(self, element: etree._Element, before: str) -> Iterator[str]:
        name = element.get("name") or str(element.get("ref")).rpartition(":")[2]
        path = f"{before}/{name}" if before else name
        yield path
        if path.count("/") >= _DEEPEST:
            return
        for found in self._bodies(self._declared(element)):
            for attribute in _directly(found, "attribute"):
                yield f"{path}/@{attribute.get('name')}"
            for child in _directly(found, "element"):
                yield from self._paths_of(child, path)

    def _declared(self, element: etree._Element) -> etree._Element:
        ref = element.get("ref")
        return element if ref is None else self._named("element", ref)

    def _bodies(self, element: etree._Element) -> Iterator[etree._Element]:
        """What describes the content of an element: its own complex type, a named one, and those that it extends."""
        own = element.find("xs:complexType", _XS)
        kind = element.get("type")
        body = own if own is not None else self._named_type(kind)
        while body is not None:
            yield body
            extension = body.find(".//xs:extension", _XS)
            body = self._named_type(extension.get("base")) if extension is not None else None

    def _named_type(self, name: str | None) -> etree._Element | None:
        if name is None:
            return None
        return self.tree.find(f"xs:complexType[@name='{name.rpartition(':')[2]}']", _XS)

    def _named(self, kind: str, name: str) -> etree._Element:
        found = self.tree.find(f"xs:{kind}[@name='{name.rpartition(':')[2]}']", _XS)
        if found is None:
            raise BadSchema("The schema refers to something that it does not have.")
        return found

    def _within(self, element: str) -> etree._Element:
        """The description of an element's content, wherever it is declared; the empty one of an unknown element."""
        for found in self.tree.iterfind(f".//xs:element[@name='{element}']", _XS):
            kind = (found.get("type") or "").rpartition(":")[2]
            named = self.tree.xpath(f"*[@name='{kind}']") if kind else []
            return named[0] if named else found
        return etree.Element("none")


def read_schema(content: bytes) -> ReportSchema:
    """Read a schema. Raises BadSchema with what is wrong: too large, no XML, none of reports."""
    if len(content) > LARGEST:
        raise BadSchema("The schema is larger than 4 MiB. Ask the authority whether it is right.")
    try:
        tree = _parse(content)
        if [each for kind in ("include", "import", "redefine") for each in tree.findall(f".//xs:{kind}", _XS)]:
            raise BadSchema("The schema takes in other files, which are not fetched. It was not used.")
        compiled = etree.XMLSchema(tree)
    except etree.LxmlError:
        raise BadSchema("What was read is no XML schema.") from None
    named = {str(element.get("name")) for element in tree.findall("xs:element", _XS)}
    if not {"report", "fileDetails"} <= named:
        raise BadSchema("The schema does not describe reports and files.")
    return ReportSchema(hashlib.sha256(content).hexdigest(), compiled, tree)


def unofficial_schema() -> ReportSchema:
    """Our own schema, written from the description of the authority's; never what a live report is checked by."""
    return read_schema(files("lightkeeper.act.reports.ncmec").joinpath("unofficial.xsd").read_bytes())


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    tree = etree.fromstring(content, parser)
    if tree.getroottree().docinfo.doctype:
        raise etree.XMLSyntaxError("a document type is declared", 0, 0, 0)
    return tree


def _directly(body: etree._Element, kind: str) -> Iterator[etree._Element]:
    """The elements or attributes of a complex type itself, and not those of the elements within it."""
    for child in body:
        if child.tag == f"{{{_XS['xs']}}}{kind}":
            yield child
        elif child.tag != f"{{{_XS['xs']}}}element":
            yield from _directly(child, kind)


def _path(path: str | None) -> str:
    return (path or "").lstrip("/")


def _why(kind: str) -> str:
    return next((words for pattern, words in _WHY if pattern.search(kind)), "the schema does not allow it")
