"""For those who watch the program: alive, ready, figures."""

import hmac

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView
from kombu import Connection
from kombu.exceptions import OperationalError

LOOPBACK = ("127.0.0.1", "::1")


@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a sick database never restarts the web."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker and migrations: whether traffic may come."""
    checks = {"database": _database(), "broker": _broker()}
    checks["migrations"] = _migrations() if checks["database"] == "ok" else "unknown"
    is_ready = all(value == "ok" for value in checks.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "not ready", **checks}, status=200 if is_ready else 503
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _broker() -> str:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return "no answer"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "missing" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: with the token, or from this machine when no proxy stands in between."""
    if not _may_read_metrics(request):
        return HttpResponse(status=404)
    return ExportToDjangoView(request)


def _may_read_metrics(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.METRICS_TOKEN and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return True
    is_direct = "X-Forwarded-For" not in request.headers and "Forwarded" not in request.headers
    return is_direct and request.META.get("REMOTE_ADDR") in LOOPBACK
