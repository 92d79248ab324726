"""The dock: choose the driver's list, scan parcels onto it, take one back, close it, print it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from logistics import handover, label_papers, selectors
from logistics.models import Carrier, Manifest, ManifestLine, ManifestState
from logistics.views import filters
from tenancy import actors
from tenancy.pages import seller_page

SHOWN_LINES = 30


@seller_page("logistics.handover")
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Which carrier's driver is here: what waits for each, and the lists that are open."""
    context = {
        "waiting": selectors.waiting_at_dock(),
        "manifests": selectors.open_manifests(),
        "carriers": selectors.carriers(),
    }
    return htmx.render(request, "logistics/handover_start.html", "logistics/_handover_start.html", context)


@seller_page("logistics.handover")
@require_POST
def open_list(request: HttpRequest) -> HttpResponse:
    """Open (or go on with) the list of a carrier; `any` is for labels that name none."""
    code = request.POST.get("carrier", "")
    carrier = None if code == "any" else get_object_or_404(Carrier, pk=int(code) if code.isdecimal() else 0)
    manifest = handover.open_manifest(
        carrier_id=carrier.pk if carrier else None, actor=actors.of_user(request.user), now=clock.now()
    )
    return htmx.redirect(request, _address(request, manifest))


def _address(request: HttpRequest, manifest: Manifest) -> str:
    return reverse(
        "logistics:handover_list", kwargs={"seller": request.seller.slug, "public_id": manifest.public_id}
    )


def _shown(
    request: HttpRequest, manifest: Manifest, *, answer: dict | None = None, status: int = 200
) -> HttpResponse:
    lines = selectors.manifest_lines(manifest)
    context = {
        "manifest": manifest,
        "is_open": manifest.state == ManifestState.OPEN,
        "count": lines.count(),
        "lines": lines[:SHOWN_LINES] if manifest.state == ManifestState.OPEN else lines,
        "answer": answer,
    }
    return htmx.render(
        request, "logistics/handover_list.html", "logistics/_handover_list.html", context, status=status
    )


@seller_page("logistics.handover")
@require_safe
def one_list(request: HttpRequest, public_id: str) -> HttpResponse:
    """The station of one list."""
    return _shown(request, get_object_or_404(Manifest, public_id=public_id))


@seller_page("logistics.handover")
@require_POST
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """One dock scan; a refused one leaves everything as it was and says what to do."""
    manifest = get_object_or_404(Manifest, public_id=public_id)
    is_ok = True
    try:
        done = handover.scan(
            manifest_id=manifest.pk,
            code=request.POST.get("code", ""),
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
        text = ngettext("%(number)s: %(n)s parcel.", "%(number)s: %(n)s parcels.", done.count) % {
            "number": done.shipment.tracking_number,
            "n": done.count,
        }
    except RuleViolation as refusal:
        text, is_ok = str(refusal), False
    response = _shown(request, manifest, answer={"ok": is_ok, "text": text}, status=200 if is_ok else 422)
    return htmx.scanned(response, ok=is_ok, text=text)


@seller_page("logistics.handover")
@require_POST
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the parcel of one line back."""
    manifest = get_object_or_404(Manifest, public_id=public_id)
    line = request.POST.get("line", "")
    found = get_object_or_404(ManifestLine, pk=int(line) if line.isdecimal() else 0, manifest=manifest)
    shipment = handover.undo(
        manifest_id=manifest.pk, line_id=found.pk, actor=actors.of_user(request.user), now=clock.now()
    )
    text = _("%(number)s was taken off the list: keep it here.") % {"number": shipment.tracking_number}
    return _shown(request, manifest, answer={"ok": True, "text": text})


@seller_page("logistics.handover")
@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """The driver signs."""
    manifest = get_object_or_404(Manifest, public_id=public_id)
    handover.close(manifest_id=manifest.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _address(request, manifest), _("Closed. Print the list for the driver."))


@seller_page("logistics.handover")
@require_safe
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """The list as a PDF to sign."""
    manifest = get_object_or_404(Manifest, public_id=public_id)
    content = label_papers.manifest_list(manifest=manifest, zone=request.seller.time_zone, now=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{manifest.number}.pdf"'
    return response


@seller_page("logistics.view")
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """All lists, newest first."""
    page = filters.page_of(request, selectors.manifests())
    context = {"page": page, "table_id": "manifests"}
    return htmx.render(request, "logistics/manifests.html", "logistics/_manifests.html", context)
