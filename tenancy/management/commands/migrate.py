"""Django's `migrate`, in a fraction of its time."""

from django.core.management.commands import migrate

from core.postgres import migrating


class Command(migrate.Command):
    def handle(self, *args: object, **options: object) -> None:
        with migrating.in_place():
            super().handle(*args, **options)
