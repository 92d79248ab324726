"""Try the printer and the scanner: print a label, scan it."""

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock, htmx
from tenancy.pages import seller_page

CODE = "KUAIFA-TEST"


@seller_page("orders.view")
def index(request: HttpRequest) -> HttpResponse:
    """The label, and a box to scan it into."""
    answer = None
    if request.method == "POST":
        given = request.POST.get("code", "").strip()
        is_right = given.upper() == CODE
        if is_right:
            _remember(request, "scanner")
            text = _("The scanner works.")
        else:
            text = _("Scanned “%(given)s”, expected “%(wanted)s”. Scan the label of this page.")
            text = text % {"given": given, "wanted": CODE}
        answer = {"ok": is_right, "text": text}
    context = {
        "answer": answer,
        "code": CODE,
        "picture": mark_safe(segno.make(CODE, error="m").svg_inline(scale=6)),  # noqa: S308 - our own words
        "tested": request.user.preferences.get("tested", {}),
    }
    response = htmx.render(request, "console/try_out.html", "console/_try_out.html", context)
    return htmx.scanned(response, ok=answer["ok"], text=answer["text"]) if answer else response


@seller_page("orders.view")
@require_POST
def printed(request: HttpRequest) -> HttpResponse:
    """The person has seen the label come out."""
    _remember(request, "printer")
    address = reverse("console:try_out", kwargs={"seller": request.seller.slug})
    return htmx.redirect(request, address, _("The printer works."))


def _remember(request: HttpRequest, what: str) -> None:
    tested = request.user.preferences.get("tested", {}) | {what: clock.now().isoformat()}
    request.user.preferences = request.user.preferences | {"tested": tested}
    request.user.save(update_fields=["preferences"])
