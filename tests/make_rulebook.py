"""What tests of the rulebook need: staff, plain edits, jobs run to their end."""

from datetime import date, datetime

from core import clock
from orders import sla_edits
from orders.models import RuleChange
from orders.sla_edits import NoticeDraft
from relay import jobs
from relay.models import Job, JobState
from tenancy import scoping
from tenancy.actors import Actor
from tests.make_orders import NOW

MAI = Actor(kind="user", label="Mai", id=None)
VN_DISPATCH = "vn.late_dispatch.normal"


def edit(
    key: str = VN_DISPATCH, *, valid_from: date = date(2026, 1, 1), now: datetime = NOW, **changes
) -> RuleChange:
    """A new version of a rule."""
    return sla_edits.save_version(
        key=key, changes=changes, valid_from=valid_from, reason="announced", actor=MAI, now=now
    )


def announce(
    *, effect: str, starts_on: date, ends_on: date | None = None, now: datetime = NOW, **values
) -> RuleChange:
    """A notice for Vietnam."""
    draft = NoticeDraft(
        **{
            "region": "VN",
            "words": "typhoon",
            "effect": effect,
            "starts_on": starts_on,
            "ends_on": ends_on or starts_on,
            **values,
        }
    )
    return sla_edits.add_notice(draft=draft, reason="seller centre says so", actor=MAI, now=now)


def finish_jobs() -> list[Job]:
    """Run every open job of the seller in scope to its end, without waiting between chunks."""
    seller_id = scoping.current().only_seller
    done = []
    for job in list(Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED, JobState.CANCELLED])):
        for _chunk in range(100):
            Job.objects.filter(pk=job.pk).update(not_before=clock.now())
            if jobs.run_chunk(seller_id=seller_id, job_id=job.pk) is None:
                break
        job.refresh_from_db()
        done.append(job)
    return done
