"""No answer is an oracle: without the scope detail a match looks like a clear item, in every byte and at its pace."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lightkeeper.act.models import Callback
from lightkeeper.act.services import set_address
from lightkeeper.intake.outcomes import FINISHED_EVENT
from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.services import rescan
from lightkeeper.intake.tests.conftest import LISTED, LISTED_URL, TRIAL, VETTED_BYTES, import_rows, pdq_of, sha256_of
from lightkeeper.intake.tests.platform import OPERATOR, Platform, body_of, edited, picture
from lightkeeper.lists import freshness
from lightkeeper.people.tests.clients_made import forget


@pytest.mark.parametrize("wait", [True, False])
def test_match_possible_and_clear_look_the_same(platform: Platform, keeping: None, *, wait: bool) -> None:
    contents = [picture(50), picture(LISTED), edited(LISTED), picture(TRIAL), b"no picture"]
    answers = [platform.submit(f"a-{number}", content, wait=wait) for number, content in enumerate(contents)]
    told = {
        (answer.status_code, answer.content.replace(f"a-{number}".encode(), b"a"), _headers(answer, f"a-{number}"))
        for number, answer in enumerate(answers)
    }
    assert len(told) == 1
    asked = {
        (platform.get(f"a-{number}").content.replace(f"a-{number}".encode(), b"a")) for number in range(len(contents))
    }
    assert len(asked) == 1


def test_withheld_accepted_and_refused_have_one_length_and_two_keys(platform: Platform) -> None:
    answers = [
        platform.submit("aa", picture(50)),
        platform.submit("bb", picture(VETTED_BYTES)),
        platform.submit("cc", picture(50), surface="nowhere"),
        platform.url("dd", LISTED_URL),
        platform.get("bb"),
        platform.get("cc"),
        platform.send("POST", "/submissions/bb/withdraw"),
    ]
    assert [body_of(answer)["state"] for answer in answers] == [
        "accepted", "withheld", "refused", "accepted", "withheld", "refused", "withheld",
    ]  # fmt: skip
    assert all(set(body_of(answer)) == {"id", "state"} for answer in answers)
    assert len({len(answer.content) for answer in answers}) == 1
    assert len({(answer.status_code, _headers(answer, "")) for answer in answers}) == 1


def _headers(answer: object, name: str) -> tuple[tuple[str, str], ...]:
    items = answer.headers.items()  # type: ignore[attr-defined]
    return tuple(sorted((key, value.replace(name, "a") if name else value) for key, value in items))


@pytest.mark.parametrize("passed", [0.001, 0.2, 0.2499, 0.25, 0.6])
def test_answers_leave_on_multiples_of_the_step(
    monkeypatch: pytest.MonkeyPatch, transactional_db: None, configure: Callable[..., None], passed: float
) -> None:
    configure(wait_step_ms=250)
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    pace = Pace()
    clock[0] += passed
    pace.release()
    steps = (passed + slept[0]) / 0.25
    assert steps == pytest.approx(round(steps))
    assert 0 < slept[0] <= 0.25 + 1e-9


def test_a_later_list_calls_back_only_where_that_says_no_more_than_the_answer(platform: Platform) -> None:
    set_address(
        client_id=platform.client_id, url="https://platform.example/hook", events=[FINISHED_EVENT], actor=OPERATOR
    )
    forget()
    platform.submit("near", picture(60))
    platform.submit("near-told", picture(60), key=platform.detailed)
    platform.submit("equal", picture(61))
    platform.url("address", "https://pictures.example/later")
    Callback.objects.all().delete()
    rows = [("pdq", pdq_of(60)), ("sha256", sha256_of(61)), ("url", "https://pictures.example/later")]
    import_rows("a vetted list", rows)
    freshness.refresh()
    assert rescan() == 4
    assert Callback.objects.count() == 2  # near-told, which has detail, and equal, which is withheld now


@pytest.mark.parametrize(("items", "sent_for"), [(1, 0.249), (1, 7.0), (100, 0.249)])
def test_nobody_can_bring_the_writing_of_a_match_close_to_a_step(
    monkeypatch: pytest.MonkeyPatch, transactional_db: None, configure: Callable[..., None], items: int, sent_for: float
) -> None:
    configure(wait_step_ms=250)
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def released(*, searching: float, writing: float) -> float:
        """Seconds from the request's last byte to its answer."""
        pace, begun = Pace(), clock[0]
        clock[0] = begun + sent_for  # the sender holds the last byte back as long as it likes
        pace.received()
        clock[0] += searching
        pace.searched(items)
        clock[0] += writing
        return clock[0] + pace.until_release() - begun - sent_for

    for milliseconds in range(1, 500, 7):
        clear = released(searching=milliseconds / 1000, writing=0.001 * items)
        match = released(searching=milliseconds / 1000, writing=0.0075 * items)
        assert clear == pytest.approx(match)


def test_a_submission_is_paced_from_its_last_byte_and_its_search(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[object] = []
    monkeypatch.setattr(Pace, "received", lambda _: noted.append("received"))
    monkeypatch.setattr(Pace, "searched", lambda _, items: noted.append(items))
    platform.submit("a", picture(50))
    platform.url("b", LISTED_URL)
    assert noted == ["received", 1, "received", 1]


@pytest.mark.parametrize("number", [50, VETTED_BYTES])
def test_every_answer_with_wait_is_released_on_a_step(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    released = []
    monkeypatch.setattr(Pace, "release", lambda _: released.append(1))
    platform.submit("a", picture(number))
    platform.submit("b", picture(number), surface="nowhere")
    platform.url("c", LISTED_URL)
    platform.send("DELETE", "/submissions/a")
    assert len(released) == 4


def test_what_is_not_done_in_time_is_answered_202_and_done_later(
    platform: Platform, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from lightkeeper.intake import scanning, waiting
    from lightkeeper.intake.models import Submission
    from lightkeeper.intake.services import scan

    configure(wait_limit_ms=100)
    gate = threading.Event()
    real = scanning.search_bytes

    def slow(*given: object) -> object:
        gate.wait(10)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(waiting, "search_bytes", slow)
    answer = platform.submit("a", picture(VETTED_BYTES))
    gate.set()
    assert (answer.status_code, answer["Location"]) == (202, "/api/v1/submissions/a")
    scan(Submission.objects.get().pk)
    assert body_of(platform.get("a"))["state"] == "withheld"


def test_neither_shape_nor_time_tells_a_hit_from_a_near_hit_from_a_miss(
    platform: Platform, keeping: None, configure: Callable[..., None]
) -> None:
    """Ranks of the times of 10 answers of each kind, interleaved: by chance they differ so much once in 1,000 runs."""
    configure(wait_step_ms=400)
    kinds = {"hit": VETTED_BYTES, "near": LISTED, "miss": 50}
    shapes, times = set(), []
    for turn in range(10):
        for kind, number in kinds.items():
            content = picture(number) if kind == "hit" else edited(number)
            name, before = f"{kind:-<4}-{turn:02}", time.perf_counter()
            answer = platform.submit(name, content)
            times.append((time.perf_counter() - before, kind))
            state = body_of(answer)["state"]
            assert state == ("withheld" if kind == "hit" else "accepted")  # this alone may differ
            told = answer.content.replace(name.encode(), b"a").replace(state.encode(), b"")
            shapes.add((answer.status_code, told, _headers(answer, name)))
    assert len(shapes) == 1
    assert _kruskal_wallis(times) < 13.8  # chi-squared with two degrees of freedom, p = 0.001


def _kruskal_wallis(times: list[tuple[float, str]]) -> float:
    """H of Kruskal and Wallis (1952) for the times of each kind: how unlikely their ranks are if all are alike.

    Times are told apart by milliseconds, as somebody at the other end of a network could at best.
    """
    ordered = sorted((round(seconds * 1000), kind) for seconds, kind in times)
    values = [milliseconds for milliseconds, _ in ordered]
    ranks: dict[str, list[float]] = {}
    for milliseconds, kind in ordered:
        first, count = values.index(milliseconds), values.count(milliseconds)
        ranks.setdefault(kind, []).append(first + (count + 1) / 2)
    total = len(ordered)
    spread = sum(len(own) * (sum(own) / len(own) - (total + 1) / 2) ** 2 for own in ranks.values())
    ties = sum(values.count(one) ** 3 - values.count(one) for one in set(values))
    return 12 / (total * (total + 1)) * spread / (1 - ties / (total**3 - total))
