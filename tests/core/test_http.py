"""The one HTTP client: what is retried, what never is, what opens the breaker, and what is not logged."""

import logging
from collections.abc import Iterable

import httpx
import pytest
import stamina

from core import http, pacing
from core.http import Budget, Channel, Intent, Outgoing


class Scripted(httpx.BaseTransport):
    """Another system that does what the script says, one step per request."""

    def __init__(self, steps: Iterable[httpx.Response | Exception]) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step


@pytest.fixture(autouse=True)
def quick_retries():
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)
    http.set_transport_factory(None)


def play(*steps) -> Scripted:
    transport = Scripted(steps)
    http.set_transport_factory(lambda: transport)
    return transport


def call(
    intent: Intent, *, key: str = "1", budget: Budget | None = None, judge=lambda response: response.text
) -> str:
    return Channel(platform="test", connection_key=key).call(
        name="probe",
        intent=intent,
        build=lambda: Outgoing(
            method="POST", url="https://api.example/secret?app_secret=hidden", content=b"{}"
        ),
        judge=judge,
        budget=budget,
    )


def ok(text: str = "fine") -> httpx.Response:
    return httpx.Response(200, text=text)


def test_a_read_is_tried_again():
    transport = play(httpx.Response(502), httpx.ReadTimeout("slow"), ok())
    assert call(Intent.READ) == "fine"
    assert len(transport.requests) == 3


def test_a_read_gives_up_after_its_attempts():
    transport = play(httpx.Response(500))
    with pytest.raises(http.Retryable) as caught:
        call(Intent.READ)
    assert caught.value.code == "500"
    assert len(transport.requests) == 3


@pytest.mark.parametrize(
    "step", [httpx.ReadTimeout("cut"), httpx.RemoteProtocolError("gone"), httpx.Response(500)]
)
def test_a_write_without_an_answer_is_unknown_and_is_sent_once(step):
    transport = play(step)
    with pytest.raises(http.OutcomeUnknown):
        call(Intent.WRITE)
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    "step", [httpx.ConnectError("refused"), httpx.ConnectTimeout("away"), httpx.Response(503)]
)
def test_a_write_that_did_not_happen_may_be_repeated_later(step):
    transport = play(step)
    with pytest.raises(http.Retryable):
        call(Intent.WRITE)
    assert len(transport.requests) == 1


def test_too_many_requests_says_when_to_come_back():
    play(httpx.Response(429, headers={"retry-after": "17"}))
    with pytest.raises(http.RateLimited) as caught:
        call(Intent.WRITE)
    assert caught.value.retry_after == 17


def test_a_long_pause_is_left_to_the_caller():
    transport = play(httpx.Response(429, headers={"retry-after": "17"}))
    with pytest.raises(http.RateLimited):
        call(Intent.READ)
    assert len(transport.requests) == 1


def refuse(response: httpx.Response) -> str:
    raise http.Terminal("no", code="7")


def test_outages_open_the_breaker_of_their_connection_alone():
    transport = play(httpx.Response(503))
    for _ in range(pacing.BREAKER_FAILURES):
        with pytest.raises(http.Retryable):
            call(Intent.WRITE)
    asked = len(transport.requests)
    with pytest.raises(http.Retryable) as caught:
        call(Intent.WRITE)
    assert (caught.value.code, len(transport.requests)) == ("circuit_open", asked)
    assert 0 < caught.value.retry_after <= pacing.BREAKER_RESET_SECONDS
    with pytest.raises(http.Retryable) as caught:
        call(Intent.WRITE, key="2")
    assert caught.value.code == "503"


def test_the_breaker_closes_after_its_rest():
    transport = play(*[httpx.Response(503)] * pacing.BREAKER_FAILURES, ok())
    for _ in range(pacing.BREAKER_FAILURES):
        with pytest.raises(http.Retryable):
            call(Intent.WRITE)
    breaker = pacing.breaker("test:1")
    breaker._memory.opened_at = breaker._memory.opened_at.replace(year=2020)
    assert call(Intent.WRITE) == "fine"
    assert call(Intent.WRITE) == "fine"
    assert len(transport.requests) == pacing.BREAKER_FAILURES + 2


def test_refusals_never_open_it():
    transport = play(ok())
    for _ in range(pacing.BREAKER_FAILURES * 2):
        with pytest.raises(http.Terminal):
            call(Intent.WRITE, judge=refuse)
    assert len(transport.requests) == pacing.BREAKER_FAILURES * 2
    assert call(Intent.WRITE) == "fine"


def test_a_used_up_budget_is_told_without_a_call(settings, monkeypatch):
    settings.REMOTE_PACING = True
    monkeypatch.setattr(pacing, "LONGEST_WAIT_SECONDS", 0)
    transport = play(ok())
    budget = Budget("test:budget", "2/hour")
    assert [call(Intent.WRITE, budget=budget), call(Intent.WRITE, budget=budget)] == ["fine", "fine"]
    with pytest.raises(http.RateLimited) as caught:
        call(Intent.WRITE, budget=budget)
    assert caught.value.code == "own_budget"
    assert caught.value.retry_after > 60
    assert len(transport.requests) == 2


def test_without_the_broker_this_process_keeps_the_pace_alone(settings, monkeypatch):
    monkeypatch.setattr(pacing, "LONGEST_WAIT_SECONDS", 0)
    settings.REMOTE_PACING = True
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    play(ok())
    budget = Budget("test:alone", "1/hour")
    assert call(Intent.WRITE, budget=budget) == "fine"
    with pytest.raises(http.RateLimited):
        call(Intent.WRITE, budget=budget)


def test_each_call_carries_a_trace_id():
    transport = play(ok())
    call(Intent.READ)
    assert len(transport.requests[0].headers[http.TRACE_HEADER]) >= 16


def test_no_address_reaches_the_logs(caplog):
    caplog.set_level(logging.DEBUG)
    play(httpx.Response(500))
    with pytest.raises(http.OutcomeUnknown):
        call(Intent.WRITE)
    assert "hidden" not in caplog.text
    assert "api.example" not in caplog.text
