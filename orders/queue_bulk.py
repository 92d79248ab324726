"""One act on many orders: at once for a page of them, as a job in chunks for more or for all that match.

Each row is done, skipped or failed with its reason; good rows are not held back by the others.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from orders import notes, queue_marks, queue_walk, review
from orders.models import Order, SlaClock
from orders.review import RowResult
from relay import jobs
from relay.jobs import JobKind, Step
from relay.models import Job
from tenancy.actors import Actor

AT_ONCE = 50
MOST_CHOSEN = 1000
CHUNK = 100


class NothingToDo(RuleViolation):
    """No act was named that exists here."""

    code = "unknown_act"


@dataclass(frozen=True)
class Act:
    """What can be done to many orders; `run(order_ids, value, note, actor, now)`."""

    words: str | Promise
    run: Callable[[Collection[int], str, str, Actor, datetime], list[RowResult]]


def _decide(name: str) -> Callable[[Collection[int], str, str, Actor, datetime], list[RowResult]]:
    """One of review's decisions, looked up when it is carried out."""

    def run(ids: Collection[int], value: str, note: str, actor: Actor, now: datetime) -> list[RowResult]:
        return getattr(review, name)(order_ids=ids, note=note, actor=actor, now=now)

    return run


def _flag(ids: Collection[int], value: str, note: str, actor: Actor, now: datetime) -> list[RowResult]:
    return queue_marks.flag_many(order_ids=ids, flag=value, actor=actor, now=now)


def _tag(ids: Collection[int], value: str, note: str, actor: Actor, now: datetime) -> list[RowResult]:
    return queue_marks.tag_many(order_ids=ids, name=value, actor=actor, now=now)


def _untag(ids: Collection[int], value: str, note: str, actor: Actor, now: datetime) -> list[RowResult]:
    return queue_marks.untag_many(order_ids=ids, name=value, actor=actor, now=now)


def _note(ids: Collection[int], value: str, note: str, actor: Actor, now: datetime) -> list[RowResult]:
    return notes.note_many(order_ids=ids, text=note, actor=actor, now=now)


ACTS: dict[str, Act] = {
    "approve": Act(gettext_lazy("Approve orders"), _decide("approve_many")),
    "hold": Act(gettext_lazy("Hold orders"), _decide("hold_many")),
    "release": Act(gettext_lazy("Release orders"), _decide("release_many")),
    "flag": Act(gettext_lazy("Flag orders"), _flag),
    "tag": Act(gettext_lazy("Tag orders"), _tag),
    "untag": Act(gettext_lazy("Take a tag off orders"), _untag),
    "note": Act(gettext_lazy("Write a note on orders"), _note),
}


@dataclass(frozen=True)
class Task:
    """What shall be done: the act, its value (a flag, a tag) and the note for the time line."""

    act: str
    value: str = ""
    note: str = ""

    @classmethod
    def checked(cls, *, act: str, value: str, note: str) -> "Task":
        """Raises NothingToDo, or what the act says about its value, before any order is touched."""
        if act not in ACTS:
            raise NothingToDo(_("Choose what to do: approve, hold or release."))
        if act in ("tag", "untag"):
            value = queue_marks.checked_tag(value)
        note = notes.checked(note)
        if act == "note" and not note:
            raise notes.EmptyNote(_("Write something first."))
        return cls(act=act, value=value, note=note)

    def run(self, *, order_ids: Collection[int], actor: Actor, now: datetime) -> list[RowResult]:
        return ACTS[self.act].run(order_ids, self.value, self.note, actor, now)


def start(*, task: Task, order_ids: Collection[int], actor: Actor, now: datetime) -> Job:
    """A job over chosen orders."""
    ids = list(order_ids)[:MOST_CHOSEN]
    return jobs.start(
        kind=f"orders.{task.act}", params=_params(task, ids=ids), total=len(ids), actor=actor, now=now
    )


def start_all(*, task: Task, filter_values: dict[str, Any], actor: Actor, now: datetime) -> Job:
    """A job over all that match a filter now."""
    params = _params(task, filter=filter_values, place=None, asked_at=now.isoformat())
    total = queue_walk.count(values=filter_values, now=now)
    return jobs.start(kind=f"orders.{task.act}", params=params, total=total, actor=actor, now=now)


def _params(task: Task, **more: Any) -> dict[str, Any]:
    return {"act": task.act, "value": task.value, "note": task.note, "at": 0, **more}


def step(*, job: Job, actor: Actor, now: datetime) -> Step:
    """The next orders. Orders that left the filter by what was done to them stay behind the walk's place."""
    params = job.params
    task = Task(act=params["act"], value=params["value"], note=params["note"])
    if "ids" in params:
        end = params["at"] + CHUNK
        order_ids = params["ids"][params["at"] : end]
        fresh = {**params, "at": end} if end < len(params["ids"]) else None
    else:
        as_of = datetime.fromisoformat(params["asked_at"])
        clocks, place = queue_walk.chunk(
            values=params["filter"],
            place=params["place"],
            size=CHUNK,
            now=as_of,
            loaded=SlaClock.objects.only("order_id", "due_at"),
        )
        order_ids = [clock.order_id for clock in clocks]
        fresh = {**params, "place": place} if place else None
    results = task.run(order_ids=order_ids, actor=actor, now=now)
    results += _gone(order_ids, results=results)
    by_state = [result.outcome for result in results]
    return Step(
        params=fresh,
        done=by_state.count("done"),
        skipped=by_state.count("skipped"),
        failed=by_state.count("failed"),
        rows=[
            jobs.RowResult(result.platform_order_id, result.order_id, result.outcome, str(result.reason))
            for result in results
        ],
    )


def _gone(order_ids: list[int], *, results: list[RowResult]) -> list[RowResult]:
    """Orders that are not there any more are named too."""
    known = {result.order_id for result in results}
    return [
        RowResult(pk, str(pk), "skipped", _("This order does not exist."))
        for pk in order_ids
        if pk not in known
    ]


def _retry(job: Job, order_ids: list[int]) -> dict[str, Any]:
    asked = job.asked
    return _params(Task(act=asked["act"], value=asked["value"], note=asked["note"]), ids=order_ids)


def chosen_ids(public_ids: list[str]) -> list[int]:
    """The orders that were ticked."""
    wanted = Order.objects.filter(public_id__in=public_ids[:MOST_CHOSEN])
    return list(wanted.order_by("pk").values_list("pk", flat=True))


for _name, _act in ACTS.items():
    jobs.register(
        JobKind(
            name=f"orders.{_name}",
            words=_act.words,
            step=step,
            permission="orders.review",
            queue="floor",
            retry_params=_retry,
            row_search="orders:queue",
        )
    )
