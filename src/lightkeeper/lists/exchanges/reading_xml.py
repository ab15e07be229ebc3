"""Reading the XML of a source that may be hostile: no document types, no entities, no namespaces."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges.protocol import SourceFailed


def read_xml(body: bytes) -> ET.Element:
    """The root of a document in UTF-8, its tags without namespaces. Raises SourceFailed.

    Entities can only be declared in a document type, and a document that has one is not read. It is looked for in the
    decoded text, which is what the parser is given, so that no declared encoding hides it.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceFailed(_("The source's answer is not in UTF-8.")) from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SourceFailed(_("The source's answer declares a document type, which is not read."))
    try:
        root = ET.fromstring(text)  # noqa: S314  # without a document type there is nothing to expand
    except (ET.ParseError, ValueError):
        raise SourceFailed(_("The source's answer is not whole XML: it was cut short or is something else.")) from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root
