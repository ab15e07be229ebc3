"""What must be true when all has been worked off, whatever was killed meanwhile.

Every check is a function of the `Evidence` that gives faults in words, none where all is well; `tests/test_checks.py`
plants a fault for each and sees that it is found.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from soak import leaks, material, workload
from soak.database import Database
from soak.receiver import Delivery
from soak.service import Installation
from soak.workload import Kind, Piece

Check = Callable[["Evidence"], list[str]]
FINISHED = "intake:submission:finished"
OPENED = "review:case:opened"
JOINED = "review:case:joined"
CALLBACK = "submission.finished"
UNSCHEDULED = "COALESCE(SUBSTR(key, 1, 9), '') <> 'schedule:'"
"""Work rows that something happened for; the others come again and again."""
SWEPT_SECONDS = 2 * 3600
MOST = 5
"""Faults of one check that are told one by one."""


@dataclass(frozen=True)
class Evidence:
    """What is checked: what was sent and answered, what was called back, and the installation.

    ``detailed`` are the ids that a client with the scope ``detail`` sent. ``secrets`` sign callbacks, by key id.
    """

    installation: Installation
    pieces: Sequence[Piece]
    answers: Mapping[str, Mapping[str, Any]]
    detailed: frozenset[str]
    deliveries: Sequence[Delivery]
    secrets: Mapping[str, bytes]

    @property
    def database(self) -> Database:
        """The installation's database."""
        return self.installation.database


def answers_are_right(evidence: Evidence) -> list[str]:
    """Every submission ended once, with the expected answer and no more than its caller may know."""
    faults = []
    for piece in evidence.pieces:
        answer = evidence.answers.get(piece.identifier)
        if answer is None:
            faults.append(f"{piece.identifier} ({piece.kind}) has no answer")
        elif piece.identifier not in evidence.detailed:
            if dict(answer) != {"id": piece.identifier, "state": piece.state}:
                faults.append(f"{piece.identifier} ({piece.kind}) without detail: {dict(answer)}")
        elif (answer["state"], answer.get("outcome"), answer.get("case_id") is not None) != (
            piece.state, piece.outcome, piece.case,
        ):  # fmt: skip
            faults.append(f"{piece.identifier} ({piece.kind}): {dict(answer)}")
    return faults


def rows_are_finished(evidence: Evidence) -> list[str]:
    """As many submissions as were sent are stored, each finished, the outcomes those that were expected."""
    wanted = Counter(("finished", piece.outcome) for piece in evidence.pieces)
    rows = evidence.database.rows(
        "SELECT state, outcome, COUNT(*) AS many FROM intake_submission GROUP BY state, outcome"
    )
    found = Counter({(row["state"], row["outcome"]): row["many"] for row in rows})
    return [] if found == wanted else [f"submissions are {dict(found)}, should be {dict(wanted)}"]


def one_case_an_item(evidence: Evidence) -> list[str]:
    """Each found item has one case, with one sighting for each submission of it; nothing else has a case."""
    wanted = sorted(Counter(piece.item for piece in evidence.pieces if piece.case).values())
    query = "SELECT i.item_id, COUNT(DISTINCT i.case_id) AS cases, COUNT(s.id) AS sightings"
    query += " FROM review_caseitem i LEFT JOIN review_sighting s ON s.case_item_id = i.id GROUP BY i.item_id"
    rows = evidence.database.rows(query)
    faults = [f"item {row['item_id']} has {row['cases']} cases" for row in rows if row["cases"] != 1]
    found = sorted(row["sightings"] for row in rows)
    if found != wanted:
        faults.append(f"sightings a case {Counter(found)}, should be {Counter(wanted)}")
    cases = defaultdict(set)
    for piece in evidence.pieces:
        if piece.case and piece.identifier in evidence.detailed and piece.identifier in evidence.answers:
            cases[piece.item].add(evidence.answers[piece.identifier]["case_id"])
    return faults + [f"one item was answered with {len(ids)} cases" for ids in cases.values() if len(ids) != 1]


def no_work_is_left(evidence: Evidence) -> list[str]:
    """No work row is dead or leased, and none but a scheduled one waits."""
    query = "SELECT kind, state, last_error, COUNT(*) AS many FROM runtime_work"
    query += f" WHERE state = 'dead' OR (state <> 'done' AND {UNSCHEDULED}) GROUP BY kind, state, last_error"
    return [
        f"{row['many']} rows of {row['kind']} are {row['state']} ({row['last_error']})"
        for row in evidence.database.rows(query)
    ]


def every_callback_came(evidence: Evidence) -> list[str]:
    """Each submission's end was called back, signed, with the right answer; the service knows all as delivered."""
    faults = []
    told: dict[str, Mapping[str, Any]] = {}
    for delivery in evidence.deliveries:
        if not delivery.signed_by(evidence.secrets):
            faults.append(f"a delivery is not signed by any of {len(evidence.secrets)} keys")
        elif delivery.done in {"accept", "slow"}:
            payload = delivery.json()
            told[payload["id"]] = payload
    for piece in evidence.pieces:
        if piece.identifier not in told:
            faults.append(f"{piece.identifier} ({piece.kind}) was never called back")
        elif told[piece.identifier]["state"] != piece.state:
            faults.append(f"{piece.identifier} ({piece.kind}) was called back as {told[piece.identifier]}")
    faults += [f"a callback for {unknown}, which was not sent" for unknown in set(told) - _ids(evidence)]
    waiting = evidence.database.rows("SELECT state, COUNT(*) AS many FROM act_callback GROUP BY state")
    found = {row["state"]: row["many"] for row in waiting}
    if found != {"delivered": len(evidence.pieces)}:
        faults.append(f"callbacks are {found}, should be {len(evidence.pieces)} delivered")
    return faults


def no_second_effect(evidence: Evidence) -> list[str]:
    """One idempotency id for each act that is told, always with the same body, and an item's acts in order."""
    faults = []
    bodies: dict[str, bytes] = {}
    acts: dict[tuple[str, str], set[str]] = defaultdict(set)
    highest: dict[str, int] = defaultdict(int)
    for delivery in evidence.deliveries:
        payload = delivery.json()
        identifier, sequence = payload["id"], payload["sequence"]
        if bodies.setdefault(delivery.idempotency_id, delivery.body) != delivery.body:
            faults.append(f"{identifier}: one idempotency id with two bodies")
        acts[identifier, payload["event"]].add(delivery.idempotency_id)
        if sequence < highest[identifier]:
            faults.append(f"{identifier}: {sequence} came after {highest[identifier]}")
        highest[identifier] = max(sequence, highest[identifier])
    return faults + [
        f"{name} was told as {event} {len(ids)} times" for (name, event), ids in acts.items() if len(ids) > 1
    ]


def audit_verifies(evidence: Evidence) -> list[str]:
    """The chain is whole, and nothing is unsealed."""
    try:
        evidence.installation.run("audit", "verify")
    except RuntimeError as error:
        return [str(error)]
    unsealed = evidence.database.number("SELECT COUNT(*) FROM record_unsealed")
    return [f"{unsealed} events are not sealed"] if unsealed else []


def one_event_an_act(evidence: Evidence) -> list[str]:
    """The trail says once of each submission that it finished, of each case that it opened, and of each joining one."""
    faults = []
    cases = evidence.database.number("SELECT COUNT(*) FROM review_case")
    for event, wanted in ((FINISHED, len(evidence.pieces)), (OPENED, cases)):
        query = "SELECT subject_id, COUNT(*) AS many FROM record_auditevent WHERE event = %s GROUP BY subject_id"
        rows = evidence.database.rows(query, [event])
        faults += [f"{event} was written {row['many']} times for one act" for row in rows if row["many"] != 1]
        if len(rows) != wanted:
            faults.append(f"{event} was written for {len(rows)} subjects, should be {wanted}")
    acts = evidence.database.rows("SELECT id FROM record_auditevent WHERE event IN (%s, %s)", [OPENED, JOINED])
    sightings = evidence.database.number("SELECT COUNT(*) FROM review_sighting")
    if len(acts) != sightings:
        faults.append(f"cases were opened or joined {len(acts)} times, should be {sightings}")
    return faults


def vault_is_clean(evidence: Evidence) -> list[str]:
    """No row of the vault is alive (hash-only keeps nothing), and no file holds content in clear."""
    alive = evidence.database.number("SELECT COUNT(*) FROM record_vaultobject WHERE destroyed_at IS NULL")
    faults = [f"{alive} objects are still kept though the service is hash-only"] if alive else []
    needles = leaks.Needles(clear_needles(evidence.pieces))
    for folder in (
        evidence.installation.data,
        evidence.installation.folder / "tmp",
        evidence.installation.folder / "home",
    ):
        faults += needles.in_files(leaks.files_below(folder))
    return faults


def nothing_outlives_the_sweep(evidence: Evidence) -> list[str]:
    """What a killed process left in the vault is removed once it is an hour old. Writes an event, so it comes last."""
    vault = evidence.installation.data / "vault"
    long_ago = time.time() - SWEPT_SECONDS
    for file in leaks.files_below(vault):
        os.utime(file, (long_ago, long_ago))
    evidence.installation.python(
        "from lightkeeper.record.services import sweep_vault; sweep_vault(); sweep_vault(objects=True)"
    )
    left = sorted(str(file.relative_to(vault)) for file in leaks.files_below(vault))
    return [f"{len(left)} files of the vault belong to nothing and are not swept: {left[:MOST]}"] if left else []


def clear_needles(pieces: Sequence[Piece]) -> dict[str, bytes]:
    """What stands in submissions and may stand in no file: pieces of pictures, ids, addresses."""
    numbers = [*range(workload.KNOWN), *range(workload.FIRST_NEAR, workload.FIRST_NEAR + workload.KNOWN)]
    needles = {f"picture {number}": material.jpeg(number)[-64:] for number in numbers}
    needles |= {"an address": b"listed.example", "another address": b"other.example", "an uploader": b"person-of-"}
    return needles | {f"the id of {piece.kind}": piece.identifier.encode() for piece in pieces[: len(Kind)]}


def _ids(evidence: Evidence) -> set[str]:
    return {piece.identifier for piece in evidence.pieces}


CHECKS: tuple[Check, ...] = (
    answers_are_right, rows_are_finished, one_case_an_item, no_work_is_left, every_callback_came, no_second_effect,
    audit_verifies, one_event_an_act, vault_is_clean,
)  # fmt: skip


def judge(evidence: Evidence, checks: Sequence[Check] = CHECKS) -> list[str]:
    """All faults, each with its check's name; of one check at most `MOST` one by one."""
    faults = []
    for check in checks:
        found = check(evidence)
        faults += [f"{check.__name__}: {fault}" for fault in found[:MOST]]
        if len(found) > MOST:
            faults.append(f"{check.__name__}: and {len(found) - MOST} more")
    return faults
