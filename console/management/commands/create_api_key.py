"""manage.py create_api_key --seller SLUG --scopes all [--shops SLUG,SLUG] [--name NAME]"""

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import RuleViolation
from tenancy import audit, command_line, keys, scoping
from tenancy.actors import AUTO
from tenancy.models import Shop


class Command(BaseCommand):
    help = "Make an API key of a seller. The key is printed once, alone on the last line."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seller", required=True, metavar="SLUG")
        parser.add_argument("--scopes", required=True, help="all, or some of: " + ", ".join(keys.SCOPES))
        parser.add_argument("--shops", default="", help="slugs of shops, by comma; absent: all shops")
        parser.add_argument("--name", default="made on the command line")

    def handle(self, *args, seller: str, scopes: str, shops: str, name: str, **options) -> None:
        found = command_line.seller_named(seller, must_be_active=True)
        with scoping.scope(sellers=[found.pk]):
            try:
                key, text = keys.create(
                    seller=found, name=name, scopes=_words(scopes), shop_ids=_shop_ids(_words(shops))
                )
            except RuleViolation as error:
                raise CommandError(str(error)) from error
            audit.record(
                actor=AUTO, now=clock.now(), action="key.made", subject_type="key", subject_id=key.prefix
            )
        self.stdout.write(f"Key {key.prefix} of {found.slug}: {', '.join(key.scopes)}. It is shown only now:")
        self.stdout.write(text)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _shop_ids(slugs: list[str]) -> list[int] | None:
    if not slugs:
        return None
    found = dict(Shop.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    missing = [slug for slug in slugs if slug not in found]
    if missing:
        raise CommandError(f"There is no shop “{missing[0]}” here.")
    return sorted(found.values())
