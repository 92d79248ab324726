"""Orders by file: upload a Seller Center export, see what became of every row, look back at earlier files."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, htmx
from orders import file_import
from orders.forms import ImportForm
from orders.models import OrderImport
from orders.models.cursor import ImportState
from tenancy import actors
from tenancy.pages import chosen_shop, seller_page

PAST_PER_PAGE = 25


@seller_page("orders.import")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form and the files of before; a file that is no use comes back as 422 with the reason."""
    if request.method != "POST":
        return _page(request, ImportForm(initial={"shop": chosen_shop(request)}))
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["file"]
    record = file_import.import_file(
        shop=form.cleaned_data["shop"],
        filename=file.name,
        content=file.read(),
        actor=actors.of_user(request.user),
        now=clock.now(),
    )
    if record.state == ImportState.REFUSED:
        form.add_error("file", record.message)
        return _page(request, form, status=422)
    address = reverse("orders:import_result", kwargs={"seller": request.seller.slug, "pk": record.pk})
    return htmx.redirect(request, address, _("The file was taken in."))


def _page(request: HttpRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    past = OrderImport.objects.select_related("shop").defer("problems").order_by("-at", "-pk")
    if not form.is_bound and (shop := chosen_shop(request)):
        past = past.filter(shop=shop)
    context = {"form": form, "page": Paginator(past, PAST_PER_PAGE).get_page(request.GET.get("page"))}
    return render(request, "orders/import.html", context, status=status)


@seller_page("orders.import")
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one file, row by row where something was wrong."""
    record = get_object_or_404(OrderImport.objects.select_related("shop"), pk=pk)
    context = {"record": record, "hidden": record.problem_count - len(record.problems)}
    return render(request, "orders/import_result.html", context)
