"""The learned weights on record: read for a parcel on the table, taught by what was packed, forgotten on request."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from catalog.models import Sku
from orders.models import PackageLine
from tenancy import audit
from tenancy.actors import Actor
from warehouse import weights
from warehouse.models import Carton, LearnedWeight, PackRecord
from warehouse.weights import Belief, Part

Key = tuple[str, int]


def parts_of(*, units: Mapping[Sku, int], carton: Carton) -> list[Part]:
    """A parcel as its parts, each with what is held of it."""
    rows = _rows(sku_ids=[sku.pk for sku in units], carton_ids=[carton.pk])
    parts = [
        Part(("sku", sku.pk), count, _belief(rows.get(("sku", sku.pk)), weights.belief_of_sku(sku)))
        for sku, count in units.items()
    ]
    own = _belief(rows.get(("carton", carton.pk)), weights.belief_of_carton(carton))
    return [*parts, Part(("carton", carton.pk), 1, own)]


def beliefs_of_skus(*, skus: Sequence[Sku]) -> dict[int, Belief]:
    rows = _rows(sku_ids=[sku.pk for sku in skus], carton_ids=[])
    return {sku.pk: _belief(rows.get(("sku", sku.pk)), weights.belief_of_sku(sku)) for sku in skus}


def beliefs_of_cartons(*, cartons: Sequence[Carton]) -> dict[int, Belief]:
    rows = _rows(sku_ids=[], carton_ids=[carton.pk for carton in cartons])
    return {
        carton.pk: _belief(rows.get(("carton", carton.pk)), weights.belief_of_carton(carton))
        for carton in cartons
    }


@transaction.atomic
def learn(*, package_ids: Iterable[int], now: datetime) -> int:
    """Take what these parcels weighed into account, in the order they were packed. Returns how many taught."""
    found = PackRecord.objects.filter(package_id__in=list(package_ids), carton__isnull=False)
    records = list(found.select_related("carton").order_by("packed_at", "pk"))
    contents = _contents([record.package_id for record in records])
    skus = Sku.objects.in_bulk({sku_id for units in contents.values() for sku_id in units})
    cartons = {record.carton_id: record.carton for record in records}
    _make_missing(skus.values(), cartons.values(), now=now)
    rows = _rows(sku_ids=list(skus), carton_ids=list(cartons), is_locked=True)
    held = {key: _belief(row, _before(key, skus, cartons)) for key, row in rows.items()}
    for record in records:
        keys = [*((("sku", sku_id), units) for sku_id, units in contents[record.package_id].items())]
        keys.append((("carton", record.carton_id), 1))
        parts = [Part(key, units, held[key]) for key, units in keys]
        held |= {part.key: part.belief for part in weights.learn(parts, weight_g=record.weight_g)}
    for key, row in rows.items():
        _take_over(row, held[key], now=now)
    LearnedWeight.objects.update_many(
        rows.values(), ["mean_g", "variance", "noise_g", "parcels", "learned_at"]
    )
    return len(records)


@transaction.atomic
def forget(*, sku_id: int | None = None, carton_id: int | None = None, actor: Actor, now: datetime) -> None:
    """Begin anew: the maker changed the bottle, or somebody packed wrong for a day."""
    LearnedWeight.objects.filter(_of([sku_id] if sku_id else [], [carton_id] if carton_id else [])).delete()
    audit.record(
        actor=actor,
        now=now,
        action="weight.forgotten",
        subject_type="sku" if sku_id else "carton",
        subject_id=sku_id or carton_id,
    )


def _of(sku_ids: Sequence[int], carton_ids: Sequence[int]) -> Q:
    return Q(sku_id__in=sku_ids) | Q(carton_id__in=carton_ids)


def _rows(
    *, sku_ids: Sequence[int], carton_ids: Sequence[int], is_locked: bool = False
) -> dict[Key, LearnedWeight]:
    found = LearnedWeight.objects.lock() if is_locked else LearnedWeight.objects.all()
    return {
        ("sku", row.sku_id) if row.sku_id else ("carton", row.carton_id): row
        for row in found.filter(_of(sku_ids, carton_ids))
    }


def _belief(row: LearnedWeight | None, before: Belief) -> Belief:
    """What a row holds; a row that no parcel taught yet holds what was typed, as it stands today."""
    if row is None or not row.parcels:
        return before
    return Belief(row.mean_g, row.variance, row.noise_g, row.parcels)


def _before(key: Key, skus: Mapping[int, Sku], cartons: Mapping[int, Carton]) -> Belief:
    kind, pk = key
    return weights.belief_of_sku(skus[pk]) if kind == "sku" else weights.belief_of_carton(cartons[pk])


def _contents(package_ids: Sequence[int]) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = {package_id: Counter() for package_id in package_ids}
    lines = PackageLine.objects.filter(package_id__in=package_ids)
    for package_id, sku_id, units in lines.values_list("package_id", "sku_id", "quantity"):
        found[package_id][sku_id] += units
    return found


def _make_missing(skus: Iterable[Sku], cartons: Iterable[Carton], *, now: datetime) -> None:
    """A row of zero parcels for each thing that has none, so that there is something to lock."""
    fresh = [
        LearnedWeight(sku=sku, mean_g=0, variance=0, learned_at=now)
        for sku in sorted(skus, key=lambda one: one.pk)
    ]
    fresh += [LearnedWeight(carton=carton, mean_g=0, variance=0, learned_at=now) for carton in cartons]
    LearnedWeight.objects.bulk_create(fresh, ignore_conflicts=True)


def _take_over(row: LearnedWeight, held: Belief, *, now: datetime) -> None:
    row.mean_g, row.variance = held.mean_g, held.variance
    row.noise_g, row.parcels = held.noise_g, held.parcels
    row.learned_at = now
