"""What is drawn by a seed is the same each time, and leaves nothing out."""

from __future__ import annotations

from collections import Counter

from soak import client, flood, fuzz, killing, workload
from soak.workload import Kind


def test_every_victim_dies_and_the_last_blow_falls_when_all_was_sent() -> None:
    blows = killing.plan(2000, 60, 3, database=True)
    assert blows == killing.plan(2000, 60, 3, database=True)
    assert Counter(blow.victim for blow in blows) == dict.fromkeys(
        ["server", "worker", "head", "part", "everything", "database"], 10
    )
    assert [blow.after for blow in blows] == sorted(blow.after for blow in blows)
    assert blows[-1].after == 2000
    assert "database" not in {blow.victim for blow in killing.plan(40, 8, 3, database=False)}


def test_a_workload_has_every_kind_and_expects_what_the_list_knows() -> None:
    pieces = list(workload.pieces(60, 5, ["lk_a_1", "lk_b_2"]))
    assert pieces == list(workload.pieces(60, 5, ["lk_a_1", "lk_b_2"]))
    assert {piece.kind for piece in pieces} == set(Kind)
    assert len({piece.identifier for piece in pieces}) == 60
    known = {value for algorithm, value, _ in workload.rows(more=3) if algorithm in {"sha256", "url"}}
    for piece in pieces:
        listed = piece.kind in {Kind.KNOWN, Kind.LISTED_URL}
        assert (piece.item in known) == listed
        assert piece.case == (listed or piece.kind is Kind.NEAR)
        assert (piece.state == "withheld") == (piece.kind is Kind.KNOWN)
        assert (b"wait=true" in piece.whole) == piece.wait
    assert {piece.again for piece in pieces} == {piece.wait for piece in pieces} == {True, False}


def test_fuzzed_bodies_are_of_every_kind_and_the_same_for_a_seed() -> None:
    cases = list(fuzz.cases(90, 2, "lk_a_1"))
    assert cases == list(fuzz.cases(90, 2, "lk_a_1"))
    assert set(Counter(case.name for case in cases).values()) == {10}
    assert len({case.whole for case in cases}) > 80


def test_a_fuzzed_answer_is_a_fault_where_it_is_no_problem() -> None:
    case = fuzz.Case("x", b"POST / HTTP/1.1\r\n\r\n")
    good = b'{"type":"about:blank","title":"t","status":400,"detail":"d"}'
    problem = {"content-type": "application/problem+json"}
    assert fuzz.is_problem(client.Answer(400, problem, good), case)
    assert not fuzz.is_problem(client.Answer(400, {"content-type": "text/html"}, good), case)
    assert not fuzz.is_problem(client.Answer(400, problem, b"{}"), case)


def test_memory_that_grows_is_told_from_memory_that_is_warm() -> None:
    mega = 1 << 20
    warm = [(float(second), 300 * mega + min(second, 20) * 5 * mega) for second in range(100)]
    leaking = [(float(second), 300 * mega + second * mega) for second in range(100)]
    noisy = [(float(second), 300 * mega + (second % 7) * 3 * mega) for second in range(100)]
    assert flood.judge("server", warm).flat
    assert not flood.judge("server", leaking).flat
    assert flood.judge("server", noisy).flat
    assert flood.judge("server", []).flat
    assert "GROWS" in flood.judge("server", leaking).line()
