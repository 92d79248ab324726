"""Where TikTok Shop pushes: keep it and answer at once. Everything else happens afterwards.

401 means a bad signature and nothing else: the platform drops what it is told 401 for. Our own faults answer 500, and it comes again.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from integrations.models import Provider
from integrations.shop_setup import GRANT_ROUTE
from integrations.tiktok_shop import webhooks
from relay import inbox
from tenancy import routes

LARGEST_BYTES = 1_000_000
SOURCE = Provider.TIKTOK_SHOP.value


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Verify, find whose it is, store, answer."""
    body = _read(request)
    if body is None:
        return _refused(413, why="larger than a notification can be")
    if not webhooks.is_genuine(headers=request.headers, body=body):
        return _refused(401, why="signature does not fit", body=body)
    try:
        notice = webhooks.parse(body=body)
    except webhooks.NotAWebhook:
        return _refused(400, why="signed, but not a notification", body=body)
    seller_id = _seller_of(notice)
    if seller_id is None:
        return _refused(200, why="no seller here has this shop", body=body, shop=notice.platform_shop_id)
    inbox.receive(
        seller_id=seller_id,
        source=SOURCE,
        source_id=notice.dedupe_key[:80],
        topic=notice.topic,
        shop_ref=notice.platform_shop_id[:40],
        body=body,
        now=clock.now(),
    )
    return HttpResponse(status=200)


def _read(request: HttpRequest) -> bytes | None:
    """The raw bytes, or None when there are too many; a body that says its size is not even read."""
    told = request.META.get("CONTENT_LENGTH") or ""
    if told.isdecimal() and int(told) > LARGEST_BYTES:
        return None
    body = request.read(LARGEST_BYTES + 1)
    return None if len(body) > LARGEST_BYTES else body


def _seller_of(notice: webhooks.Notice) -> int | None:
    """By the shop; seller-level notices name the authorization."""
    if notice.platform_shop_id:
        platform, reference = SOURCE, notice.platform_shop_id
    else:
        platform, reference = GRANT_ROUTE, notice.open_id
    return routes.seller_of(platform=platform, reference=reference)


def _refused(status: int, *, why: str, body: bytes = b"", shop: str = "") -> HttpResponse:
    inbox.keep_unrouted(source=SOURCE, why=why, shop_ref=shop, body=body, now=clock.now())
    return HttpResponse(status=status)
