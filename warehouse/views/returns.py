"""The returns bench: scan a parcel in, say of each line what came back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, htmx
from core.errors import RuleViolation
from logistics import selectors as logistics
from orders import selectors as orders
from orders.models import ReturnCase, ReturnLine, ReturnStage
from tenancy import actors
from tenancy.pages import seller_page
from warehouse import returns

SHOWN = 30


@seller_page("floor.pack")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Nothing on the bench: what is on its way back and what waits for a look."""
    return _bench(request)


@seller_page("floor.pack")
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """A parcel is scanned in."""
    code = request.POST.get("code", "")
    try:
        case = returns.scan_in(
            code=code,
            package_id=logistics.package_with_number(number=code),
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        return _bench(request, text=str(error), ok=False)
    return _opened(request, case, text=_("Return %(return)s is here.") % {"return": case.return_id})


@seller_page("floor.pack")
@require_GET
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """One return on the bench."""
    return _opened(request, get_object_or_404(ReturnCase, public_id=public_id))


@seller_page("floor.pack")
@require_POST
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """It is here, by hand: the label cannot be read."""
    found = get_object_or_404(ReturnCase, public_id=public_id)
    case = returns.scan_in(code=found.return_id, actor=actors.of_user(request.user), now=clock.now())
    return _opened(request, case, text=_("Return %(return)s is here.") % {"return": case.return_id})


@seller_page("floor.pack")
@require_POST
def inspect(request: HttpRequest, public_id: str, line_id: int) -> HttpResponse:
    """What units of one line are."""
    case = get_object_or_404(ReturnCase, public_id=public_id)
    line = get_object_or_404(ReturnLine, pk=line_id, case=case)
    try:
        case = returns.inspect(
            line_id=line.pk,
            verdicts={name: _units(request, name) for name in returns.VERDICTS},
            actor=actors.of_user(request.user),
            now=clock.now(),
        )
    except RuleViolation as error:
        return _opened(request, case, text=str(error), ok=False)
    text = _("Noted.")
    if case.inspected_at:
        text = _("Everything was looked at. Goods for sale are on the put-back list.")
    return _opened(request, case, text=text)


def _units(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "").strip()
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


def _opened(request: HttpRequest, case: ReturnCase, *, text: str = "", ok: bool = True) -> HttpResponse:
    case = ReturnCase.objects.select_related("order", "shop").get(pk=case.pk)
    lines = list(case.lines.select_related("sku", "order_line").order_by("pk"))
    return _answer(request, {"case": case, "lines": lines}, text=text, ok=ok, public_id=case.public_id)


def _bench(request: HttpRequest, *, text: str = "", ok: bool = True) -> HttpResponse:
    coming = orders.returns(stage=ReturnStage.ON_ITS_WAY)
    here = orders.returns(stage=ReturnStage.TO_INSPECT)
    context = {"case": None, "coming": list(coming[:SHOWN]), "here": list(here[:SHOWN])}
    return _answer(request, context, text=text, ok=ok)


def _answer(
    request: HttpRequest, context: dict[str, object], *, text: str, ok: bool, public_id: str = ""
) -> HttpResponse:
    context["answer"] = {"ok": ok, "text": text} if text else None
    page, fragment = "warehouse/returns.html", "warehouse/_returns.html"
    response = htmx.render(request, page, fragment, context, status=200 if ok else 422)
    here = {"seller": request.seller.slug} | ({"public_id": public_id} if public_id else {})
    name = "warehouse:return" if public_id else "warehouse:returns"
    response.headers["HX-Push-Url"] = reverse(name, kwargs=here)
    return htmx.scanned(response, ok=ok, text=text) if text else response
