"""The block list: who gets nothing without a person's word. Phones and addresses are kept as digests only."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from integrations.ports import PlatformAddress
from orders import contacts, review_again, review_digests, review_phones, review_rules
from orders.models import BlockEntry, BlockKind, BuyerContact, HoldReason, Order
from tenancy import audit, scoping
from tenancy.actors import Actor

ENTRIES_AT_MOST = 10_000
SUBJECT = "block_entry"


class BadEntry(RuleViolation):
    """It cannot stand on the block list."""

    code = "bad_block_entry"


class ListFull(BadEntry):
    """A list that long would slow every order down."""

    code = "block_list_full"


@transaction.atomic
def add(*, kind: str, value: str, region: str, note: str, actor: Actor, now: datetime) -> BlockEntry:
    """Block by what a person types: a buyer's id, a phone number or a postal code, the latter two of a country."""
    if kind not in (BlockKind.BUYER, BlockKind.PHONE, BlockKind.POSTAL_CODE):
        raise BadEntry(_("An address is blocked from one of its orders: open the order first."), field="kind")
    region = region.strip().upper()
    if kind != BlockKind.BUYER and len(region) != 2:
        raise BadEntry(_("Say of which country it is, in two letters."), field="region")
    address = PlatformAddress(phone=value, postal_code=value, region_code=region)
    text = review_digests.readable(kind, address, buyer_user_id=value)
    is_phone = kind == BlockKind.PHONE
    if not text or is_phone and not review_phones.is_possible(value, region=region):
        raise BadEntry(_("Type the whole number."), field="value")
    hint = _hint(kind, address, buyer_user_id=value)
    return _store(kind=kind, text=text, hint=hint, note=note, actor=actor, now=now)


@transaction.atomic
def add_from_order(
    *, order_id: int, kinds: Collection[str], note: str, actor: Actor, now: datetime
) -> list[BlockEntry]:
    """Block what an order shows of its buyer, without anybody reading it."""
    order = Order.objects.get(pk=order_id)
    address = contacts.opened(BuyerContact.objects.filter(order=order).first())
    found = {
        kind: review_digests.readable(kind, address, buyer_user_id=order.buyer_user_id)
        for kind in BlockKind.values
        if kind in kinds
    }
    if not found:
        raise BadEntry(_("Choose what is to be blocked."), field="kinds")
    hidden = [str(BlockKind(kind).label) for kind, text in found.items() if not text]
    if hidden:
        raise BadEntry(
            _("The platform hides this for the order: %(what)s.") % {"what": ", ".join(hidden)}, field="kinds"
        )
    return [
        _store(
            kind=kind,
            text=text,
            hint=_hint(kind, address, buyer_user_id=order.buyer_user_id),
            note=note,
            actor=actor,
            now=now,
        )
        for kind, text in found.items()
    ]


def _hint(kind: str, address: PlatformAddress, *, buyer_user_id: str) -> str:
    region = address.region_code.upper()
    if kind == BlockKind.BUYER:
        return buyer_user_id.strip()[:80]
    if kind == BlockKind.PHONE:
        return f"{region} ··· {review_digests.readable(kind, address)[-3:]}"
    if kind == BlockKind.POSTAL_CODE:
        return f"{region} {address.postal_code.strip()}"[:80]
    return ", ".join(part for part in (address.city, address.province, region) if part)[:80]


def _store(*, kind: str, text: str, hint: str, note: str, actor: Actor, now: datetime) -> BlockEntry:
    """One entry; the one that is there already when it is."""
    if BlockEntry.objects.count() >= ENTRIES_AT_MOST:
        raise ListFull(
            _("The block list holds %(most)s entries at most. Remove some first.") % {"most": ENTRIES_AT_MOST}
        )
    seller_id = scoping.current().only_seller
    stored = BlockEntry.objects.filter(
        kind=kind, digest__in=list(review_digests.digests(text, kind=kind, seller_id=seller_id))
    ).first()
    if stored is not None:
        return stored
    digest = review_digests.digest(text, kind=kind, seller_id=seller_id)
    entry = BlockEntry.objects.create(
        kind=kind,
        digest=digest,
        hint=hint,
        note=note.strip()[:300],
        added_at=now,
        added_by=actor.label[:120],
    )
    _record("review.blocked", entry, actor=actor, now=now)
    review_rules.renew_stamp()
    review_again.of_reason(reason=HoldReason.BLOCKED)
    review_again.ask(order_ids=_living(kind, text, digest))
    return entry


def _living(kind: str, text: str, digest: str) -> set[int]:
    """Orders under way that are found without opening every contact; the others meet the list at their next review."""
    if kind == BlockKind.BUYER:
        found = Order.objects.filter(buyer_user_id=text, state__in=review_again.LIVING).order_by()
        return set(found.values_list("pk", flat=True))
    if kind == BlockKind.ADDRESS:
        there = BuyerContact.objects.filter(address_digest=digest, order__state__in=review_again.LIVING)
        return set(there.exclude(address_digest="").order_by().values_list("order_id", flat=True))
    return set()


@transaction.atomic
def remove(*, entry_id: int, actor: Actor, now: datetime) -> None:
    """Off the list: orders that it held go on, unless something else holds them. Safe to repeat."""
    entry = BlockEntry.objects.lock().filter(pk=entry_id).first()
    if entry is None:
        return
    _record("review.unblocked", entry, actor=actor, now=now)
    entry.delete()
    review_rules.renew_stamp()
    review_again.ask(order_ids=review_again.held_by(reason=HoldReason.BLOCKED))


def _record(action: str, entry: BlockEntry, *, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        now=now,
        action=action,
        subject_type=SUBJECT,
        subject_id=entry.pk,
        kind=str(entry.kind),
        hint=entry.hint,
    )
