"""An outgoing write: claimed in a short transaction, called with none open, recorded."""

from datetime import timedelta

import pytest

from catalog.models import Listing
from core import clock
from relay import effects
from relay.effects import EffectState, Outcome
from tenancy import scoping
from warehouse.models import StockPush


@pytest.fixture
def push(cedar, cedar_shop):
    with scoping.scope(sellers=[cedar.pk]):
        listing = Listing.objects.create(
            shop=cedar_shop,
            platform_product_id="1",
            platform_sku_id="11",
            title="Mug",
            updated_at=clock.now(),
        )
        now = clock.now()
        return StockPush.objects.create(
            shop=cedar_shop,
            listing=listing,
            key="listing:1",
            wanted=5,
            asked_at=now,
            created_at=now,
            not_before=now,
        )


@pytest.fixture
def run(cedar, push):
    """Run the due pushes with a given answer of the other side; returns the effects that were called."""

    def carry_out(answer):
        called = []

        def call(found):
            called.extend(found)
            return [answer(effect) for effect in found]

        runner = effects.Runner(model=StockPush, call=call)
        effects._run_batch(runner, seller_id=cedar.pk)
        with scoping.scope(sellers=[cedar.pk]):
            push.refresh_from_db()
        return called

    return carry_out


def test_a_done_effect_is_called_once(run, push):
    assert len(run(lambda effect: Outcome(effect.pk))) == 1
    assert (push.effect_state, push.attempts) == (EffectState.DONE, 1)
    assert run(lambda effect: Outcome(effect.pk)) == []


def test_a_passing_fault_waits_and_tries_again(run, push):
    run(lambda effect: Outcome(effect.pk, is_done=False, retry_after_s=30, code="429", message="slow down"))
    assert push.effect_state == EffectState.WAITING
    assert push.not_before >= clock.now() + timedelta(seconds=29)
    assert (push.last_error_code, push.last_error) == ("429", "slow down")


def test_a_refusal_is_final_and_keeps_the_platforms_words(run, push):
    run(
        lambda effect: Outcome(
            effect.pk, is_done=False, is_refused=True, code="12052556", message="SKU absent"
        )
    )
    assert (push.effect_state, push.last_error) == (EffectState.FAILED, "SKU absent")


def test_an_exception_in_the_call_is_a_passing_fault(run, push):
    def broken(effect):
        raise ConnectionResetError("peer went away")

    run(broken)
    assert (push.effect_state, push.last_error_code) == (EffectState.WAITING, "ConnectionResetError")


def test_the_last_attempt_asks_for_a_person(cedar, run, push):
    with scoping.scope(sellers=[cedar.pk]):
        StockPush.objects.update(attempts=effects.MAX_ATTEMPTS - 1)
    run(lambda effect: Outcome(effect.pk, is_done=False, message="no"))
    assert push.effect_state == EffectState.NEEDS_HUMAN


def test_a_claim_is_taken_again_only_after_its_lease(cedar, run, push):
    runner = effects.Runner(model=StockPush, call=lambda found: [])
    assert len(effects.claim(runner, seller_id=cedar.pk, now=clock.now())) == 1
    assert effects.claim(runner, seller_id=cedar.pk, now=clock.now()) == []
    later = clock.now() + runner.lease + timedelta(seconds=1)
    assert len(effects.claim(runner, seller_id=cedar.pk, now=later)) == 1


def test_an_answer_to_an_overtaken_claim_changes_nothing(cedar, push):
    runner = effects.Runner(model=StockPush, call=lambda found: [])
    (slow,) = effects.claim(runner, seller_id=cedar.pk, now=clock.now())
    later = clock.now() + runner.lease + timedelta(seconds=1)
    effects.claim(runner, seller_id=cedar.pk, now=later)
    with scoping.scope(sellers=[cedar.pk]):
        effects.settle(
            runner, effect=slow, outcome=Outcome(slow.pk, is_done=False, is_refused=True), now=later
        )
        push.refresh_from_db()
    assert (push.effect_state, push.attempts) == (EffectState.CLAIMED, 2)
