"""Makes services of own carriers with prices and areas."""

from decimal import Decimal

from logistics import rate_book
from logistics.models import EVERY_DAY, CarrierService, ServiceArea, ServiceRate
from logistics.rating import Area
from tests.make_logistics import LAN, carrier
from tests.make_orders import NOW

PLAIN = {
    "name": "Standard",
    "currency": "VND",
    "divisor": 0,
    "max_weight_g": 0,
    "max_side_mm": 0,
    "max_sum_mm": 0,
    "cut_off_at": None,
    "days": EVERY_DAY,
    "transit_days": 0,
    "is_cod_taken": True,
    "is_active": True,
}


def make_service(
    *,
    of: str = "jt",
    code: str = "std",
    prices: dict[int, int] | None = None,
    areas: tuple[Area, ...] = (),
    zone: str = "",
    **values,
) -> CarrierService:
    """A service of a carrier of the seller in scope; `prices` maps grams to amounts of one zone."""
    service = rate_book.add_service(
        carrier=carrier(of), code=code, values={**PLAIN, **values}, actor=LAN, now=NOW
    )
    for up_to_g, amount in (prices or {}).items():
        ServiceRate.objects.create(service=service, zone=zone, up_to_g=up_to_g, amount=Decimal(amount))
    for area in areas:
        ServiceArea.objects.create(
            service=service,
            zone=area.zone,
            region=area.region,
            province=area.province,
            postcode_from=area.postcode_from,
            postcode_to=area.postcode_to,
        )
    return service
