"""Load or remove the sample sellers."""

from django.core.management.base import BaseCommand, CommandError

from console import demo
from core import clock
from core.errors import RuleViolation


class Command(BaseCommand):
    help = "Load three sample sellers and an agency from the sandbox; --remove takes them away with all they own."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--remove", action="store_true")

    def handle(self, *, remove: bool, **options: object) -> None:
        if remove:
            self.stdout.write(f"Removed {demo.remove()} sample seller(s).")
            return
        try:
            logins = demo.load(now=clock.now())
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        for login in logins:
            self.stdout.write(f"{login['email']}  {login['password']}  {login['who']}")
