"""Beside the rules: notices, promises of shops, differences from the platform, and the history with its undo."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from orders import sla_drift, sla_dry_run, sla_edits, sla_pages, sla_shop_terms
from orders.calendars import Span
from orders.models import CalendarNotice, DriftAlarm, RuleChange
from orders.sla_book import Notice
from orders.sla_edits import NoticeDraft, RulebookRefused
from orders.sla_forms import NoticeForm, PromiseForm
from orders.sla_shop_terms import PROMISE, Promise
from orders.views.rulebook import tabs
from relay.models import Job
from tenancy import actors
from tenancy.models import Shop
from tenancy.pages import seller_page
from tenancy.shops import BadShop

PAGE = 50


@seller_page("orders.view")
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Public holidays come by themselves; here is what markets announced on top."""
    regions = sla_pages.regions_of_shops()
    return _notices(request, NoticeForm(initial={"region": regions[0] if regions else "US"}))


@seller_page("rules.edit")
@require_POST
def add_notice(request: HttpRequest) -> HttpResponse:
    """Say what a notice would do, or enter it."""
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _notices(request, form, status=422)
    draft, now, actor = form.draft(), clock.now(), actors.of_user(request.user)
    try:
        if request.POST.get("act") == "save":
            reason = form.cleaned_data["reason"]
            sla_edits.add_notice(draft=draft, reason=reason, actor=actor, now=now)
            text = _("Entered. Open orders that it is about are counted again in the background.")
            return htmx.redirect(request, _to(request, "orders:notices"), text)
        draft = sla_edits.checked_notice(draft)
    except RulebookRefused as error:
        form.add_error(None, str(error))
        return _notices(request, form, status=422)
    touched = sla_edits.touched_by_notice(draft)
    preview = sla_dry_run.of_notice(_as_notice(draft), touched=touched, now=now)
    return _notices(request, form, preview=preview)


def _as_notice(draft: NoticeDraft) -> Notice:
    span = Span(draft.starts_on, draft.ends_on, draft.words, draft.extra_days)
    return Notice(draft.region, draft.effect, span, draft.sub_region)


@seller_page("rules.edit")
@require_POST
def withdraw_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a notice back."""
    notice = get_object_or_404(CalendarNotice, pk=pk)
    reason = request.POST.get("reason", "") or _("Withdrawn on the page of notices.")
    actor = actors.of_user(request.user)
    sla_edits.withdraw_notice(notice_id=notice.pk, reason=reason, actor=actor, now=clock.now())
    return htmx.redirect(request, _to(request, "orders:notices"), _("The notice is withdrawn."))


def _notices(request: HttpRequest, form: NoticeForm, *, preview=None, status: int = 200) -> HttpResponse:
    context = {
        "tabs": tabs(request, "notices"),
        "rows": sla_pages.notices(today=clock.now().date()),
        "form": form,
        "preview": preview,
    }
    return htmx.render(request, "orders/notices.html", "orders/_notices.html", context, status=status)


@seller_page("orders.view")
@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Each shop's own word, and where it works."""
    context = {"tabs": tabs(request, "promises"), "rows": sla_pages.shop_rows(), "table_id": "promises"}
    return htmx.render(request, "orders/promises.html", "orders/_promises.html", context)


@seller_page("rules.edit")
def promise(request: HttpRequest, slug: str) -> HttpResponse:
    """One shop's promise, peak window and place."""
    shop = get_object_or_404(Shop, slug=slug)
    row = next(one for one in sla_pages.shop_rows() if one.shop.pk == shop.pk)
    initial = {**{name: getattr(shop, name) for name in PROMISE}, "sub_region": row.sub_region}
    form = PromiseForm(request.POST or None, initial=initial, parts=row.parts)
    if request.method == "POST" and form.is_valid():
        try:
            sla_shop_terms.change_terms(
                shop_id=shop.pk,
                wanted=Promise(**{name: form.cleaned_data[name] for name in PROMISE}),
                sub_region=form.cleaned_data.get("sub_region", ""),
                reason=form.cleaned_data["reason"],
                actor=actors.of_user(request.user),
                now=clock.now(),
            )
            return htmx.redirect(request, _to(request, "orders:promises"), _("Saved."))
        except (BadShop, RulebookRefused) as error:
            form.add_error(None, str(error))
    context = {"tabs": tabs(request, "promises"), "form": form, "shop": shop}
    status = 422 if form.is_bound else 200
    return htmx.render(request, "orders/promise.html", "orders/_promise.html", context, status=status)


@seller_page("orders.view")
@require_safe
def drift(request: HttpRequest) -> HttpResponse:
    """Where the platform's times are not what our rules come to."""
    is_all = bool(request.GET.get("all"))
    found = sla_drift.alarms(is_open=None if is_all else True)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"tabs": tabs(request, "drift"), "page": page, "is_all": is_all, "table_id": "drift"}
    return htmx.render(request, "orders/drift.html", "orders/_drift.html", context)


@seller_page("rules.edit")
@require_POST
def drift_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked at it."""
    alarm = get_object_or_404(DriftAlarm, pk=pk)
    sla_drift.see(alarm_id=alarm.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _to(request, "orders:drift"), _("Quiet until it happens again."))


@seller_page("orders.view")
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Who changed what, when and why; before and after; undo."""
    limited = request.access.shop_ids is not None
    slugs = list(Shop.objects.values_list("slug", flat=True)) if limited else None
    page = Paginator(sla_pages.changes(shop_slugs=slugs), PAGE).get_page(request.GET.get("page"))
    numbers = [change.job_id for change in page.object_list if change.job_id]
    context = {
        "tabs": tabs(request, "history"),
        "page": page,
        "lines": sla_pages.lines(list(page.object_list)),
        "jobs": Job.objects.in_bulk(numbers),
        "table_id": "rule-changes",
    }
    return htmx.render(request, "orders/rule_changes.html", "orders/_rule_changes.html", context)


@seller_page("rules.edit")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one change back."""
    change = get_object_or_404(RuleChange, pk=pk)
    sla_shop_terms.undo(change_id=change.pk, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _to(request, "orders:rule_changes"), _("Undone."))


def _to(request: HttpRequest, name: str) -> str:
    return reverse(name, kwargs={"seller": request.seller.slug})
