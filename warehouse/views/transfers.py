"""A transfer's walk: its bins in walking order, and the station that picks them."""

import uuid
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import paper_prints, transfer_picks
from warehouse.models import Delivery, DeliveryState, PaperKind
from warehouse.views.bins import number
from warehouse.views.station_words import camera_words, step_words

SKIPPED_AT_MOST = 200


def _transfer(public_id: str) -> Delivery:
    return get_object_or_404(
        Delivery.objects.select_related("origin", "warehouse"), public_id=public_id, origin__isnull=False
    )


def _without(given) -> list[int]:
    """Bins in which this picker found nothing."""
    parts = given.get("without", "").split(",")[:SKIPPED_AT_MOST]
    return [found for part in parts if (found := number(part))]


@seller_page("floor.pick")
@require_GET
def walk(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is left, bin after bin."""
    return _station(request, public_id, without=_without(request.GET))


@seller_page("floor.pick")
@require_POST
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """A bin, then its items."""
    given, at = request.POST, number(request.POST.get("at", ""))
    without = _without(given)
    try:
        done = transfer_picks.scan(
            transfer_id=_transfer(public_id).pk,
            code=given.get("code", ""),
            at=at,
            quantity=number(given.get("quantity", "1")) or 0,
            key=given.get("key", ""),
            without=without,
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        answer = (False, str(error), error.code)
        return _station(request, public_id, at=at, without=without, answer=answer)
    return _station(request, public_id, at=done.at, without=without, answer=(True, done.text, done.kind))


@seller_page("floor.pick")
@require_POST
def not_there(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bin does not hold what it should: it is counted, another one is offered."""
    without = _without(request.POST)
    by = {"actor": actors.of_user(request.user), "now": clock.now()}
    try:
        stop = transfer_picks.not_there(transfer_id=_transfer(public_id).pk, without=without, **by)
    except RuleViolation as error:
        return _station(request, public_id, without=without, answer=(False, str(error), error.code))
    text = _("Noted: a count of %(bin)s is asked for. Go on with the next bin.") % {"bin": stop.bin.code}
    return _station(request, public_id, without=[*without, stop.bin.pk], answer=(True, text, ""))


@seller_page("floor.pick")
@require_POST
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """The last pick goes back into its bin."""
    without = _without(request.POST)
    by = {"actor": actors.of_user(request.user), "now": clock.now()}
    try:
        text = transfer_picks.take_back(transfer_id=_transfer(public_id).pk, **by)
    except RuleViolation as error:
        return _station(request, public_id, without=without, answer=(False, str(error), error.code))
    return _station(request, public_id, without=without, answer=(True, text, ""))


def _station(
    request: HttpRequest,
    public_id: str,
    *,
    at: int | None = None,
    without: Sequence[int] = (),
    answer: tuple[bool, str, str] | None = None,
) -> HttpResponse:
    context = {
        **_shown(_transfer(public_id), at, without),
        "key": uuid.uuid4().hex,
        "answer": {"ok": answer[0], "text": answer[1]} if answer else None,
        "camera_words": camera_words(),
        "keep_words": step_words(),
    }
    status = 422 if answer and not answer[0] else 200
    response = htmx.render(
        request, "warehouse/transfer_walk.html", "warehouse/_transfer_walk.html", context, status=status
    )
    return htmx.scanned(response, ok=answer[0], text=answer[1], kind=answer[2]) if answer else response


def _shown(transfer: Delivery, at: int | None, without: Sequence[int]) -> dict[str, object]:
    """The step, the rest of the walk, and what can be taken back."""
    is_draft = transfer.state == DeliveryState.DRAFT
    sheet = transfer_picks.sheet(transfer=transfer, without=without) if is_draft else None
    stop = sheet.stops[0] if sheet and sheet.stops else None
    return {
        "transfer": transfer,
        "sheet": sheet,
        "stop": stop,
        "is_at": stop is not None and stop.bin.pk == at,
        "at": at,
        "without": ",".join(map(str, without)),
        "last": transfer_picks.last(transfer=transfer) if is_draft else None,
        "prints": paper_prints.of_subjects(kind=PaperKind.TRANSFER, ids=[transfer.pk]),
    }
