"""What the sample sellers' own carriers offer: invented services, areas and prices."""

from datetime import datetime
from decimal import Decimal

from logistics import rate_book
from logistics.models import EVERY_DAY, Carrier, ServiceRate
from logistics.rating import Area
from tenancy.actors import Actor

WEIGHTS_G = (500, 1000, 2000, 3000, 5000, 10_000, 20_000)
# carrier, code, name, volume divisor, longest side in mm, (zone, first price, more per step)
VIETNAM = (
    ("jt", "std", "Standard", 6000, 1000, (("A", 16500, 3500), ("B", 22000, 5000))),
    ("spx", "std", "Standard", 6000, 600, (("A", 15000, 4500), ("B", 24000, 6500))),
)
AREAS = (Area("A", "VN", "Hồ Chí Minh"), Area("A", "VN", "Bình Dương"), Area("B", "VN"))


def offer(*, actor: Actor, now: datetime) -> None:
    """Services of the seller in scope, which ships from Vietnam with carriers of its own."""
    for carrier, code, name, divisor, side, zones in VIETNAM:
        values = {
            "name": name,
            "currency": "VND",
            "divisor": divisor,
            "max_weight_g": 20_000,
            "max_side_mm": side,
            "max_sum_mm": 0,
            "cut_off_at": None,
            "days": EVERY_DAY,
            "transit_days": 0,
            "is_cod_taken": True,
            "is_active": True,
        }
        service = rate_book.add_service(
            carrier=Carrier.objects.get(code=carrier), code=code, values=values, actor=actor, now=now
        )
        for area in AREAS:
            rate_book.set_area(service_id=service.pk, area=area, actor=actor, now=now)
        ServiceRate.objects.bulk_create(
            ServiceRate(service=service, zone=zone, up_to_g=grams, amount=Decimal(first + step * place))
            for zone, first, step in zones
            for place, grams in enumerate(WEIGHTS_G)
        )
