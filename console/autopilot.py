"""A simulated crew that works one seller's floor through the very rules that staff use: plan, pick, pack, label, hand over.

Each act is a transaction of its own, as each scan of a person is. What a rule refuses is counted and left to people.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

from core import clock
from core.errors import RuleViolation
from logistics import handover, labels, number_blocks
from logistics import setup as logistics_setup
from logistics.models import Carrier, ManifestLine, Shipment, ShipmentState
from orders.models import Package, PackageState
from tenancy import scoping
from tenancy.actors import Actor
from warehouse import (
    packing,
    picking,
    put_back_scans,
    put_walls,
    selectors,
    show_lane,
    sorting,
    wave_choice,
    waves,
)
from warehouse.models import Bin, BinKind, Carton, PickList, PickMode, TakeOverWhy, Warehouse

log = structlog.get_logger(__name__)

CREW = Actor(kind="crew", label="autopilot")
UNKNOWN_WEIGHT_G = 350
ON_THE_FLOOR = (
    PackageState.ALLOCATED,
    PackageState.PICKING,
    PackageState.PICKED,
    PackageState.PACKED,
    PackageState.READY_TO_SHIP,
)


@dataclass
class Crew:
    """One pass after the other over the stations; `done` and `refused` count what happened."""

    seller_id: int
    done: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    _set_aside: set[int] = field(default_factory=set)

    def work_once(self) -> int:
        """One pass over every station; the number of things done."""
        before = self.done.total()
        stations = (
            self._put_back,
            self._plan,
            self._pick,
            self._sort,
            self._take_prepacked,
            self._pack,
            self._number,
            self._hand_over,
        )
        for station in stations:
            station()
        return self.done.total() - before

    def left(self) -> dict[str, int]:
        """Packages still on the floor, by state, without those that were stopped or set aside."""
        with scoping.scope(sellers=[self.seller_id]):
            states = Package.objects.filter(state__in=ON_THE_FLOOR, is_stopped=False).exclude(
                pk__in=self._set_aside
            )
            return dict(Counter(states.values_list("state", flat=True)))

    def _act(self, what: str, act: Callable[[], object]) -> object | None:
        """One act of a person: its own scope and transaction; a refusal changes nothing."""
        try:
            with scoping.scope(sellers=[self.seller_id]):
                result = act()
        except RuleViolation as refusal:
            self.refused[f"{what}: {refusal.code}"] += 1
            log.info("autopilot.refused", what=what, code=refusal.code)
            return None
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            self.refused[f"{what}: deadlock, tried again in the next pass"] += 1
            return None
        self.done[what] += 1
        return result

    def _ids(self, find: Callable[[], object]) -> list[int]:
        with scoping.scope(sellers=[self.seller_id]):
            return list(find())

    def _put_back(self) -> None:
        """What was stopped goes from totes and dock to where it came from, else to any shelf of the building."""
        with scoping.scope(sellers=[self.seller_id]):
            tasks = list(selectors.put_back_tasks())
            shelves = Bin.objects.filter(kind=BinKind.SHELF, is_active=True).order_by("-walk_order", "-pk")
            by_site = dict(shelves.values_list("warehouse_id", "code"))
        for task in tasks:
            code = task.home.code if task.home and task.home.kind == BinKind.SHELF else ""
            code = code or by_site.get(task.source.warehouse_id, "")
            if code:
                self._act(
                    "put back",
                    lambda task=task, code=code: put_back_scans.place(
                        task_id=task.pk, bin_code=code, quantity=None, actor=CREW, now=clock.now()
                    ),
                )

    def _plan(self) -> None:
        for warehouse_id in self._ids(
            lambda: Warehouse.objects.filter(is_active=True).values_list("pk", flat=True)
        ):
            filters = wave_choice.Filters(warehouse_id=warehouse_id, mode=self._mode(warehouse_id))
            while self._ids(lambda filters=filters: wave_choice.candidates(filters=filters)[:1]):
                wave = self._act(
                    "wave",
                    lambda filters=filters: waves.plan_wave(filters=filters, actor=CREW, now=clock.now()),
                )
                if wave is None:
                    break
                released = self._act(
                    "release",
                    lambda wave=wave: waves.release_wave(wave_id=wave.pk, actor=CREW, now=clock.now()),
                )
                if released is None:
                    break

    def _mode(self, warehouse_id: int) -> str:
        """Where there is a put wall, goods are picked together."""
        with scoping.scope(sellers=[self.seller_id]):
            has_wall = put_walls.has_wall(warehouse_id=warehouse_id)
        return PickMode.BATCH if has_wall else PickMode.SORT_WHILE_PICK

    def _pick(self) -> None:
        for list_id in self._ids(lambda: [row.pk for row in picking.open_lists()]):
            walk = self._act(
                "walk",
                lambda list_id=list_id: picking.claim(
                    pick_list_id=list_id, actor=CREW, now=clock.now(), why=TakeOverWhy.NEEDED
                ),
            )
            while walk is not None and self._pick_step(list_id):
                pass

    def _pick_step(self, list_id: int) -> bool:
        """One scan of the walk; False at its end, or when a scan was refused."""
        with scoping.scope(sellers=[self.seller_id]):
            step = picking.next_step(PickList.objects.get(pk=list_id))
        if step is None:
            return False
        is_bin = step.kind == "bin"
        answer = self._act(
            "pick scan",
            lambda: picking.scan(
                pick_list_id=list_id,
                code=step.bin_code if is_bin else step.barcode,
                quantity=1 if is_bin else step.left,
                actor=CREW,
                now=clock.now(),
            ),
        )
        return answer is not None and answer.ok

    def _sort(self) -> None:
        """Every unit of a tote that was picked together finds its slot on the put wall."""
        with scoping.scope(sellers=[self.seller_id]):
            waiting = {
                row.pk: [
                    one.sku.seller_sku
                    for one in sorting.left_in_tote(pick_list=row)
                    for _ in range(one.units)
                ]
                for row in put_walls.waiting_lists()
            }
        for list_id, codes in waiting.items():
            for code in codes:
                answer = self._act(
                    "sort scan",
                    lambda list_id=list_id, code=code: sorting.scan(
                        pick_list_id=list_id, code=code, actor=CREW, now=clock.now()
                    ),
                )
                if answer is None:  # the wall is full: full slots are packed next
                    break

    def _pack(self) -> None:
        with scoping.scope(sellers=[self.seller_id]):
            found = Package.objects.filter(state=PackageState.PICKED, is_stopped=False).exclude(
                pk__in=self._set_aside
            )
            package_ids = list(found.order_by("order__clock__due_at", "pk").values_list("pk", flat=True))
            carton = Carton.objects.filter(is_active=True).order_by("length_mm", "pk").first()
        for package_id in package_ids:
            if carton is None or not self._pack_one(package_id, carton):
                self._set_aside.add(package_id)

    def _take_prepacked(self) -> None:
        """Parcels of a live show: a scan of the product for each package that waits for one."""
        for sku in self._ids(show_lane.skus_waiting):
            self._act(
                "take pre-packed",
                lambda sku=sku: show_lane.take(sku=sku, actor=CREW, now=clock.now()),
            )

    def _pack_one(self, package_id: int, carton: Carton) -> bool:
        """Verify every item by scan, weigh, close."""
        parcel = self._act("open parcel", lambda: packing.load(package_id=package_id))
        if parcel is None:
            return False
        carton = parcel.prepacked_in or carton
        for item in parcel.items:
            if item.left and not self._act(
                "check scan",
                lambda item=item: packing.scan_item(
                    package_id=package_id,
                    code=item.sku.seller_sku,
                    quantity=item.left,
                    actor=CREW,
                    now=clock.now(),
                ),
            ):
                return False
        with scoping.scope(sellers=[self.seller_id]):
            weight_g = packing.expected_weight_g(parcel=parcel, carton=carton) or UNKNOWN_WEIGHT_G
        packed = self._act(
            "pack",
            lambda: packing.finish(
                package_id=package_id, carton_code=carton.code, weight_g=weight_g, actor=CREW, now=clock.now()
            ),
        )
        return packed is not None

    def _number(self) -> None:
        """Parcels of our own carriers get a number from the carrier's block; platform labels come by themselves."""
        with scoping.scope(sellers=[self.seller_id]):
            waiting = Shipment.objects.filter(state=ShipmentState.PENDING, is_platform_label=False)
            by_shop: dict[int, list[int]] = {}
            for shipment_id, shop_id in waiting.order_by("pk").values_list("pk", "shop_id"):
                by_shop.setdefault(shop_id, []).append(shipment_id)
            carriers = {shop_id: self._carrier(shop_id) for shop_id in by_shop}
        for shop_id, shipment_ids in by_shop.items():
            carrier = carriers[shop_id]
            if carrier is None:
                self.refused["number: no carrier with a number block"] += len(shipment_ids)
                continue
            self._act(
                "number",
                lambda carrier=carrier, shipment_ids=shipment_ids: labels.take_numbers(
                    shipment_ids=shipment_ids, carrier=carrier, actor=CREW, now=clock.now()
                ),
            )

    def _carrier(self, shop_id: int) -> Carrier | None:
        """The shop's usual carrier, or another one that has numbers left."""
        policy = logistics_setup.policies_for([shop_id])[shop_id]
        found = (
            Carrier.objects.filter(is_active=True, number_blocks__is_active=True).order_by("pk").distinct()
        )
        usual = [carrier for carrier in found if carrier.pk == policy.default_carrier_id]
        return next((carrier for carrier in [*usual, *found] if number_blocks.left(carrier)), None)

    def _hand_over(self) -> None:
        """Every labelled parcel goes onto its carrier's manifest, which is then closed."""
        with scoping.scope(sellers=[self.seller_id]):
            ready = Shipment.objects.filter(
                package__state=PackageState.READY_TO_SHIP,
                package__is_stopped=False,
                state=ShipmentState.LABELLED,
            ).exclude(package_id__in=self._set_aside)
            rows = list(
                ready.order_by("carrier_id", "pk").values_list(
                    "carrier_id", "package_id", "package__public_id"
                )
            )
        by_carrier: dict[int | None, list[tuple[int, str]]] = {}
        for carrier_id, package_id, code in rows:
            by_carrier.setdefault(carrier_id, []).append((package_id, code))
        for carrier_id, parcels in by_carrier.items():
            self._load(carrier_id, parcels)

    def _load(self, carrier_id: int | None, parcels: list[tuple[int, str]]) -> None:
        manifest = self._act(
            "manifest", lambda: handover.open_manifest(carrier_id=carrier_id, actor=CREW, now=clock.now())
        )
        if manifest is None:
            return
        scanned = 0
        for package_id, code in parcels:
            answer = self._act(
                "dock scan",
                lambda code=code: handover.scan(
                    manifest_id=manifest.pk, code=code, actor=CREW, now=clock.now()
                ),
            )
            scanned += answer is not None
            if answer is None:
                self._set_aside.add(package_id)
        if scanned:
            self._take_off_stopped(manifest.pk)
            self._act(
                "close manifest", lambda: handover.close(manifest_id=manifest.pk, actor=CREW, now=clock.now())
            )

    def _take_off_stopped(self, manifest_id: int) -> None:
        """Orders that were cancelled or held after their dock scan do not leave."""
        stopped = self._ids(
            lambda: ManifestLine.objects.filter(
                manifest_id=manifest_id, shipment__package__is_stopped=True
            ).values_list("pk", flat=True)
        )
        for line_id in stopped:
            self._act(
                "take off manifest",
                lambda line_id=line_id: handover.undo(
                    manifest_id=manifest_id, line_id=line_id, actor=CREW, now=clock.now()
                ),
            )
