"""Printing: the papers of a wave, of one walk or package, labels of bins, count sheets; and how slips look."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from orders.models import Package
from tenancy import actors
from tenancy.models import Shop
from tenancy.pages import seller_page
from warehouse import packing_slips, papers, photos, selectors, slip_words
from warehouse.models import Delivery, DeliveryState, PaperKind, PickList, SlipLanguage, SlipTerms, Wave
from warehouse.views import bins as bin_pages

OF_WAVES = (PaperKind.PICK_LIST, PaperKind.WALL_SHEET, PaperKind.SLIP)
OF_PACKAGES = (PaperKind.SLIP, PaperKind.PARCEL_LABEL)


def _print(
    request: HttpRequest, kind: str, ids: Sequence[int], *, zone: str = "", wave_id: int | None = None
) -> HttpResponse:
    """The PDF to print, or the page of the job that makes it."""
    outcome = papers.print_now(
        kind=kind,
        ids=ids,
        size=request.POST.get("size", ""),
        reason=request.POST.get("reason", ""),
        actor=actors.of_user(request.user),
        now=clock.now(),
        zone=zone or request.seller.time_zone,
        wave_id=wave_id,
    )
    if outcome.job is not None:
        kwargs = {"seller": request.seller.slug, "public_id": outcome.job.public_id}
        text = _("The papers are being made. You may leave this page.")
        return htmx.redirect(request, reverse("jobs:job", kwargs=kwargs), text, "info")
    response = HttpResponse(outcome.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{kind.replace("_", "-")}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _kind(request: HttpRequest, among: Sequence[str]) -> str:
    kind = request.POST.get("kind", "")
    if kind not in among:
        raise papers.BadPaper(_("There is no such paper. Choose a kind and a size from the page."))
    return kind


@seller_page("waves.plan")
@require_POST
def of_wave(request: HttpRequest, public_id: str) -> HttpResponse:
    """All pick lists, put-wall sheets or slips of a wave, in its order."""
    wave = get_object_or_404(Wave.objects.select_related("warehouse"), public_id=public_id)
    kind = _kind(request, OF_WAVES)
    ids = papers.wave_subjects(wave_id=wave.pk, kind=kind)
    if kind == PaperKind.WALL_SHEET and not ids:
        raise papers.NothingToPrint(_("Nothing in this wave is sorted on a put wall."))
    return _print(request, kind, ids, zone=wave.warehouse.time_zone, wave_id=wave.pk)


@seller_page("floor.pick")
@require_POST
def of_walk(request: HttpRequest, public_id: str) -> HttpResponse:
    """One walk on paper."""
    found = get_object_or_404(PickList, public_id=public_id)
    return _print(request, PaperKind.PICK_LIST, [found.pk])


@seller_page("floor.pack")
@require_POST
def of_package(request: HttpRequest, public_id: str) -> HttpResponse:
    """One package's slip or label."""
    found = get_object_or_404(Package, public_id=public_id)
    return _print(request, _kind(request, OF_PACKAGES), [found.pk])


@seller_page("stock.adjust")
@require_POST
def of_bins(request: HttpRequest) -> HttpResponse:
    """Labels of the ticked bins, or of all bins of the filter, in walk order."""
    return _print(request, PaperKind.BIN_LABEL, list(bin_pages.wanted(request).values_list("pk", flat=True)))


@seller_page("floor.pick")
@require_POST
def of_counts(request: HttpRequest) -> HttpResponse:
    """Blind sheets of everything that should be counted, in walk order; or of one bin."""
    tasks = selectors.count_tasks()
    chosen = bin_pages.number(request.POST.get("task", ""))
    if chosen is not None:
        tasks = tasks.filter(pk=chosen)
    return _print(request, PaperKind.COUNT_SHEET, list(tasks.values_list("pk", flat=True)))


@seller_page("floor.pick")
@require_POST
def of_transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is left to pick for a transfer, in walking order."""
    found = get_object_or_404(Delivery, public_id=public_id, state=DeliveryState.DRAFT, origin__isnull=False)
    return _print(request, PaperKind.TRANSFER, [found.pk])


@seller_page("settings.edit")
def slips(request: HttpRequest) -> HttpResponse:
    """Language, note and logo of each shop's packing slips."""
    if request.method == "POST":
        return _save(request)
    terms = {row.shop_id: row for row in SlipTerms.objects.all()}
    rows = [
        {
            "shop": shop,
            "terms": terms.get(shop.pk),
            "usual": SlipLanguage(slip_words.language_of(region=shop.region)).label,
        }
        for shop in Shop.objects.filter(is_active=True).order_by("name")
    ]
    context = {"rows": rows, "languages": SlipLanguage.choices, "note_length": packing_slips.NOTE_LENGTH}
    return htmx.render(request, "warehouse/slips.html", "warehouse/_slips.html", context)


def _save(request: HttpRequest) -> HttpResponse:
    shop = get_object_or_404(Shop, slug=request.POST.get("shop", ""))
    file = request.FILES.get("logo")
    if file is not None and file.size > photos.BYTES_AT_MOST:
        most = photos.BYTES_AT_MOST // (1024 * 1024)
        raise photos.BadPhoto(_("A photo has at most %(most)d MB.") % {"most": most})
    packing_slips.set_terms(
        shop_id=shop.pk,
        language=request.POST.get("language", ""),
        note=request.POST.get("note", ""),
        logo=file.read() if file else None,
        has_no_logo="no_logo" in request.POST,
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    address = reverse("warehouse:slips", kwargs={"seller": request.seller.slug})
    return htmx.redirect(request, address, _("Saved. It holds for slips printed from now on."))


@seller_page("settings.edit")
@require_GET
def logo(request: HttpRequest, shop_slug: str) -> HttpResponse:
    """A shop's logo as slips bear it."""
    terms = get_object_or_404(SlipTerms.objects.exclude(logo=""), shop__slug=shop_slug)
    return HttpResponse(packing_slips.read_logo(terms), content_type=photos.CONTENT_TYPE)
