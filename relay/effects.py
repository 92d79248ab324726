"""An outgoing write is a row first. Three steps: claim in a short transaction, call with none open, record.

A claim older than its lease is taken again, so `call` must be safe to repeat, or first ask whether it happened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import KuaifaError
from core.remote import RemoteError, Terminal
from relay import backoff, wake
from tenancy import scoping
from tenancy.scoping import SellerOwned, ShopOwned

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
TASK = "relay.tasks.run_effects"


class EffectState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("being sent")
    DONE = "done", _("done")
    FAILED = "failed", _("refused")
    NEEDS_HUMAN = "needs_human", _("needs a person")
    DROPPED = "dropped", _("given up")


OPEN_STATES = (EffectState.WAITING, EffectState.CLAIMED)
STUCK_STATES = (EffectState.FAILED, EffectState.NEEDS_HUMAN)


class EffectColumns(models.Model):
    """The columns that every outgoing write has."""

    key = models.CharField(max_length=120)
    effect_state = models.CharField(max_length=12, choices=EffectState, default=EffectState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=400, blank=True)
    last_error_code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.key} {self.effect_state}"


class ExternalEffect(EffectColumns, ShopOwned):
    """An outgoing write that concerns one shop."""

    class Meta:
        abstract = True
        base_manager_name = "objects"


class SellerEffect(EffectColumns, SellerOwned):
    """An outgoing write that concerns the seller as a whole."""

    class Meta:
        abstract = True
        base_manager_name = "objects"


def effect_meta(name: str) -> dict[str, list]:
    """Constraints and indexes that every effect table declares in its Meta: `**`-free, by `locals().update`."""
    return {
        "constraints": [
            models.UniqueConstraint(fields=["seller", "key"], name=f"{name}_key_once"),
            models.CheckConstraint(
                condition=models.Q(effect_state__in=EffectState.values), name=f"{name}_state_known"
            ),
        ],
        "indexes": [
            models.Index(
                fields=["seller", "not_before"],
                condition=models.Q(effect_state__in=["waiting", "claimed"]),
                name=f"{name}_due",
            ),
            models.Index(
                fields=["seller", "effect_state"],
                condition=models.Q(effect_state__in=["failed", "needs_human"]),
                name=f"{name}_stuck",
            ),
        ],
    }


@dataclass(frozen=True)
class Outcome:
    """What became of one effect. Exactly one of the flags is set; a plain Outcome() is success."""

    effect_id: int
    is_done: bool = True
    is_refused: bool = False  # terminal: the other side said no
    retry_after_s: float | None = None  # try again, at least this much later
    code: str = ""
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def refused(cls, effect_id: int, *, code: str, message: object) -> "Outcome":
        """The other side said no; asking again would not help."""
        return cls(effect_id, is_done=False, is_refused=True, code=code, message=str(message))

    @classmethod
    def of_error(
        cls, effect_id: int, error: RemoteError, *, wait_s: float = 0.0, data: dict[str, Any] | None = None
    ) -> "Outcome":
        """A final refusal as such; anything else is tried again when the other side says, or after `wait_s`."""
        code, message = error.code or type(error).__name__, error.message or type(error).__name__
        if isinstance(error, Terminal):
            return cls.refused(effect_id, code=code, message=message)
        wait = error.retry_after or wait_s
        return cls(effect_id, is_done=False, retry_after_s=wait, code=code, message=message, data=data or {})


@dataclass(frozen=True)
class Runner:
    """How one kind of effect is carried out.

    `call(effects)` runs with no transaction open and returns one Outcome per effect.
    `record(effect, outcome, now)` runs in the scope, in the transaction that settles the row; database work only.
    `prepare(effects)` runs in the claiming transaction and may attach plain data to each effect as `.prepared`.
    """

    model: type[models.Model]
    call: Callable[[Sequence[Any]], list[Outcome]]
    record: Callable[[Any, Outcome, datetime], None] | None = None
    prepare: Callable[[Sequence[Any]], None] | None = None
    batch: int = 20
    lease: timedelta = timedelta(seconds=120)
    queue: str = "platform"
    order_by: tuple[str, ...] = ("not_before", "pk")


_runners: dict[str, Runner] = {}


class EffectBug(KuaifaError):
    """The program broke the protocol of effects."""


def register(runner: Runner) -> Runner:
    """Make an effect table known to the sweeps and to the page of stuck work."""
    _runners[runner.model._meta.label_lower] = runner
    return runner


def runners() -> dict[str, Runner]:
    return _runners


def wake_for(model: type[models.Model]) -> None:
    """Ask for the effects of this table to run once the present transaction has committed."""
    label = model._meta.label_lower
    wake.on_commit(
        TASK,
        queue=_runners[label].queue,
        seller_id=scoping.current().only_seller,
        kind=label,
    )


def wake_for_next(*, kind: str, seller_id: int, now: datetime) -> None:
    """Effects of this kind that become due in a moment are not left to the next sweep."""
    runner = _runners[kind]
    with scoping.scope(sellers=[seller_id]):
        waiting = runner.model.objects.filter(effect_state=EffectState.WAITING, not_before__gt=now)
        soonest = waiting.order_by().aggregate(at=models.Min("not_before"))["at"]
    if soonest is not None:
        wake.send_at(TASK, queue=runner.queue, at=soonest, now=now, seller_id=seller_id, kind=kind)


def run_due(*, kind: str, seller_id: int, limit: int = 500) -> int:
    """Carry out what is due of one kind at one seller. Returns how many effects were called."""
    runner = _runners[kind]
    total = 0
    while total < limit:
        count = _run_batch(runner, seller_id=seller_id)
        total += count
        if count < runner.batch:
            break
    return total


def _run_batch(runner: Runner, *, seller_id: int) -> int:
    effects = claim(runner, seller_id=seller_id, now=clock.now())
    if not effects:
        return 0
    if any(not block._from_testcase for block in connection.atomic_blocks):
        raise EffectBug("an effect may not call out while a transaction is open")
    outcomes = _call(runner, effects)
    for effect in effects:
        outcome = outcomes.get(effect.pk) or Outcome(
            effect.pk, is_done=False, retry_after_s=5, message="no outcome given"
        )
        with scoping.scope(sellers=[seller_id]):
            settle(runner, effect=effect, outcome=outcome, now=clock.now())
    return len(effects)


def claim(runner: Runner, *, seller_id: int, now: datetime) -> list[Any]:
    """Take due effects and those whose claim ran out, in a short transaction."""
    with scoping.scope(sellers=[seller_id]):
        due = runner.model.objects.filter(
            models.Q(effect_state=EffectState.WAITING, not_before__lte=now)
            | models.Q(effect_state=EffectState.CLAIMED, claimed_until__lt=now)
        )
        locked = due.order_by(*runner.order_by).select_for_update(of=("self",), no_key=True, skip_locked=True)
        effects = list(locked[: runner.batch])
        for effect in effects:
            effect.effect_state = EffectState.CLAIMED
            effect.claimed_until = now + runner.lease
            effect.attempts += 1
        runner.model.objects.update_many(effects, ["effect_state", "claimed_until", "attempts"])
        if effects and runner.prepare:
            runner.prepare(effects)
        return effects


def _call(runner: Runner, effects: list[Any]) -> dict[int, Outcome]:
    try:
        outcomes = runner.call(effects)
    except Exception as error:  # noqa: BLE001 - the relay turns any failure of a call into a stored fact
        log.warning("effect.call_failed", kind=runner.model._meta.label_lower, error=repr(error)[:300])
        wait = getattr(error, "retry_after", None) or 0.0
        return {
            effect.pk: Outcome(
                effect.pk,
                is_done=False,
                retry_after_s=float(wait),
                code=str(getattr(error, "code", "") or type(error).__name__),
                message=str(getattr(error, "message", "") or error),
            )
            for effect in effects
        }
    return {outcome.effect_id: outcome for outcome in outcomes}


def settle(runner: Runner, *, effect: Any, outcome: Outcome, now: datetime) -> None:
    """Write what became of one effect; a claim that somebody else has taken over since is left alone."""
    stored = runner.model.objects.lock().filter(pk=effect.pk).first()
    if stored is None or stored.effect_state != EffectState.CLAIMED or stored.attempts != effect.attempts:
        return
    stored.last_error = "" if outcome.is_done else outcome.message[:400]
    stored.last_error_code = "" if outcome.is_done else outcome.code[:40]
    stored.claimed_until = None
    if outcome.is_done:
        stored.effect_state, stored.done_at = EffectState.DONE, now
    elif outcome.is_refused:
        stored.effect_state = EffectState.FAILED
    elif stored.attempts >= MAX_ATTEMPTS:
        stored.effect_state = EffectState.NEEDS_HUMAN
    else:
        stored.effect_state = EffectState.WAITING
        stored.not_before = now + backoff.delay(stored.attempts, at_least_s=outcome.retry_after_s or 0.0)
    stored.save()
    log.info(
        "effect.settled", kind=runner.model._meta.label_lower, effect_id=stored.pk, state=stored.effect_state
    )
    if runner.record:
        runner.record(stored, outcome, now)


def retry(*, kind: str, effect_id: int, now: datetime) -> bool:
    """A person asks for another try of a stuck effect."""
    changed = (
        _runners[kind]
        .model.objects.filter(pk=effect_id, effect_state__in=STUCK_STATES)
        .update(effect_state=EffectState.WAITING, attempts=0, not_before=now)
    )
    wake_for(_runners[kind].model)
    return bool(changed)


def give_up(*, kind: str, effect_id: int, now: datetime) -> bool:
    """A person decides that a stuck effect shall not happen."""
    return bool(
        _runners[kind]
        .model.objects.filter(pk=effect_id, effect_state__in=STUCK_STATES)
        .update(effect_state=EffectState.DROPPED, done_at=now)
    )
