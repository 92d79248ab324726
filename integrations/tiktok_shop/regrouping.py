"""Orders in several parcels and parcels of several orders at TikTok Shop: every change makes new parcel ids."""

from collections.abc import Mapping, Sequence

from integrations.after_sales import CombineDraft, SplitAdvice
from integrations.tiktok_shop import parse, return_structs
from integrations.tiktok_shop.wire import Wire
from integrations.values import ItemResult, Page


class RegroupCalls(Wire):
    """Split before shipping, combine before shipping. No call here has a key against doubles: read first."""

    def split_advice(self, *, platform_order_id: str) -> SplitAdvice:
        """Whether this order may (or must) leave in several parcels."""
        found = self.get(
            "/fulfillment/202309/orders/split_attributes",
            name="split_attributes",
            kind=return_structs.SplitAttributes,
            params={"order_ids": platform_order_id},
        )
        for one in found.split_attributes or ():
            if one.order_id == platform_order_id:
                return SplitAdvice(
                    is_possible=one.can_split is True, is_wanted=one.must_split is True, why=one.reason or ""
                )
        return SplitAdvice()

    def split_order(
        self, *, platform_order_id: str, groups: Mapping[str, Sequence[str]]
    ) -> Mapping[str, str]:
        """`groups`: our label → platform line ids, every unit in exactly one. Returns label → new parcel id."""
        body = {
            "splittable_groups": [
                {"id": label, "order_line_item_ids": list(line_ids)} for label, line_ids in groups.items()
            ]
        }
        made = self.post(
            f"/fulfillment/202309/orders/{platform_order_id}/split",
            name="split_order",
            kind=return_structs.SplitParts,
            body=body,
        )
        return {part.splittable_group_id or "": part.id or "" for part in made.packages or ()}

    def combinable(self, *, page_token: str = "", page_size: int = 50) -> Page:
        """Drafts of parcels that hold several orders of one buyer."""
        params = {"page_size": str(min(page_size, 50))}
        if page_token:
            params["page_token"] = page_token
        found = self.get(
            "/fulfillment/202309/combinable_packages/search",
            name="combinable_packages",
            kind=return_structs.Combinables,
            params=params,
        )
        return Page(
            items=tuple(
                CombineDraft(draft_id=one.id or "", platform_order_ids=tuple(one.order_ids or ()))
                for one in found.combinable_packages or ()
            ),
            next_token=found.next_page_token or "",
        )

    def combine(self, *, draft_id: str, platform_order_ids: Sequence[str]) -> ItemResult:
        """One parcel for these orders; `item_id` of the result is its new id."""
        answer = self.post(
            "/fulfillment/202309/packages/combine",
            name="combine_packages",
            kind=return_structs.Combined,
            body={"combinable_packages": [{"id": draft_id, "order_ids": list(platform_order_ids)}]},
        )
        for error in answer.errors or ():
            return ItemResult(
                item_id=draft_id, is_ok=False, code=parse.text(error.code), message=error.message or ""
            )
        made = answer.packages or []
        return ItemResult(item_id=(made[0].id or "") if made else "", is_ok=True)
