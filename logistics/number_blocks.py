"""Numbers that a carrier gave us in advance. Each is handed out once: the counter moves under a lock."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from logistics import number_check
from logistics.models import Carrier, NumberBlock, Shipment, ShipmentState

CHECK_RULES = ("", "s10", "mod10", "mod7")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
MOST_PASSED_OVER = 500  # a block whose format the carrier's rule no longer takes would be burnt to its end


class NoNumbersLeft(RuleViolation):
    """The blocks of this carrier are used up, or there are none."""

    code = "no_numbers_left"


class BadBlock(RuleViolation):
    """A block that cannot give a number."""

    code = "bad_number_block"


def check_digit(*, serial: str, rule: str) -> str:
    """The digit that follows the serial; empty when the carrier's numbers have none."""
    if rule == "s10":
        rest = 11 - sum(int(d) * w for d, w in zip(serial[-8:], _S10_WEIGHTS, strict=True)) % 11
        return str({10: 0, 11: 5}.get(rest, rest))
    if rule == "mod10":
        total = sum(int(d) * (1 if place % 2 else 3) for place, d in enumerate(reversed(serial)))
        return str(-total % 10)
    if rule == "mod7":
        return str(int(serial) % 7)
    return ""


def number_of(*, block: NumberBlock, serial: int) -> str:
    """The whole number that a serial stands for."""
    digits = str(serial).zfill(block.digits)
    # A fixed prefix of digits (service, mailer id) counts in the carrier's sum; letters never do.
    counted = "".join(letter for letter in block.prefix if letter.isdigit()) + digits
    return f"{block.prefix}{digits}{check_digit(serial=counted, rule=block.check_rule)}{block.suffix}"


@transaction.atomic
def take(*, carrier: Carrier, count: int) -> list[str]:
    """The next free numbers, in order. Serials that the carrier's own rule refuses or that are in use are passed over.

    All or none: when the blocks cannot give so many, nothing is taken.
    """
    taken: list[str] = []
    tried = 0
    for block in NumberBlock.objects.lock().filter(carrier=carrier, is_active=True):
        while (
            len(taken) < count and block.next_serial <= block.last_serial and tried < count + MOST_PASSED_OVER
        ):
            ahead = min(count - len(taken), block.last_serial - block.next_serial + 1)
            candidates = [number_of(block=block, serial=block.next_serial + step) for step in range(ahead)]
            block.next_serial += ahead
            tried += ahead
            taken += _usable(candidates, carrier=carrier)
        block.save(update_fields=["next_serial"])
        if len(taken) == count:
            return taken
    raise NoNumbersLeft(
        _("%(carrier)s has no numbers left: add a block, or type the number from the label.")
        % {"carrier": carrier.name},
        carrier=carrier.code,
    )


def _usable(candidates: list[str], *, carrier: Carrier) -> list[str]:
    in_use = set(
        Shipment.objects.filter(tracking_number__in=candidates)
        .exclude(state=ShipmentState.CANCELLED, uploaded_at__isnull=True)
        .values_list("tracking_number", flat=True)
    )
    good = []
    for number in candidates:
        if number in in_use:
            continue
        try:
            number_check.judge_shape(raw=number, carrier=carrier)
        except number_check.BadNumber:
            continue
        good.append(number)
    return good


def left(carrier: Carrier) -> int:
    """How many serials the active blocks of a carrier still hold."""
    blocks = NumberBlock.objects.filter(carrier=carrier, is_active=True)
    return sum(block.last_serial - block.next_serial + 1 for block in blocks)


@transaction.atomic
def add(*, carrier: Carrier, prefix: str, suffix: str, first: str, last: str, check_rule: str) -> NumberBlock:
    """Take in a block as the carrier's letter gives it: first and last serial, without the check digit."""
    prefix, suffix = prefix.strip().upper(), suffix.strip().upper()
    first, last = first.strip(), last.strip()
    if not re.fullmatch(r"[0-9]{1,18}", first) or not re.fullmatch(r"[0-9]{1,18}", last):
        raise BadBlock(_("First and last serial are digits only."))
    if len(first) != len(last) or int(first) > int(last):
        raise BadBlock(
            _("First and last serial need the same length, and the last cannot be the smaller one.")
        )
    if check_rule not in CHECK_RULES or (check_rule == "s10" and len(first) != 8):
        raise BadBlock(_("Postal numbers (S10) have 8 digits before the check digit."))
    block = NumberBlock(
        carrier=carrier,
        prefix=prefix,
        suffix=suffix,
        digits=len(first),
        next_serial=int(first),
        last_serial=int(last),
        check_rule=check_rule,
    )
    middle = (int(first) + int(last)) // 2  # the ends of a block may look made up: 00000000, 99999999
    number_check.judge_shape(raw=number_of(block=block, serial=middle), carrier=carrier)
    block.save()
    return block
