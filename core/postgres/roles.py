"""Row level security does not hold superusers: the program checks whom it is logged in as before it serves anyone."""

from django.db import connection


class UnrestrictedRole(SystemExit):
    """The login could walk around the tenant wall."""


def refuse_unrestricted() -> None:
    """Stop unless the current role is neither superuser, nor BYPASSRLS, nor owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolname, rolsuper, rolbypassrls, "
            "exists(select 1 from pg_class where relname = 'tenancy_shop' and pg_has_role(relowner, 'USAGE')) "
            "from pg_roles where rolname = current_user"
        )
        name, is_super, can_bypass, is_owner = cursor.fetchone()
    if is_super or can_bypass or is_owner:
        raise UnrestrictedRole(
            f"The database role “{name}” can walk around the tenant wall. "
            "Give DATABASE_URL a role without SUPERUSER and BYPASSRLS that does not own the tables (docs/operations.md)."
        )
