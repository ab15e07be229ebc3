"""A slow platform has few places, a failing one rests, and neither holds up another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.act.lanes import FAILURES, LONGEST_WAIT, SLOW_PLACES, SLOW_SECONDS, WIDTH, Lanes


def prove(lanes: Lanes, client_id: int, *, now: float = 0.0) -> None:
    """Its platform answers quickly."""
    assert lanes.enter(client_id, now=now) == 0
    lanes.leave(client_id, seconds=0.01, failed=False, now=now)


def test_a_platform_has_one_place_until_it_answered() -> None:
    lanes = Lanes()
    assert lanes.enter(1, now=0.0) == 0
    assert lanes.enter(1, now=0.0) > 0
    lanes.leave(1, seconds=0.01, failed=False, now=0.01)
    assert [lanes.enter(1, now=0.02) for _ in range(WIDTH)] == [0.0] * WIDTH


def test_slow_platforms_together_have_few_places_and_a_quick_one_has_its_own() -> None:
    lanes = Lanes()
    prove(lanes, 99)
    entered = [client for client in range(20) if lanes.enter(client, now=0.0) == 0]
    assert len(entered) == SLOW_PLACES
    assert lanes.enter(99, now=0.0) == 0
    lanes.leave(entered[0], seconds=10.0, failed=True, now=10.0)
    lanes.leave(99, seconds=0.01, failed=False, now=10.0)
    assert lanes.enter(15, now=10.0) == 0
    assert lanes.enter(16, now=10.0) > 0


def test_a_quick_platform_that_hangs_is_a_slow_one_before_it_answers() -> None:
    lanes = Lanes()
    prove(lanes, 1)
    assert lanes.enter(1, now=1.0) == 0
    assert lanes.enter(1, now=1.1) == 0
    assert lanes.enter(1, now=1.1 + SLOW_SECONDS) > 0
    assert lanes.enter(2, now=1.1 + SLOW_SECONDS) > 0


def test_a_lane_has_a_few_places_and_another_lane_its_own() -> None:
    lanes = Lanes()
    prove(lanes, 1)
    assert [lanes.enter(1, now=0.0) for _ in range(WIDTH)] == [0.0] * WIDTH
    assert lanes.enter(1, now=0.0) > 0
    assert lanes.enter(2, now=0.0) == 0


def test_who_waits_is_given_a_later_time_each() -> None:
    lanes = Lanes()
    for _ in range(WIDTH):
        lanes.enter(1, now=0.0)
    waits = [lanes.enter(1, now=0.0) for _ in range(50)]
    assert waits == sorted(waits)
    assert waits[-1] > waits[10] > 0


def test_a_slow_platform_has_one_place() -> None:
    lanes = Lanes()
    for now in range(20):
        assert lanes.enter(1, now=float(now * 10)) == 0
        lanes.leave(1, seconds=5.0, failed=False, now=float(now * 10 + 5))
    assert lanes.enter(1, now=500.0) == 0
    assert lanes.enter(1, now=500.0) > 0


def test_a_failing_platform_rests_longer_each_time_and_is_tried_one_at_a_time() -> None:
    lanes, now, rests = Lanes(), 0.0, []
    for _ in range(FAILURES + 12):
        while wait := lanes.enter(1, now=now):
            rests.append(wait)
            now += wait
        lanes.leave(1, seconds=0.1, failed=True, now=now)
    assert max(rests) == LONGEST_WAIT
    now += LONGEST_WAIT
    assert lanes.enter(1, now=now) == 0
    assert lanes.enter(1, now=now) > 0


def test_one_success_opens_the_lane() -> None:
    lanes = Lanes()
    for _ in range(FAILURES + 5):
        lanes.enter(1, now=0.0)
        lanes.leave(1, seconds=0.1, failed=True, now=0.0)
        lanes._lanes[1].rests_until = 0.0
    lanes.enter(1, now=0.0)
    lanes.leave(1, seconds=0.1, failed=False, now=0.0)
    assert [lanes.enter(1, now=0.0) for _ in range(WIDTH)] == [0.0] * WIDTH


@given(st.lists(st.tuples(st.booleans(), st.floats(0.001, 30), st.booleans(), st.floats(0, 100)), max_size=80))
def test_never_more_than_the_lane_is_wide_and_never_an_endless_wait(
    steps: list[tuple[bool, float, bool, float]],
) -> None:
    lanes, now, busy = Lanes(), 0.0, 0
    for enter, seconds, failed, pause in steps:
        now += pause
        if enter or not busy:
            wait = lanes.enter(1, now=now)
            assert 0 <= wait <= LONGEST_WAIT
            busy += wait == 0
            assert busy <= WIDTH
        else:
            lanes.leave(1, seconds=seconds, failed=failed, now=now)
            busy -= 1
