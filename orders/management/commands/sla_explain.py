"""Every clock of an imagined order: when it starts and ends, by which rule, and why. Needs no seller and no database."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from orders import sla_explain

LANGUAGES = ("en", "zh-hans")


class Command(BaseCommand):
    help = "Print all clocks of an order with start, due (UTC and local), rule and reasons, by the shipped rules."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", required=True, help="US, GB, VN, MY, …")
        parser.add_argument("--shipping-type", default="SELLER", help="PLATFORM (or TIKTOK), SELLER, FLEET")
        parser.add_argument("--order-type", default="NORMAL", help="NORMAL, PRE_ORDER, MADE_TO_ORDER, …")
        parser.add_argument(
            "--created", required=True, help="2026-11-25T18:00:00Z; without a zone: local time"
        )
        parser.add_argument("--paid", help="as --created")
        parser.add_argument("--awaiting-shipment", help="as --created; else an hour after the payment")
        parser.add_argument("--preorder-close", help="as --created")
        parser.add_argument("--sub-region", default="", help="KEDAH, KELANTAN, TERENGGANU")
        parser.add_argument("--time-zone", default="", help="of the shop; else the region's")
        parser.add_argument("--handling-days", type=int, help="the seller's handling time, where it is known")
        parser.add_argument("--cross-border", action="store_true")
        parser.add_argument("--over-capacity", action="store_true", help="the day's capacity was used up")
        parser.add_argument("--promise-hours", type=int, default=48)
        parser.add_argument("--language", choices=LANGUAGES, default="en")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                answer = sla_explain.explain(_asked(options))
            except sla_explain.BadQuestion as error:
                raise CommandError(str(error), returncode=2) from error
            if options["json"]:
                self.stdout.write(json.dumps(answer.document(), ensure_ascii=False, indent=2))
            else:
                self.stdout.write("\n".join(answer.lines()))


def _asked(options: dict[str, Any]) -> sla_explain.Question:
    return sla_explain.question(
        region=options["region"],
        sub_region=options["sub_region"],
        shipping_type=options["shipping_type"],
        order_type=options["order_type"],
        time_zone=options["time_zone"],
        is_cross_border=options["cross_border"],
        is_over_capacity=options["over_capacity"],
        handling_days=options["handling_days"],
        promise_hours=options["promise_hours"],
        moments={
            "created": options["created"],
            "paid": options["paid"],
            "awaiting-shipment": options["awaiting_shipment"],
            "preorder-close": options["preorder_close"],
        },
    )
