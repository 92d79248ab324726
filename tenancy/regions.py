"""The markets a shop may be in: its currency and its usual time zone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Region:
    code: str
    name: str | Promise
    currency: str
    time_zone: str


_ALL = (
    Region("VN", _("Vietnam"), "VND", "Asia/Ho_Chi_Minh"),
    Region("TH", _("Thailand"), "THB", "Asia/Bangkok"),
    Region("MY", _("Malaysia"), "MYR", "Asia/Kuala_Lumpur"),
    Region("ID", _("Indonesia"), "IDR", "Asia/Jakarta"),
    Region("PH", _("Philippines"), "PHP", "Asia/Manila"),
    Region("SG", _("Singapore"), "SGD", "Asia/Singapore"),
    Region("JP", _("Japan"), "JPY", "Asia/Tokyo"),
    Region("US", _("United States"), "USD", "America/Los_Angeles"),
    Region("GB", _("United Kingdom"), "GBP", "Europe/London"),
    Region("DE", _("Germany"), "EUR", "Europe/Berlin"),
    Region("FR", _("France"), "EUR", "Europe/Paris"),
    Region("IT", _("Italy"), "EUR", "Europe/Rome"),
    Region("ES", _("Spain"), "EUR", "Europe/Madrid"),
    Region("IE", _("Ireland"), "EUR", "Europe/Dublin"),
    Region("MX", _("Mexico"), "MXN", "America/Mexico_City"),
    Region("BR", _("Brazil"), "BRL", "America/Sao_Paulo"),
)
REGIONS = {region.code: region for region in _ALL}


def region(code: str, *, time_zone: str = "UTC") -> Region:
    """A market by its code; one that is not listed gets dollars and the given zone, to be corrected on the shop's page."""
    name = code.upper()[:2]
    known = REGIONS.get({"UK": "GB"}.get(name, name))
    return known or Region(name, name, "USD", time_zone)
