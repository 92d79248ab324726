"""Sample sellers on the sandbox: people, connected shops and ads, shelves with goods. Everything invented; removed in one step."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import listing_sync
from catalog.models import Barcode, Sku
from console import demo_carriers, onboarding
from core import clock
from core.errors import RuleViolation
from integrations import connections
from logistics import number_blocks
from logistics import setup as logistics_setup
from logistics.models import Carrier
from marketing import ad_accounts
from orders import cursors
from relay import outbox
from tenancy import scoping
from tenancy.actors import Actor
from tenancy.models import (
    Agency,
    AgencyGrant,
    AgencyMember,
    ApiKey,
    Membership,
    Role,
    Seller,
    Shop,
    ShopColor,
    ShopRoute,
    User,
)
from tenancy.scoping import SellerOwned
from warehouse import forward_zone, layout, ledger, put_walls, safety, show_book, sites
from warehouse import setup as warehouse_setup
from warehouse.models import Bin, BinKind, MovementReason, StockLevel

log = structlog.get_logger(__name__)

PASSWORD = "kuaifa-48-hours"
ACTOR = Actor(kind="auto", label="demo")
TIMEOUT_SECONDS = 20
AT_DOCK = 4  # SKUs


class NoSandbox(RuleViolation):
    """The demo needs the sandbox's world."""

    code = "no_sandbox"


@dataclass(frozen=True)
class Sample:
    """One sample seller: who it is in the sandbox, and how its parcels are numbered."""

    slug: str
    name: str
    time_zone: str
    open_id: str
    language: str
    people: tuple[tuple[str, str, str], ...]  # (mail name, name, role)
    blocks: tuple[
        tuple[str, str, str, str, str, str], ...
    ]  # (carrier, prefix, suffix, first, last, check rule)
    has_own_carriers: bool = False  # that are chosen by weight and size
    wall_slots: int = 0  # of the put wall; without one nothing is picked together


SAMPLES = (
    Sample(
        slug="cedar",
        name="Cedar & Sand 雪松家居",
        time_zone="Asia/Ho_Chi_Minh",
        open_id="sb-cedar",
        language="zh-hans",
        people=(
            ("owner", "林晓雪 Lin Xiaoxue", Role.OWNER),
            ("clerk", "Trần Minh Châu", Role.ORDER_CLERK),
            ("picker", "Phạm Văn Đức", Role.PICKER),
            ("packer", "Lê Thu Hà", Role.PACKER),
            ("marketer", "周子昂 Zhou Ziang", Role.MARKETER),
        ),
        wall_slots=12,
        has_own_carriers=True,
        blocks=(
            ("jt", "", "", "856730140000", "856730149999", ""),
            ("spx", "SPXVN", "", "0527140001", "0527149999", ""),
        ),
    ),
    Sample(
        slug="lumi",
        name="Lumi Beauty 露米美妆",
        time_zone="Asia/Kuala_Lumpur",
        open_id="sb-lumi",
        language="zh-hans",
        people=(
            ("owner", "Aisyah Rahman", Role.OWNER),
            ("manager", "何佩琪 Ho Pei Qi", Role.MANAGER),
            ("logistics", "Somchai Wattana", Role.LOGISTICS),
        ),
        blocks=(("jt", "", "", "631840270000", "631840279999", ""),),
    ),
    Sample(
        slug="north",
        name="Northside Goods",
        time_zone="America/Los_Angeles",
        open_id="sb-north",
        language="en",
        people=(("owner", "Dana Whitfield", Role.OWNER), ("packer", "Luis Ortega", Role.PACKER)),
        blocks=(("usps", "9400111899223", "", "19740000", "19749999", "mod10"),),
    ),
)
AGENCY = ("harbour", "Harbour Partners 海港代运营", "ops@harbour.example", "顾清 Gu Qing", ("cedar", "lumi"))


def load(*, now: datetime) -> list[dict[str, str]]:
    """Make what is missing of the sample sellers; returns the logins. Calls the sandbox: no scope may be open."""
    try:
        answer = httpx.get(_sandbox("state"), timeout=TIMEOUT_SECONDS, trust_env=False)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise NoSandbox(
            _("The demo lives in the sandbox, which does not answer. Start it with `make run`.")
        ) from error
    for sample in SAMPLES:
        if not Seller.objects.filter(slug=sample.slug).exists():
            _load_seller(sample, now=now)
    _load_agency()
    logins = [
        {
            "who": f"{sample.name} · {Role(role).label}",
            "email": f"{mail}@{sample.slug}.example",
            "password": PASSWORD,
        }
        for sample in SAMPLES
        for mail, _name, role in sample.people
    ]
    logins.append({"who": AGENCY[1], "email": AGENCY[2], "password": PASSWORD})
    settings.RUN_DIR.mkdir(parents=True, exist_ok=True)
    (settings.RUN_DIR / "logins.json").write_text(
        json.dumps(logins, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return logins


def _sandbox(path: str) -> str:
    return f"{settings.TIKTOK_SHOP['api_url'].rstrip('/')}/_sandbox/{path}"


def _code(path: str, open_id: str) -> str:
    """An authorization code, as the consent page would have given it."""
    answer = httpx.post(_sandbox(path), json={"open_id": open_id}, timeout=TIMEOUT_SECONDS, trust_env=False)
    answer.raise_for_status()
    return answer.json()["code"]


def _load_seller(sample: Sample, *, now: datetime) -> None:
    made = onboarding.create_seller(
        slug=sample.slug, name=sample.name, time_zone=sample.time_zone, actor=ACTOR, now=now, is_demo=True
    )
    seller = made.seller
    for mail, name, role in sample.people:
        Membership.objects.create(
            user=_person(f"{mail}@{sample.slug}.example", name, sample.language), seller=seller, role=role
        )
    shops = connections.connect_shops(
        seller=seller, auth_code=_code("shop/auth_codes", sample.open_id), actor=ACTOR, now=now
    )
    for shop in shops:
        listing_sync.sync_shop(seller_id=seller.pk, shop_id=shop.pk, create_skus=True)
        sites.sync_warehouses(seller_id=seller.pk, shop_id=shop.pk, now=now)
    keys = _carrier_keys()
    with scoping.scope(sellers=[seller.pk]):
        _paint(shops)
        stock_shelves(seed=sample.slug, now=now)
        _book_show(shops[0], now=now)
        if sample.wall_slots:
            put_walls.make_wall(warehouse_id=warehouse_setup.default_warehouse().pk, slots=sample.wall_slots)
        _teach_carriers(keys)
        _number_blocks(sample, shops)
        if sample.has_own_carriers:
            demo_carriers.offer(actor=ACTOR, now=now)
    ad_accounts.connect_ads(seller=seller, auth_code=_code("ads/auth_codes", sample.open_id), actor=ACTOR)
    for shop in shops:
        cursors.poll_shop(seller_id=seller.pk, shop_id=shop.pk)
    outbox.deliver_due(seller_id=seller.pk)
    log.info("demo.seller_loaded", seller=sample.slug, shops=len(shops))


def _person(email: str, name: str, language: str) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, PASSWORD, name=name, language=language)


def _paint(shops: list[Shop]) -> None:
    for shop, color in zip(
        Shop.objects.filter(pk__in=[shop.pk for shop in shops]).order_by("pk"), ShopColor, strict=False
    ):
        shop.color = color
        shop.save(update_fields=["color"])


def stock_shelves(*, seed: str, now: datetime) -> None:
    """Shelves, and goods on them. Every fourth SKU lies in two places; a few are near their safety line."""
    chance = random.Random(seed)
    warehouse = warehouse_setup.default_warehouse()
    layout.make_bins(
        warehouse_id=warehouse.pk,
        zone_code="A",
        first_aisle=1,
        aisles=4,
        cells=10,
        levels=2,
        actor=ACTOR,
        now=now,
    )
    bins = list(Bin.objects.filter(warehouse=warehouse, kind=BinKind.SHELF).order_by("walk_order", "pk"))
    chance.shuffle(bins)
    skus = list(Sku.objects.filter(is_bundle=False).order_by("pk"))
    movements = []
    for number, sku in enumerate(skus):
        sku.weight_g = chance.randrange(60, 900, 10)
        sku.length_mm, sku.width_mm, sku.height_mm = (chance.randrange(40, 260, 10) for _axis in range(3))
        units = chance.choice((24, 40, 60, 90, 140, 220, 320))
        parts = [units - units // 3, units // 3] if number % 4 == 0 else [units]
        for part, units_there in enumerate(parts):
            movements.append(
                ledger.Movement(
                    bin_id=bins[(number * 2 + part) % len(bins)].pk,
                    sku_id=sku.pk,
                    quantity=units_there,
                    reason=MovementReason.RECEIVED,
                    key=f"demo:{sku.pk}:{part}",
                    reference="opening stock",
                )
            )
    movements += _at_dock(skus)
    Sku.objects.bulk_update(skus, ["weight_g", "length_mm", "width_mm", "height_mm"])
    Barcode.objects.bulk_create(
        [Barcode(sku=sku, code=_in_store_code(sku.pk)) for sku in skus], ignore_conflicts=True
    )
    ledger.post(movements=movements, actor=ACTOR, now=now)
    for sku in skus:
        safety.set_safety_stock(
            sku_id=sku.pk,
            warehouse_id=warehouse.pk,
            units=chance.choice((5, 8, 10, 12, 15)),
            actor=ACTOR,
            now=now,
        )


def _book_show(shop: Shop, *, now: datetime) -> None:
    """A live show tomorrow evening, with bins beside the pack point; its plan waits to be carried out."""
    warehouse = warehouse_setup.default_warehouse()
    forward_zone.make(warehouse_id=warehouse.pk, code="LIVE", bins=6, actor=ACTOR, now=now)
    most = StockLevel.objects.filter(warehouse=warehouse).order_by("-on_hand", "pk")
    hot = [level.sku_id for level in most[:4]]
    evening = clock.local(now, zone=shop.time_zone).replace(hour=20, minute=0, second=0, microsecond=0)
    starts_at = evening + timedelta(days=1)
    show_book.book(
        facts=show_book.ShowFacts(
            shop_id=shop.pk,
            warehouse_id=warehouse.pk,
            title="Evening live 晚间直播",
            host="小雪 Xiaoxue",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
        ),
        products=[
            show_book.Wanted(sku_id=sku_id, expected=units)
            for sku_id, units in zip(hot, (80, 60, 40, 20), strict=False)
        ],
        actor=ACTOR,
        now=now,
    )


def _at_dock(skus: list[Sku]) -> list[ledger.Movement]:
    """A delivery of this morning that waits to be put away, of goods that lie somewhere already."""
    dock = warehouse_setup.receiving_bin(warehouse=warehouse_setup.default_warehouse())
    return [
        ledger.Movement(
            bin_id=dock.pk,
            sku_id=sku.pk,
            quantity=24,
            reason=MovementReason.RECEIVED,
            key=f"demo:dock:{sku.pk}",
            reference="morning delivery",
        )
        for sku in skus[:AT_DOCK]
    ]


def _in_store_code(number: int) -> str:
    """An EAN-13 of the range that GS1 leaves to a company's own use (20…)."""
    digits = f"20{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _carrier_keys() -> dict[str, str]:
    """The sandbox's tracking provider has keys of its own for carriers: name -> key."""
    answer = httpx.get(_sandbox("tracking/carriers"), timeout=TIMEOUT_SECONDS, trust_env=False)
    answer.raise_for_status()
    return {row["name"].casefold(): str(row["key"]) for row in answer.json()["carriers"]}


def _teach_carriers(keys: dict[str, str]) -> None:
    for carrier in Carrier.objects.all():
        carrier.tracking_key = keys.get(carrier.name.casefold(), "")
        carrier.save(update_fields=["tracking_key"])


def _number_blocks(sample: Sample, shops: list[Shop]) -> None:
    for code, prefix, suffix, first, last, rule in sample.blocks:
        carrier = Carrier.objects.get(code=code)
        number_blocks.add(
            carrier=carrier, prefix=prefix, suffix=suffix, first=first, last=last, check_rule=rule
        )
    usual = Carrier.objects.get(code=sample.blocks[0][0])
    for policy in logistics_setup.policies_for([shop.pk for shop in shops]).values():
        policy.default_carrier = usual
        policy.save(update_fields=["default_carrier"])


def _load_agency() -> None:
    slug, name, email, person, clients = AGENCY
    agency, _new = Agency.objects.get_or_create(slug=slug, defaults={"name": name})
    AgencyMember.objects.get_or_create(agency=agency, user=_person(email, person, "zh-hans"))
    for seller in Seller.objects.filter(slug__in=clients, is_demo=True):
        AgencyGrant.objects.get_or_create(agency=agency, seller=seller, defaults={"role": Role.MANAGER})


@transaction.atomic
def remove() -> int:
    """Delete the sample sellers with everything they own, their people and the agency. Returns how many sellers went."""
    sellers = list(Seller.objects.filter(is_demo=True))
    emails = [f"{mail}@{sample.slug}.example" for sample in SAMPLES for mail, _name, _role in sample.people]
    remove_sellers(sellers=sellers)
    Agency.objects.filter(slug=AGENCY[0]).delete()
    User.objects.filter(email__in=[*emails, AGENCY[2]], memberships__isnull=True, is_staff=False).delete()
    (settings.RUN_DIR / "logins.json").unlink(missing_ok=True)
    return len(sellers)


@transaction.atomic
def remove_sellers(*, sellers: list[Seller]) -> None:
    """Delete these sellers with everything they own; the people stay."""
    for seller in sellers:
        with scoping.scope(sellers=[seller.pk]):
            # References are checked at the commit, so the order of the tables does not matter. Twice, because the
            # database itself notes changes of some tables in others.
            owned = [model for model in apps.get_models() if issubclass(model, SellerOwned)]
            for model in owned * 2:
                model.objects.all()._raw_delete(using="default")
            for registry_model in (ShopRoute, Membership, AgencyGrant, ApiKey):
                registry_model.objects.filter(seller=seller).delete()
    # Not by the ORM's own delete: it would look for what is left over in every table, outside of any scope.
    Seller.objects.filter(pk__in=[seller.pk for seller in sellers])._raw_delete(using="default")
