"""Every address of the installation, as the resolver has them: for the tests that walk them all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from lightkeeper.people.permissions import ACCESS

API = "/api/"
HMA = "/hma/"
_EXAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": str(uuid.UUID(int=1)), "path": "x", "": "x"}
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


class Route(NamedTuple):
    """One address: its name with its space, its pattern, and what its view says about who may see it."""

    name: str
    pattern: str
    access: str | None

    def path(self, values: Mapping[str, object] | None = None) -> str:
        """The address with these values in it, and with an example where there is none."""
        given = values or {}
        return _ARGUMENT.sub(lambda one: str(given.get(one[2], _EXAMPLES[one[1] or ""])), self.pattern)

    @property
    def api(self) -> bool:
        """Whether keys open it, not people."""
        return self.pattern.startswith((API, HMA))


def routes(urls: str | None = None) -> list[Route]:
    """All of them, of this list of addresses or of the installation's."""
    return list(_walk(get_resolver(urls).url_patterns))


def _walk(patterns: Any, path: str = "/", space: str = "") -> Iterator[Route]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{space}{pattern.name}", here, getattr(pattern.callback, ACCESS, None))
