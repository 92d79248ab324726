"""Let a simulated crew work a seller's floor."""

import time

from django.core.management.base import BaseCommand, CommandError

from console.autopilot import Crew
from tenancy import command_line

PATIENCE_SECONDS = 90  # labels of the platform come from the workers; without them nothing would ever come


class Command(BaseCommand):
    help = "Plan, pick, pack, label and hand over what the seller's floor has to do, by the rules that staff use."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seller", required=True)
        parser.add_argument("--until-empty", action="store_true", help="stop when the floor is empty")
        parser.add_argument("--pace", type=float, default=3.0, help="seconds between two passes")

    def handle(self, *, seller: str, until_empty: bool, pace: float, **options: object) -> None:
        found = command_line.seller_named(seller)
        crew = Crew(seller_id=found.pk)
        try:
            self._work(crew, until_empty=until_empty, pace=pace)
        except KeyboardInterrupt:
            self.stdout.write("")
        self._report(crew)
        if until_empty and crew.left():
            raise CommandError(f"Left on the floor: {crew.left()}. Are the workers running?")

    def _work(self, crew: Crew, *, until_empty: bool, pace: float) -> None:
        idle_since = time.monotonic()
        while True:
            if crew.work_once():
                idle_since = time.monotonic()
                continue
            is_stuck = time.monotonic() - idle_since > PATIENCE_SECONDS
            if until_empty and (not crew.left() or is_stuck):
                return
            time.sleep(min(pace, 1.0) if until_empty else pace)

    def _report(self, crew: Crew) -> None:
        for what, count in sorted(crew.done.items()):
            self.stdout.write(f"{count:>7}  {what}")
        for what, count in sorted(crew.refused.items()):
            self.stdout.write(f"{count:>7}  refused, {what}")
