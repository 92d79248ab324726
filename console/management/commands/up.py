"""`manage.py up`: database, broker, web, worker, beat and the sandbox in one foreground command."""

import sys

from django.core.management.base import BaseCommand

from console.launch import up


class Command(BaseCommand):
    help = "Start everything and stay in the foreground. PORT, HOST, SANDBOX=0, DATABASE_URL and REDIS_URL change it."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        sys.exit(up.main())
