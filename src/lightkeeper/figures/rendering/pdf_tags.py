"""The structure of a PDF: what is a heading, a paragraph, a table or a picture, for whoever has it read out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas


def document_of(canvas: Canvas) -> Any:
    """The objects of a canvas' document; ReportLab has no other way to them."""
    return vars(canvas)["_doc"]


@dataclass(slots=True, eq=False)
class Element:
    """One element: its kind; what is in it: elements, and marked content as page and number; a picture's words."""

    kind: str
    kids: list[Element | tuple[int, int]] = field(default_factory=list)
    alt: str = ""
    scope: str = ""
    span: int = 1


class Tags:
    """Marks what a canvas draws, and writes the tree of it into the document at its end."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._root = Element("Document")
        self._open = [self._root]
        self._pages: list[list[Element]] = [[]]

    @contextmanager
    def element(self, kind: str, *, alt: str = "", scope: str = "", span: int = 1) -> Iterator[None]:
        """What is drawn meanwhile is in one element, over as many pages as it takes."""
        made = Element(kind, alt=alt, scope=scope, span=span)
        self._open[-1].kids.append(made)
        self._open.append(made)
        try:
            yield
        finally:
            self._open.pop()

    @contextmanager
    def content(self) -> Iterator[None]:
        """What is drawn meanwhile, on one page, is content of the open element."""
        here, page = self._open[-1], self._pages[-1]
        here.kids.append((len(self._pages) - 1, len(page)))
        self._canvas.addLiteral(f"/{here.kind} <</MCID {len(page)}>> BDC")
        page.append(here)
        yield
        self._canvas.addLiteral("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn meanwhile is said elsewhere, or says nothing."""
        self._canvas.addLiteral("/Artifact BMC")
        yield
        self._canvas.addLiteral("EMC")

    def turn(self) -> None:
        """Another page begins."""
        self._pages.append([])

    def write(self) -> None:
        """Put the tree into the document: once, after the last page."""
        document = document_of(self._canvas)
        pages = [document.Reference(page) for page in document.Pages.pages]
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        made: dict[Element, Any] = {}
        root["K"] = self._object(self._root, document.Reference(root), pages, made)
        owners: list[object] = []
        for number, elements in enumerate(self._pages):
            owners += [number, PDFArray([made[element] for element in elements])]
        root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(owners)}))
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for number, page in enumerate(document.Pages.pages):
            page.StructParents = number
            page.Tabs = PDFName("S")
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]

    def _object(self, element: Element, parent: object, pages: list[Any], made: dict[Element, Any]) -> object:
        document = document_of(self._canvas)
        entries: dict[str, object] = {"Type": PDFName("StructElem"), "S": PDFName(element.kind), "P": parent}
        written = PDFDictionary(entries)
        made[element] = document.Reference(written)
        kids: list[object] = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self._object(kid, made[element], pages, made))
            else:
                page, number = kid
                content = {"Type": PDFName("MCR"), "Pg": pages[page], "MCID": number}
                kids.append(PDFDictionary(content))
        written["K"] = PDFArray(kids)
        if element.alt:
            written["Alt"] = PDFString(element.alt)
        if element.scope or element.span > 1:
            written["A"] = _table_attributes(element)
        return made[element]


def _table_attributes(element: Element) -> PDFDictionary:
    attributes: dict[str, object] = {"O": PDFName("Table")}
    if element.scope:
        attributes["Scope"] = PDFName(element.scope)
    if element.span > 1:
        attributes["ColSpan"] = element.span
    return PDFDictionary(attributes)
