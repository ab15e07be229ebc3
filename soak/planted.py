"""Planted strings: what platforms send is found in no log, error, metric, row or file, neither during nor after.

Everything that can carry words is given one that stands nowhere else; then everything that the service writes is
searched, also as hexadecimal and base 64: its output, its answers, its pages for machines, its data directory, its
temporary folder, the nameless files of its processes, every value of every table, and the files of PostgreSQL itself.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lightkeeper.demo import drawings
from soak import client, leaks, material
from soak.client import Answer, Gone, Link
from soak.flood import settled
from soak.leaks import Needles, Watch
from soak.scene import PATIENT, Scene, scene
from soak.service import fetch
from soak.workload import PATH

BIG_BYTES = 3 << 20
MACHINE_PAGES = ("/healthz", "/readyz", "/metrics", "/api/v1/openapi.json")


@dataclass
class Plants:
    """The words, by what they are; ``known`` is the picture on the list whose digest is planted as well."""

    words: dict[str, bytes]
    known: bytes
    listed: str
    errors: list[tuple[str, bytes]] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.words[name].decode()


def plant(seed: int) -> Plants:
    """Draw a word for everything that can carry one."""
    drawn = random.Random(f"plants:{seed}")
    names = [
        "file name", "caller id", "other id", "url path", "uploader", "reporter", "note", "comment in a picture",
        "content of a file", "big content", "listed id", "listed category", "header", "query", "json member",
        "broken json",
        "part name", "wrong key", "report id", "batch id", "batch path",
    ]  # fmt: skip
    words = {name: f"Qz{drawn.randbytes(9).hex()}".encode() for name in names}
    known = material.encoded(drawings.drawing(9000 + seed, (160, 120)))
    return Plants(words, known, material.random_rows(1, seed=seed + 5)[0][1])


def rows(plants: Plants) -> list[material.Row]:
    """A list whose values, ids and categories are planted."""
    category = plants["listed category"]
    return [
        ("sha256", material.sha256_hex(plants.known), f"{plants['listed id']},{category}"),
        ("pdq", plants.listed, f"{plants['listed id']}-2"),
        ("url", f"https://listed.example/{plants['url path']}", f"{plants['listed id']}-3"),
    ]


def needles(plants: Plants, made: Scene) -> Needles:
    """All that must be found nowhere: the words, the list's values, the clients' keys."""
    # The digest of an item stands in its row; the list's value does not stand anywhere else.
    values = {**plants.words, "a listed value": bytes.fromhex(plants.listed), "bytes of a picture": plants.known[-48:]}
    for number, access in enumerate((made.full, made.plain, made.finder)):
        values[f"the key of client {number}"] = access.key.rpartition("_")[2].encode()
        values |= {f"a signing secret of client {number}": secret for secret in access.secrets.values()}
    values["a master key"] = _master_key(made)
    return Needles(values)


def _master_key(made: Scene) -> bytes:
    text = (made.installation.data / "keys" / "master.key").read_text("ascii").split(":", 1)[1]
    return base64.b64decode(text.split()[0])


def requests(plants: Plants, made: Scene) -> Iterable[tuple[str, bytes]]:
    """Everything that carries words, good and bad, with a name for each."""
    key, word = made.full.key, plants
    picture = material.jpeg(7, size=(160, 120))
    commented = picture[:2] + _segment(word.words["comment in a picture"]) + picture[2:]
    for number, content in enumerate((commented, plants.known, word.words["content of a file"] * 40)):
        for wait in ("true", "false"):
            metadata = {
                "id": f"{word['caller id']}-{number}-{wait}", "kind": "picture", "uploader": word["uploader"],
                "context": {"visibility": "public", "country": "GB", "address": "192.0.2.77"},
            }  # fmt: skip
            name = f"{word['file name']}.jpg"
            yield (
                "upload",
                client.upload_request(f"{PATH}?wait={wait}", metadata, {"content": content}, key=key, file_name=name),
            )
    big = picture + word.words["big content"] * (BIG_BYTES // 20)
    yield (
        "big upload",
        client.upload_request(PATH, {"id": word["other id"], "kind": "picture"}, {"content": big}, key=key),
    )
    address = f"https://listed.example/{word['url path']}"
    yield (
        "address",
        client.json_request(PATH, {"id": f"{word['other id']}-url", "kind": "url", "url": address}, key=key),
    )
    items = [
        {"id": f"{word['batch id']}-{n}", "kind": "url", "url": f"https://a.example/{word['batch path']}/{n}"}
        for n in (1, 2)
    ]
    yield "batch", client.json_request(f"{PATH}/batch", items, key=key)
    report = {
        "id": word["report id"], "submission": f"{word['caller id']}-0-true", "reason": "unknown",
        "reporter": word["reporter"], "note": word["note"],
    }  # fmt: skip
    yield "user report", client.json_request("/api/v1/user-reports", report, key=key)
    lookup = {"hashes": [{"algorithm": "pdq", "value": word.listed}]}
    yield "lookup", client.json_request("/api/v1/lookups", lookup, key=made.finder.key)
    yield from _bad_requests(plants, made)


def _bad_requests(plants: Plants, made: Scene) -> Iterable[tuple[str, bytes]]:
    key, word = made.full.key, plants
    again = {"id": f"{word['caller id']}-0-true", "kind": "picture"}
    other = material.jpeg(8, size=(160, 120))
    yield (
        "conflict",
        client.upload_request(PATH, again, {"content": other}, key=key, file_name=f"{word['file name']}.jpg"),
    )
    for reason in ("submission", "reason", "note"):
        bad = {
            "id": f"{word['report id']}-{reason}",
            "submission": f"{word['other id']}-none",
            "reason": "unknown",
            reason: [word["note"]],
        }
        yield f"bad {reason}", client.json_request("/api/v1/user-reports", bad, key=key)
    yield (
        "unknown member",
        client.json_request(PATH, {"id": "x1", "kind": "url", word["json member"]: word["json member"]}, key=key),
    )
    yield (
        "broken JSON",
        client.request("POST", PATH, key=key, kind="application/json", body=b'{"' + word.words["broken json"]),
    )
    yield (
        "unknown part",
        client.upload_request(PATH, {"id": "x2", "kind": "picture"}, {word["part name"]: b"x"}, key=key),
    )
    yield "query", client.request("GET", f"{PATH}/{word['other id']}-gone?{word['query']}={word['query']}", key=key)
    yield "path", client.request("GET", f"/{word['query']}/{word['caller id']}", key=key)
    yield "wrong key", client.request("GET", f"{PATH}/{word['other id']}", key=f"lk_aaaaaaaa_{word['wrong key']}")
    head, _, rest = client.request("GET", f"{PATH}/x3", key=key).partition(b"\r\n")
    fields = b"".join(
        b"%s: %s\r\n" % (name, word.words["header"]) for name in (b"User-Agent", b"Referer", b"X-Request-Id")
    )
    yield "header", head + b"\r\n" + fields + rest
    yield "withdraw", client.json_request(f"{PATH}/{word['other id']}-url/withdraw", {}, key=key)
    yield "erase", client.request("DELETE", f"{PATH}/{word['caller id']}-0-false", key=key)


def _segment(text: bytes) -> bytes:
    """A comment of a JPEG."""
    return b"\xff\xfe" + (2 + len(text)).to_bytes(2, "big") + text


async def _send(port: int, all_requests: Iterable[tuple[str, bytes]]) -> list[tuple[str, Answer]]:
    answers = []
    for name, whole in all_requests:
        with suppress(Gone):
            link = await Link.to(port)
            answers.append((name, await _slowly(link, whole) if name == "big upload" else await link.ask(whole)))
            link.close()
    return answers


async def _slowly(link: Link, whole: bytes) -> Answer:
    """Send in pieces with pauses, so that what would be spooled lies there while the watch looks."""
    return await link.ask(whole, pieces=12, pause=0.05)


def leaked_answers(found: Needles, answers: Iterable[tuple[str, Answer]]) -> list[str]:
    """What an error repeats; a good answer may name the caller's own id, an error not even that."""
    return [
        f"{needle} in the answer {answer.status} to {name!r}"
        for name, answer in answers
        if answer.status >= 400
        for needle in sorted(found.found(answer.body + json.dumps(dict(answer.headers)).encode()))
    ]


def leaks_after(found: Needles, made: Scene) -> list[str]:
    """What stands in output, pages for machines, tables and files when all is done."""
    places: dict[str, bytes] = {"the output": made.installation.logs().encode()}
    for port in made.ports():
        places |= {f"GET {page}": fetch(port, page) for page in MACHINE_PAGES}
    faults = [f"{name} in {place}" for place, content in places.items() for name in sorted(found.found(content))]
    for column, value in made.installation.database.texts():
        faults += [f"{name} in column {column}" for name in sorted(found.found(value))]
    return faults + sorted(set(found.in_files(_files(made))))


def _files(made: Scene) -> Iterable[Path]:
    """The files to be searched: all but the keys, which lie where the operator put them."""
    folders = [made.installation.data, made.folder / "tmp", made.folder / "home"]
    if made.cluster:
        folders.append(made.cluster.folder)
    keys = made.installation.data / "keys"
    return (file for folder in folders for file in leaks.files_below(folder) if keys not in file.parents)


def run(database: str, *, seed: int = 1) -> list[str]:
    """Plant, send, search; the faults."""
    plants = plant(seed)
    with scene(
        database, rows(plants), settings={**PATIENT, "effort": "quick", "decode_workers": "1"}, fast=True
    ) as made:
        made.start(log_level="debug")
        found = needles(plants, made)
        pids = [member.pid for member in made.installation.members.values()]
        folders = [made.installation.data, made.folder / "tmp", made.folder / "home"]
        with Watch(found, lambda: folders, lambda: pids, skip=made.installation.data / "keys") as watch:
            answers = asyncio.run(_send(made.ports()[0], requests(plants, made)))
            settled(made, seconds=60)
        faults = [*leaked_answers(found, answers), *sorted(watch.found), *leaks_after(found, made)]
        statuses: Mapping[str, int] = {name: answer.status for name, answer in answers}
        print(f"{database}: {len(plants.words)} words planted, {watch.looks} looks, answers {statuses}")
        faults += [
            f"{name} was answered with {statuses.get(name)}: nothing was planted there"
            for name in ("upload", "big upload", "address", "batch", "user report", "lookup")
            if statuses.get(name, 0) not in {200, 201, 202}
        ]
    return [f"{database}: {fault}" for fault in faults]
