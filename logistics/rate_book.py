"""What own carriers offer, written by hand: services, the areas they go to, their prices by weight. Refused with the reason."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.measures import ZERO_DECIMAL_CURRENCIES
from logistics import rating
from logistics.models import Carrier, CarrierService, ServiceArea, ServiceRate
from tenancy import audit
from tenancy.actors import Actor

HEAVIEST_G = 1_000_000
DEAREST = Decimal(1_000_000_000)
ZONE_LENGTH = 20


class BadService(RuleViolation):
    """No service can be like this."""

    code = "bad_service"


class BadRate(RuleViolation):
    """No price can be like this."""

    code = "bad_rate"


class BadArea(RuleViolation):
    """No area can be like this."""

    code = "bad_area"


@transaction.atomic
def add_service(
    *, carrier: Carrier, code: str, values: Mapping[str, object], actor: Actor, now: datetime
) -> CarrierService:
    """A new way to send with this carrier."""
    code = code.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,29}", code):
        raise BadService(_("A code has letters, digits, - and _, and at most 30 of them."))
    service = CarrierService(carrier=carrier, code=code, **_sound(values))
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError as error:
        raise BadService(
            _("%(carrier)s has a service “%(code)s” already.") % {"carrier": carrier.name, "code": code}
        ) from error
    _note("carrier_service.added", service, actor=actor, now=now)
    return service


@transaction.atomic
def change_service(
    *, service_id: int, values: Mapping[str, object], actor: Actor, now: datetime
) -> CarrierService:
    """Its limits and times. Parcels that have their carrier keep it."""
    service = CarrierService.objects.lock().get(pk=service_id)
    sound = _sound(values)
    if sound["currency"] in ZERO_DECIMAL_CURRENCIES and sound["currency"] != service.currency:
        for rate in ServiceRate.objects.filter(service=service):
            amount_of(f"{rate.amount:f}", currency=sound["currency"])
    for name, value in sound.items():
        setattr(service, name, value)
    service.save()
    _note("carrier_service.changed", service, actor=actor, now=now, is_active=service.is_active)
    return service


def _sound(values: Mapping[str, object]) -> dict[str, object]:
    currency = str(values["currency"]).strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadService(_("A currency has three letters, such as CNY or VND."))
    if not values["days"]:
        raise BadService(_("Choose at least one weekday."))
    return {**values, "currency": currency}


@transaction.atomic
def set_rate(
    *, service_id: int, zone: str, up_to_g: str, amount: str, actor: Actor, now: datetime
) -> ServiceRate:
    """The price up to this weight in this zone; one that is there is replaced."""
    service = CarrierService.objects.lock().get(pk=service_id)
    grams, price = grams_of(up_to_g), amount_of(amount, currency=service.currency)
    rate, _is_new = ServiceRate.objects.update_or_create(
        service=service, zone=zone_of(zone), up_to_g=grams, defaults={"amount": price}
    )
    _note("carrier_rate.set", service, actor=actor, now=now, zone=rate.zone, up_to_g=grams, amount=str(price))
    return rate


@transaction.atomic
def remove_rate(*, rate_id: int, actor: Actor, now: datetime) -> None:
    rate = ServiceRate.objects.select_related("service").get(pk=rate_id)
    values = {"zone": rate.zone, "up_to_g": rate.up_to_g, "amount": str(rate.amount)}
    _note("carrier_rate.removed", rate.service, actor=actor, now=now, **values)
    rate.delete()


@transaction.atomic
def set_area(*, service_id: int, area: rating.Area, actor: Actor, now: datetime) -> ServiceArea:
    """Where the service goes, and in which zone; the same destination gets its new zone."""
    service = CarrierService.objects.lock().get(pk=service_id)
    row, _is_new = ServiceArea.objects.update_or_create(
        service=service,
        region=area.region,
        province=area.province,
        postcode_from=area.postcode_from,
        postcode_to=area.postcode_to,
        defaults={"zone": area.zone},
    )
    _note("carrier_area.set", service, actor=actor, now=now, area=str(row))
    return row


@transaction.atomic
def remove_area(*, area_id: int, actor: Actor, now: datetime) -> None:
    row = ServiceArea.objects.select_related("service").get(pk=area_id)
    _note("carrier_area.removed", row.service, actor=actor, now=now, area=str(row))
    row.delete()


# --- what is typed, by hand or in a file ---


def zone_of(text: str) -> str:
    zone = text.strip().upper()
    if len(zone) > ZONE_LENGTH:
        raise BadRate(_("A zone has at most %(most)d letters.") % {"most": ZONE_LENGTH})
    return zone


def grams_of(text: str) -> int:
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= HEAVIEST_G:
        raise BadRate(
            _("“%(typed)s” is no weight in grams from 1 to %(most)d.")
            % {"typed": text[:20], "most": HEAVIEST_G}
        )
    return int(text)


def amount_of(text: str, *, currency: str) -> Decimal:
    """A price with no more decimals than its currency has."""
    text = text.strip()
    try:
        amount = Decimal(text) if re.fullmatch(r"[0-9]{1,10}(\.[0-9]+)?", text) else Decimal(-1)
    except InvalidOperation:
        amount = Decimal(-1)
    if not 0 <= amount < DEAREST:
        raise BadRate(
            _("“%(typed)s” is no price: digits, and a point before decimals.") % {"typed": text[:20]}
        )
    decimals = 0 if currency in ZERO_DECIMAL_CURRENCIES else 2
    if amount != amount.quantize(Decimal(1).scaleb(-decimals)):
        raise BadRate(
            _("%(typed)s has more decimals than %(currency)s (%(most)d).")
            % {"typed": text[:20], "currency": currency, "most": decimals}
        )
    return amount


def area_of(*, zone: str, region: str, province: str, postcode_from: str, postcode_to: str) -> rating.Area:
    """An area as it is kept: capitals, no spaces in postcodes."""
    region, province = region.strip().upper(), province.strip()
    first, last = rating.postcode_of(postcode_from), rating.postcode_of(postcode_to)
    if region and not re.fullmatch(r"[A-Z]{2}", region):
        raise BadArea(_("“%(typed)s” is no country: two letters, such as VN.") % {"typed": region[:20]})
    if len(province) > 80:
        raise BadArea(_("The name of the province is too long."))
    if (province or first) and not region:
        raise BadArea(_("A province or a postcode needs its country."))
    if last and not first:
        raise BadArea(_("The first postcode is missing."))
    last = last or first
    if max(len(first), len(last)) > 12 or last[: len(first)] < first[: len(last)]:
        raise BadArea(_("Postcodes go from the lower to the higher one, with at most 12 signs."))
    return rating.Area(zone_of(zone), region, province, first, last)


def _note(action: str, service: CarrierService, *, actor: Actor, now: datetime, **detail: object) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type="carrierservice",
        subject_id=service.pk,
        service=f"{service.carrier.code}/{service.code}",
        **detail,
    )
