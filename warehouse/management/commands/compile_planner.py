"""manage.py compile_planner: the planner's machine code, made once for this machine so that no wave waits for it."""

import time

from django.core.management.base import BaseCommand

from warehouse.planner import planning


class Command(BaseCommand):
    help = "Compiles the wave planner, or loads it when it is compiled; says how long that took."
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        begin = time.perf_counter()
        planning.warm_up()
        self.stdout.write(f"The wave planner is ready after {time.perf_counter() - begin:.1f} s.")
