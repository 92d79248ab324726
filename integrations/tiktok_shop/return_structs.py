"""Wire objects of returns, refunds, answers to buyers, and of orders in several parcels."""

from integrations.tiktok_shop.structs import Amount, ItemError, Loose, NextAction, Seconds, Text


class Refund(Loose):
    currency: Text = None
    refund_total: Amount = None


class ReturnItem(Loose):
    """One unit, as in orders."""

    order_line_item_id: Text = None
    sku_id: Text = None
    seller_sku: Text = None


class Return(Loose):
    return_id: Text = None
    order_id: Text = None
    return_type: Text = None
    return_status: Text = None
    arbitration_status: Text = None
    return_reason: Text = None
    return_reason_text: Text = None
    return_tracking_number: Text = None
    return_provider_name: Text = None
    seller_next_action_response: list[NextAction] | None = None
    return_line_items: list[ReturnItem] | None = None
    refund_amount: Refund | None = None
    create_time: Seconds = None
    update_time: Seconds = None


class Returns(Loose):
    return_orders: list[Return] | None = None
    next_page_token: str | None = None
    total_count: int | None = None


class Reason(Loose):
    name: Text = None
    text: Text = None


class Decision(Loose):
    decision: Text = None
    eligible: bool | None = None
    ineligible_reason: Text = None
    available_reject_reasons: list[Reason] | None = None


class Decisions(Loose):
    decisions: list[Decision] | None = None


class Eligibility(Loose):
    request_type: Text = None
    eligible: bool | None = None
    available_reason_names: list[str] | None = None


class SkuEligibility(Loose):
    eligibility_list: list[Eligibility] | None = None


class Eligibilities(Loose):
    sku_eligibility: list[SkuEligibility] | None = None


class Cancelled(Loose):
    cancel_id: Text = None
    cancel_status: Text = None


class SplitAttribute(Loose):
    order_id: Text = None
    can_split: bool | None = None
    reason: Text = None
    must_split: bool | None = None


class SplitAttributes(Loose):
    split_attributes: list[SplitAttribute] | None = None


class SplitPart(Loose):
    splittable_group_id: Text = None
    id: Text = None


class SplitParts(Loose):
    packages: list[SplitPart] | None = None


class Combinable(Loose):
    id: Text = None
    order_ids: list[str] | None = None


class Combinables(Loose):
    combinable_packages: list[Combinable] | None = None
    next_page_token: str | None = None


class Combined(Loose):
    packages: list[Combinable] | None = None
    errors: list[ItemError] | None = None
