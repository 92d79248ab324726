"""Where the tracking provider pushes: verify the raw bytes, keep them for the seller that the tag names, answer at once.

Neither provider signs a time, so a replay must be harmless: what was stored once is only counted.
"""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock, http
from integrations import registry
from integrations.ports import TrackingSnapshot
from relay import inbox
from tenancy.models import Seller

SOURCE = "tracking"
LARGEST_BYTES = 1_000_000


@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """401 for a bad signature; 200 for whatever is genuine, also when it belongs to nobody here."""
    if provider != settings.TRACKING["provider"]:
        raise Http404
    body = _read(request)
    if body is None:
        return _refused(413, why="larger than a push can be")
    client = registry.tracking_client(provider=provider)
    if not client.verify(headers=request.headers, body=body):
        return _refused(401, why="signature does not fit", body=body)
    try:
        snapshots = client.parse_push(body=body)
    except http.Terminal:
        return _refused(400, why="signed, but not a push", body=body)
    seller_id = _seller_of(snapshots)
    if seller_id is None:
        return _refused(200, why="no seller here has this parcel", body=body)
    _keep(body, seller_id=seller_id, provider=provider)
    return HttpResponse(status=200)


def _keep(body: bytes, *, seller_id: int, provider: str) -> None:
    """Unique by its bytes: the providers give their pushes no id that both of them have."""
    source_id, now = hashlib.sha256(body).hexdigest(), clock.now()
    inbox.receive(
        seller_id=seller_id,
        source=SOURCE,
        source_id=source_id,
        topic=provider,
        shop_ref="",
        body=body,
        now=now,
    )


def _read(request: HttpRequest) -> bytes | None:
    """The raw bytes, or None when there are too many; a body that says its size is not even read."""
    told = request.META.get("CONTENT_LENGTH") or ""
    if told.isdecimal() and int(told) > LARGEST_BYTES:
        return None
    body = request.read(LARGEST_BYTES + 1)
    return None if len(body) > LARGEST_BYTES else body


def _seller_of(snapshots: list[TrackingSnapshot]) -> int | None:
    """The one seller whose parcels a push is about; a body over several sellers is kept for none of them."""
    owners = {snapshot.tag.partition(".")[0] for snapshot in snapshots}
    if len(owners) != 1:
        return None
    owner = owners.pop()
    if not owner.isdecimal() or len(owner) > 18:
        return None
    return Seller.objects.filter(pk=int(owner), is_active=True).values_list("pk", flat=True).first()


def _refused(status: int, *, why: str, body: bytes = b"") -> HttpResponse:
    inbox.keep_unrouted(source=SOURCE, why=why, shop_ref="", body=body, now=clock.now())
    return HttpResponse(status=status)
