"""What the platform lets us answer at this moment: asked of it for the page that offers the choice, never stored."""

from dataclasses import dataclass

import structlog

from core.http import RemoteError
from integrations import connections
from integrations.after_sales import ReasonChoice

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Choices:
    """Reasons to choose from; none with `trouble` when the platform did not say, with `why_not` when it says no."""

    reasons: tuple[ReasonChoice, ...] = ()
    why_not: str = ""
    trouble: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.reasons)


def reject_reasons(*, seller_id: int, shop_id: int, case_id: str, wanted_answer: str) -> Choices:
    """The reasons with which a cancel request (`cancel`) or a return may be rejected. Calls out: no scope open."""
    try:
        client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
        found = client.reject_choices(case_id=case_id, wanted_answer=wanted_answer)
    except RemoteError as error:
        log.warning("choices.failed", shop_id=shop_id, code=error.code)
        return Choices(trouble=error.message or type(error).__name__)
    return Choices(reasons=found.reasons if found.is_open else (), why_not=found.why_not)


def cancel_reasons(*, seller_id: int, shop_id: int, platform_order_id: str) -> Choices:
    """The reasons with which the seller may cancel an order. Calls out: no scope open."""
    try:
        client = connections.shop_client(seller_id=seller_id, shop_id=shop_id)
        names = client.cancel_reasons(platform_order_id=platform_order_id)
    except RemoteError as error:
        log.warning("choices.failed", shop_id=shop_id, code=error.code)
        return Choices(trouble=error.message or type(error).__name__)
    return Choices(reasons=tuple(ReasonChoice(name=name, text=words_of(name)) for name in names))


def words_of(name: str) -> str:
    """The platform gives these by name only: the name without its prefix, readable."""
    for prefix in ("seller_cancel_paid_reason_", "seller_cancel_reason_"):
        name = name.removeprefix(prefix)
    return name.replace("_", " ")
