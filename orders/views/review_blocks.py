"""The block list: who is on it and why; put on and taken off by people who set rules."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock, htmx
from core.errors import RuleViolation
from orders import review_blocks
from orders.models import BlockEntry
from orders.review_forms import BlockForm
from tenancy import actors
from tenancy.pages import seller_page

PAGE = 50


@seller_page("orders.review")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest entries first."""
    return _page(request, BlockForm())


def _page(request: HttpRequest, form: BlockForm, *, status: int = 200, refused: str = "") -> HttpResponse:
    rows = BlockEntry.objects.order_by("-added_at", "-pk")
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "form": form,
        "refused": refused,
        "table_id": "blocks",
    }
    return htmx.render(request, "orders/blocks.html", "orders/_blocks.html", context, status=status)


@seller_page("rules.edit")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """One more entry by what a person typed; a refusal shows the form again."""
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        entry = review_blocks.add(**form.cleaned_data, actor=actors.of_user(request.user), now=clock.now())
    except RuleViolation as error:
        return _page(request, form, status=422, refused=str(error))
    return htmx.redirect(
        request, _address(request), _("%(entry)s is on the block list.") % {"entry": entry.hint}
    )


@seller_page("rules.edit")
@require_POST
def remove(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take one off; orders that it held go on."""
    review_blocks.remove(entry_id=entry_id, actor=actors.of_user(request.user), now=clock.now())
    return htmx.redirect(request, _address(request), _("Taken off: orders that it held go on by themselves."))


def _address(request: HttpRequest) -> str:
    return reverse("orders:blocks", kwargs={"seller": request.seller.slug})
