"""The rulebook: rules by region, and one rule with its versions, its form and what a change would do."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import clock, htmx
from orders import sla_dry_run, sla_edits, sla_pages
from orders.sla_edits import RulebookRefused
from orders.sla_forms import RuleForm, rule_initial
from tenancy import actors
from tenancy.pages import seller_page

TABS = (
    ("rules", gettext_lazy("Rules"), "orders:rulebook"),
    ("notices", gettext_lazy("Holidays and notices"), "orders:notices"),
    ("promises", gettext_lazy("Promises of shops"), "orders:promises"),
    ("drift", gettext_lazy("Differences"), "orders:drift"),
    ("history", gettext_lazy("Changes"), "orders:rule_changes"),
)
DOUBTS = ("sure", "unsure", "off", "own")


def tabs(request: HttpRequest, current: str) -> list[dict[str, object]]:
    """The pages of the rulebook."""
    return [
        {
            "label": label,
            "href": reverse(name, kwargs={"seller": request.seller.slug}),
            "current": code == current,
        }
        for code, label, name in TABS
    ]


@seller_page("orders.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every rule: what holds today, how sure it is, which version."""
    own = sla_pages.regions_of_shops()
    region = request.GET.get("region", "" if len(own) != 1 else own[0])
    doubt = request.GET.get("doubt", "")
    rows = sla_pages.rule_rows(
        on=clock.now().date(),
        region="" if region == "all" else region,
        doubt=doubt if doubt in DOUBTS else "",
    )
    if not region and own:
        rows = [row for row in rows if row.rule.region in own]
    context = {
        "tabs": tabs(request, "rules"),
        "rows": rows,
        "regions": sla_pages.all_regions(),
        "own_regions": own,
        "region": region,
        "doubt": doubt,
        "table_id": "rulebook",
    }
    return htmx.render(request, "orders/rulebook.html", "orders/_rulebook.html", context)


@seller_page("orders.view")
@require_safe
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule: its versions, and the form for the next one."""
    versions, found = _versions(key)
    initial = {**rule_initial(found.rule), "valid_from": clock.now().date()}
    if request.GET.get("switch"):
        initial["is_on"] = not found.rule.is_on
    return _page(request, found=found, versions=versions, form=RuleForm(initial=initial))


@seller_page("rules.edit")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Say what a new version would do, or make it."""
    versions, found = _versions(key)
    form = RuleForm(request.POST or None)
    if not form.is_valid():
        return _page(request, found=found, versions=versions, form=form, status=422)
    asked = {"key": key, "changes": form.changes(), "valid_from": form.cleaned_data["valid_from"]}
    now, actor = clock.now(), actors.of_user(request.user)
    try:
        if request.POST.get("act") == "save":
            sla_edits.save_version(**asked, reason=form.cleaned_data["reason"], actor=actor, now=now)
            text = _("Saved. Open orders that it is about are counted again in the background.")
            return htmx.redirect(request, _address(request, key), text)
        _base, drafted = sla_edits.drafted(**asked)
    except RulebookRefused as error:
        form.add_error(None, str(error))
        return _page(request, found=found, versions=versions, form=form, status=422)
    preview = sla_dry_run.of_rule(drafted, touched=sla_edits.touched_by_rule(drafted), now=now)
    return _page(request, found=found, versions=versions, form=form, preview=preview)


def _versions(key: str) -> tuple[list, sla_pages.RuleRow]:
    versions = sla_edits.versions_of(key)
    if not versions:
        raise Http404
    return versions, sla_pages.row_of(versions, on=clock.now().date())


def _address(request: HttpRequest, key: str) -> str:
    return reverse("orders:rulebook_rule", kwargs={"seller": request.seller.slug, "key": key})


def _page(
    request: HttpRequest,
    *,
    found: sla_pages.RuleRow,
    versions: list,
    form: RuleForm,
    preview=None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tabs": tabs(request, "rules"),
        "row": found,
        "versions": [sla_pages.RuleRow(one, (one,), None) for one in reversed(versions)],
        "form": form,
        "preview": preview,
    }
    return htmx.render(
        request, "orders/rulebook_rule.html", "orders/_rulebook_rule.html", context, status=status
    )
