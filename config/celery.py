"""The task program: an alarm clock, not a memory. Every job it wakes is a row that a sweep would find anyway."""

import os

from celery import Celery, Task
from celery.signals import beat_init, task_prerun, worker_init, worker_process_init
from django.conf import settings
from django.db import connections

from core import memory
from core.postgres import roles
from relay import wake

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

NICE = 5
QUEUES = ("intake", "floor", "platform", "tracking", "ads", "housekeeping")

app = Celery("kuaifa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_default_queue="housekeeping",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=2000,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    task_time_limit=300,
    task_soft_time_limit=270,
    timezone="UTC",
)
app.autodiscover_tasks()


@worker_init.connect
def _refuse_unrestricted(**_: object) -> None:
    roles.refuse_unrestricted()
    connections.close_all()


@worker_init.connect
def _settled(**_: object) -> None:
    """Before the processes of the pool are forked: they share what nobody touches."""
    memory.settle()


@worker_init.connect
def _people_first(**_: object) -> None:
    """On a busy machine a page or a webhook is answered before background work goes on."""
    os.nice(NICE)


@worker_process_init.connect
def _fresh_connections(**_: object) -> None:
    connections.close_all()


@task_prerun.connect
def _alarm_answered(task: Task, kwargs: dict[str, object], **_: object) -> None:
    wake.begun(task.name, kwargs)


@beat_init.connect
def _schedule_known(**_: object) -> None:
    app.loader.import_default_modules()


def every(seconds: float, task: str, queue: str) -> dict[str, object]:
    """One line of the beat schedule; a run that was not taken in time is dropped, the next one does its work."""
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": max(seconds * 2, 10)}}


app.conf.beat_schedule = {
    "deliver events": every(5, "relay.tasks.sweep_deliveries", "floor"),
    "run effects": every(5, "relay.tasks.sweep_effects", "platform"),
    "carry on jobs": every(10, "relay.tasks.sweep_jobs", "housekeeping"),
    "pull marked orders": every(5, "orders.tasks.sweep_pulls", "intake"),
    "poll shops": every(settings.POLL_SECONDS, "orders.tasks.poll_all_shops", "intake"),
    "compare with the platform": every(900, "orders.tasks.reconcile_all_shops", "housekeeping"),
    "read listings": every(900, "catalog.tasks.sync_all_listings", "platform"),
    "lift holds": every(30, "orders.tasks.sweep_holds", "intake"),
    "learn usual quantities": every(21_600, "orders.tasks.learn_usual_quantities", "housekeeping"),
    "raise alerts": every(60, "console.tasks.raise_alerts", "floor"),
    "find new sites": every(120, "warehouse.tasks.sweep_sites", "platform"),
    "run live shows": every(10, "warehouse.tasks.sweep_shows", "floor"),
    "watch for spikes": every(60, "warehouse.tasks.watch_spikes", "floor"),
    "settle what left": every(120, "warehouse.tasks.sweep_departed", "floor"),
    "withhold old lots": every(900, "warehouse.tasks.sweep_lots", "housekeeping"),
    "plan counts": every(900, "warehouse.tasks.plan_counts", "housekeeping"),
    "retry reservations": every(30, "warehouse.tasks.sweep_short_orders", "floor"),
    "track parcels": every(30, "logistics.tasks.sweep_tracking", "tracking"),
    "upload tracking numbers": every(10, "logistics.tasks.sweep_uploads", "platform"),
    "find silent parcels": every(300, "logistics.tasks.sweep_silent_parcels", "tracking"),
    "sum figures": every(60, "logistics.tasks.sweep_figures", "housekeeping"),
    "apply stock rules": every(15, "marketing.tasks.sweep_stock_rules", "ads"),
    "read ad accounts": every(120, "marketing.tasks.sync_ad_accounts", "ads"),
    "refresh tokens": every(600, "integrations.tasks.refresh_tokens", "housekeeping"),
    "follow the rulebook": every(60, "orders.tasks.follow_rulebook", "housekeeping"),
    "add up the queue": every(5, "orders.tasks.fold_counts", "housekeeping"),
    "erase buyers": every(3600, "orders.tasks.erase_contacts", "housekeeping"),
    "tidy up": every(3600, "relay.tasks.tidy", "housekeeping"),
    "forget alerts": every(3600, "console.tasks.tidy_alerts", "housekeeping"),
    "forget scans": every(3600, "warehouse.tasks.forget_scans", "housekeeping"),
    "forget answers": every(3600, "tenancy.tasks.forget_answers", "housekeeping"),
}
