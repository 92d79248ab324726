"""Many changed rows of one table in one statement, as `rows` does it for new ones: one JSON document, taken apart there."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connections, models

_encode = msgspec.json.Encoder().encode


def update_many(
    *,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
    using: str = "default",
) -> int:
    """Write `columns` of rows that are named by seller_id and id. Row level security and constraints hold as always."""
    if not rows:
        return 0
    table = f'"{model._meta.db_table}"'
    names = [model._meta.get_field(column).column for column in columns]
    assignments = ", ".join(f'"{name}" = given."{name}"' for name in names)
    statement = (
        f"UPDATE {table} AS stored SET {assignments} FROM json_populate_recordset(NULL::{table}, %s) AS given "
        'WHERE stored."seller_id" = given."seller_id" AND stored."id" = given."id"'
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement, [_encode(rows).decode()])
        return cursor.rowcount
