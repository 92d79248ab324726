"""A walk for the journeys of pickers, and what the server has of it."""

from tenancy import actors
from tenancy.models import Shop
from tests import make_warehouse
from tests.make_orders import NOW
from tests.make_warehouse import MAI, allocated, make_site, make_stock
from warehouse import picking, waves
from warehouse.models import PickList, PickTask, StationScan


def lay_walk(*, shop: Shop, user) -> PickList:
    """The person's list: 2 MUG in A-01-1 and 2 CUP in A-02-1 for one package; HAT lie in B-01-1."""
    site = make_site()
    make_stock("MUG", 5)
    make_stock("CUP", 5, at="A-02-1")
    make_stock("HAT", 5, at="B-01-1")
    allocated(shop=shop, lines={"MUG": 2, "CUP": 2})
    wave = make_warehouse.planned_wave(site)
    waves.release_wave(wave_id=wave.pk, actor=MAI, now=NOW)
    return picking.claim(pick_list_id=PickList.objects.get().pk, actor=actors.of_user(user), now=NOW)


def codes() -> list[str]:
    """What was scanned, in the order in which the server took it."""
    return list(StationScan.objects.order_by("pk").values_list("code", flat=True))


def units() -> list[int]:
    """Units picked of each line."""
    return list(PickTask.objects.order_by("sequence").values_list("picked_quantity", flat=True))
