"""One source of each kind, running, with an exchange of its own and what its entries are when all went well."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from lightkeeper.lists.exchanges.tests.making import made
from lightkeeper.lists.exchanges.tests.servers import feed, graph, ncmec, serving, stopncii
from lightkeeper.lists.exchanges.tests.servers.serving import Server
from lightkeeper.lists.types import ExchangeKind

ALL = range(10)


@dataclass
class Scene:
    """A source that runs, its exchange, and what its entries are when all went well."""

    app: Any
    server: Server
    options: dict[str, Any]
    kind: ExchangeKind
    credentials: dict[str, str]
    wanted: set[tuple[str, bytes, str]]
    exchange: int = field(default=0)

    def begin(self) -> Scene:
        self.exchange = made(self.kind, self.options, self.credentials)
        return self


def _ncmec(stack: ExitStack) -> Scene:
    app = ncmec.Ncmec([ncmec.drawn(number, "MD5") for number in ALL], size=4)
    server = stack.enter_context(serving.serving(app))
    wanted = {("md5", ncmec.value(number, "MD5"), f"42/entry{number}") for number in ALL}
    credentials = {"username": ncmec.USER, "password": ncmec.PASSWORD}
    return Scene(app, server, {"address": server.address}, ExchangeKind.NCMEC, credentials, wanted)


def _stopncii(stack: ExitStack) -> Scene:
    app = stopncii.StopNcii([stopncii.drawn(number) for number in ALL])
    server = stack.enter_context(serving.serving(app))
    wanted = {("pdq", stopncii.value(number), "") for number in ALL}
    return Scene(app, server, {"address": server.address}, ExchangeKind.STOPNCII, stopncii.CREDENTIALS, wanted)


def _graph(stack: ExitStack) -> Scene:
    app = graph.Graph([graph.drawn(number) for number in ALL])
    server = app.server = stack.enter_context(serving.serving(app))
    options = {"address": server.address, "privacy_group": graph.GROUP}
    wanted = {("pdq", graph.value(number), str(9000 + number)) for number in ALL}
    return Scene(app, server, options, ExchangeKind.THREATEXCHANGE, {"token": graph.TOKEN}, wanted)


def _feed(stack: ExitStack, *, whole: bool = True) -> Scene:
    app = feed.Feed([feed.drawn(number) for number in ALL], size=4)
    server = stack.enter_context(serving.serving(app))
    fields = {"algorithm": "kind", "value": "hash", "id": "name", "time": "at"}
    options = {
        "address": f"{server.address}/list", "format": "json", "records": "found.rows", "header": "X-Key",
        "fields": fields, "cursor_path": "next", "cursor_parameter": "after", "whole": whole,
        **({} if whole else {"since_parameter": "since"}),
    }  # fmt: skip
    wanted = {("md5", feed.value(number), f"row{number}") for number in ALL}
    return Scene(app, server, options, ExchangeKind.FEED, {"header_value": feed.KEY}, wanted)


SOURCES: dict[str, Callable[[ExitStack], Scene]] = {
    "ncmec": _ncmec, "stopncii": _stopncii, "threatexchange": _graph, "feed": _feed,
    "new": lambda stack: _feed(stack, whole=False),
}  # fmt: skip
