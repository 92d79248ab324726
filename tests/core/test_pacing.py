"""Work that can wait takes a share of the calls, and only while half of the rate is left for live work."""

import pytest

from core import pacing
from core.pacing import Budget
from core.remote import RateLimited


@pytest.fixture(autouse=True)
def _impatient(settings, monkeypatch):
    settings.REMOTE_PACING = True
    settings.RATE_BUDGET_URL = "memory://pacing-test"
    pacing._limiter.cache_clear()
    monkeypatch.setattr(pacing, "LONGEST_WAIT_SECONDS", 0.0)
    yield
    pacing._limiter.cache_clear()


def spent(budget: Budget, *, most: int = 50) -> int:
    """How many calls go through before the budget says no."""
    for count in range(most):
        try:
            pacing.spend(budget)
        except RateLimited:
            return count
    return most


def test_the_whole_rate_is_for_live_work():
    assert spent(Budget("whole", "12/minute")) == 12


def test_what_can_wait_gets_its_share_and_no_more():
    assert spent(Budget("share", "12/minute", share=0.25)) == 3
    assert spent(Budget("share", "12/minute")) == 9  # all the rest is there for live work


def test_what_can_wait_leaves_half_to_live_work():
    live = Budget("busy", "12/minute")
    for _call in range(7):
        pacing.spend(live)
    with pytest.raises(RateLimited) as refused:
        pacing.spend(Budget("busy", "12/minute", share=0.25))
    assert refused.value.code == "own_budget"
    assert spent(live) == 5
