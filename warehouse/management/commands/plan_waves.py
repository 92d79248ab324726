"""manage.py plan_waves --instances FILE --seconds 2 --out FILE: plans of picking problems, by the floor's own planner."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from warehouse.planner import planning
from warehouse.planner.instances import BadInstance, read
from warehouse.planner.problem import SEED


class Command(BaseCommand):
    help = "Plans every instance of a file (lines of JSON, may be gzipped): batches, and their tours in walking order."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--instances", required=True, type=Path, metavar="FILE.jsonl[.gz]")
        parser.add_argument("--seconds", type=float, default=2.0, help="for each instance, tours included")
        parser.add_argument("--out", required=True, type=Path, metavar="OUT.jsonl")
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *, instances: Path, seconds: float, out: Path, seed: int, **_options: object) -> None:
        if not 0.05 <= seconds <= 3600:
            raise CommandError("--seconds must be between 0.05 and 3600.")
        if not 0 <= seed < 1 << 62:
            raise CommandError("--seed must be a whole number that is not negative.")
        planning.warm_up()
        count = 0
        try:
            with out.open("w", encoding="utf-8") as lines:
                for instance in read(instances):
                    begin = time.perf_counter()
                    plan = planning.plan(problem=instance.problem, seconds=seconds, seed=seed)
                    answer = {
                        "name": instance.name,
                        "batches": plan.batches,
                        "tours": plan.tours,
                        "seconds": round(time.perf_counter() - begin, 3),
                    }
                    lines.write(json.dumps(answer, separators=(",", ":")) + "\n")
                    count += 1
        except BadInstance as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error}.") from error
        self.stdout.write(f"{count} instances planned.")
