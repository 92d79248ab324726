"""Carriers of the seller: number shapes, blocks, and when the numbers of each shop go to the platform."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from logistics import number_blocks, number_check, selectors, setup
from logistics.forms import BlockForm, CarrierForm, PolicyForm
from logistics.models import Carrier, NumberBlock, ShippingPolicy
from tenancy import actors, audit
from tenancy.models import Shop
from tenancy.pages import seller_page


@seller_page("logistics.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Carriers, and the policy of each shop."""
    return _shown(request)


def _shown(
    request: HttpRequest, *, wrong: dict[int, PolicyForm] | None = None, status: int = 200
) -> HttpResponse:
    shops = list(Shop.objects.filter(is_active=True).order_by("name"))
    policies = setup.policies_for([shop.pk for shop in shops])
    choices = PolicyForm.carrier_choices()
    forms = {shop.pk: _policy_form(policies[shop.pk], choices=choices) for shop in shops} | (wrong or {})
    blocks: dict[int, int] = {}
    for block in NumberBlock.objects.filter(is_active=True):
        left = block.last_serial - block.next_serial + 1
        blocks[block.carrier_id] = blocks.get(block.carrier_id, 0) + left
    context = {
        "carriers": Carrier.objects.order_by("-is_active", "name"),
        "blocks": blocks,
        "policies": [(shop, forms[shop.pk]) for shop in shops],
    }
    return htmx.render(request, "logistics/carriers.html", "logistics/_carriers.html", context, status=status)


def _policy_form(policy: ShippingPolicy, *, choices: list[tuple[object, str]]) -> PolicyForm:
    return PolicyForm(
        choices=choices,
        prefix=str(policy.shop_id),
        initial={
            "upload_moment": policy.upload_moment,
            "guard_hours": policy.guard_hours,
            "carrier": policy.default_carrier_id,
        },
    )


@seller_page("logistics.ship")
@require_POST
def policy(request: HttpRequest, shop: str) -> HttpResponse:
    """Change when a shop's numbers go to the platform."""
    found = get_object_or_404(Shop, slug=shop)
    row = setup.policy_for(found)
    form = PolicyForm(request.POST, prefix=str(found.pk))
    if not form.is_valid():
        return _shown(request, wrong={found.pk: form}, status=422)
    form.save(row)
    _keep(
        request,
        action="shipping_policy.changed",
        subject=row,
        upload_moment=row.upload_moment,
        guard_hours=row.guard_hours,
    )
    back = reverse("logistics:carriers", kwargs={"seller": request.seller.slug})
    return htmx.redirect(request, back, _("Saved."))


def _keep(request: HttpRequest, *, action: str, subject, **detail: object) -> None:
    audit.record(
        actor=actors.of_user(request.user),
        now=clock.now(),
        action=action,
        subject_type=subject._meta.model_name,
        subject_id=subject.pk,
        **detail,
    )


def _one(
    request: HttpRequest,
    carrier: Carrier,
    *,
    form: CarrierForm | None = None,
    block_form: BlockForm | None = None,
    trial: dict | None = None,
    status: int = 200,
) -> HttpResponse:
    blocks = NumberBlock.objects.filter(carrier=carrier).order_by("pk")
    context = {
        "carrier": carrier,
        "form": form or CarrierForm.of(carrier),
        "block_form": block_form or BlockForm(),
        "blocks": [(block, block.last_serial - block.next_serial + 1) for block in blocks],
        "trial": trial,
        "services": selectors.services_of(carrier=carrier),
    }
    return htmx.render(request, "logistics/carrier.html", "logistics/_carrier.html", context, status=status)


@seller_page("logistics.view")
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One carrier; `?try=` judges a number by its rules."""
    carrier = get_object_or_404(Carrier, code=code)
    trial, text = None, request.GET.get("try", "").strip()
    if text:
        try:
            judged = number_check.judge_shape(raw=text, carrier=carrier)
            proven = _("%(number)s is right: its check digit fits.") % {"number": judged.number}
            trial = {
                "ok": True,
                "proven": judged.is_proven,
                "text": proven if judged.is_proven else judged.warning,
            }
        except RuleViolation as refusal:
            trial = {"ok": False, "text": str(refusal)}
    return _one(request, carrier, trial=trial)


@seller_page("logistics.ship")
@require_POST
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a carrier."""
    carrier = get_object_or_404(Carrier, code=code)
    form = CarrierForm(request.POST)
    if not form.is_valid():
        return _one(request, carrier, form=form, status=422)
    form.save(carrier)
    _keep(request, action="carrier.changed", subject=carrier, code=carrier.code, is_active=carrier.is_active)
    return htmx.redirect(request, _address(request, carrier), _("Saved."))


def _address(request: HttpRequest, carrier: Carrier) -> str:
    return reverse("logistics:carrier", kwargs={"seller": request.seller.slug, "code": carrier.code})


@seller_page("logistics.ship")
@require_POST
def add_block(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a block of numbers."""
    carrier = get_object_or_404(Carrier, code=code)
    form = BlockForm(request.POST)
    if form.is_valid():
        try:
            block = number_blocks.add(carrier=carrier, **form.cleaned_data)
            _keep(request, action="number_block.added", subject=block, carrier=carrier.code)
            return htmx.redirect(request, _address(request, carrier), _("The block was added."))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
    return _one(request, carrier, block_form=form, status=422)


@seller_page("logistics.ship")
@require_POST
def switch_block(request: HttpRequest, code: str, block_id: int) -> HttpResponse:
    """Stop taking numbers from a block, or go on."""
    block = get_object_or_404(NumberBlock, pk=block_id, carrier__code=code)
    block.is_active = not block.is_active
    block.save(update_fields=["is_active"])
    _keep(request, action="number_block.switched", subject=block, is_active=block.is_active)
    return htmx.redirect(request, _address(request, block.carrier), _("Saved."))
