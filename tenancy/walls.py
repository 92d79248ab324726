"""One migration operation that gives a table its whole wall.

Key (seller_id, id); composite foreign keys, so that a reference can never join rows of two sellers; the policy; FORCE.
"""

from django.db.migrations.operations.base import Operation

SELLERS = "(nullif(current_setting('app.sellers', true), '')::bigint[])"
# Each reads its setting once per statement. Written plainly, the database would take it apart for every row, and would
# expect one row in twenty where nobody is limited: joins then begin at the wrong end.
NOT_LIMITED = "(SELECT nullif(current_setting('app.shops', true), '') IS NULL)"
SHOPS = "((SELECT nullif(current_setting('app.shops', true), '')::bigint[])::bigint[])"


class GiveWall(Operation):
    """`GiveWall("order")` after the model's CreateModel, once per tenant table."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self):
        return (self.__class__.__qualname__, [self.model_name], {})

    def state_forwards(self, app_label, state) -> None:
        """The wall is the database's; Django's state of the model stays as it is."""

    def describe(self) -> str:
        return f"Give {self.model_name} its tenant wall"

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in wall_statements(model):
            schema_editor.execute(statement)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        for name, _column, _target in composite_keys(model):
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
        schema_editor.execute(f'DROP POLICY IF EXISTS wall ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')


class RenewWalls(Operation):
    """Give every wall that stands the condition that new walls get. For migrations, after the condition was reworded."""

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label, state) -> None:
        """The walls are the database's."""

    def describe(self) -> str:
        return "Give every tenant wall its present condition"

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        tables = {model._meta.db_table: model for model in to_state.apps.get_models()}
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'wall' ORDER BY tablename")
            standing = [table for (table,) in cursor.fetchall()]
        for table in tables.keys() & set(standing):
            condition = condition_of(tables[table])
            schema_editor.execute(
                f'ALTER POLICY wall ON "{table}" USING ({condition}) WITH CHECK ({condition})'
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        """Both forms let the same rows through."""


def composite_keys(model) -> list[tuple[str, str, str]]:
    """(constraint name, column, target table) of every reference from this tenant table to another one."""
    keys = []
    for field in model._meta.local_fields:
        remote = field.remote_field
        if remote is None or field.name == "seller" or not _has_seller(remote.model):
            continue
        name = f"{model._meta.db_table}_{field.column}_same_seller"
        keys.append((name if len(name) <= 63 else name[-63:], field.column, remote.model._meta.db_table))
    return keys


def _has_seller(model) -> bool:
    return any(field.name == "seller" for field in model._meta.local_fields)


def policy_condition(*, has_shop: bool) -> str:
    """The one form of the policy: an array compared by ANY, so that the index is used."""
    condition = f"seller_id = ANY {SELLERS}"
    if has_shop:
        condition += f" AND ({NOT_LIMITED} OR shop_id IS NULL OR shop_id = ANY {SHOPS})"
    return condition


def condition_of(model) -> str:
    """The condition of this table's policy."""
    if model._meta.db_table == "tenancy_shop":
        return f"seller_id = ANY {SELLERS} AND ({NOT_LIMITED} OR id = ANY {SHOPS})"
    return policy_condition(has_shop=any(field.name == "shop" for field in model._meta.local_fields))


def wall_statements(model) -> list[str]:
    """The SQL of the wall, in order."""
    table = model._meta.db_table
    statements = [
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"',
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (seller_id, id)',
    ]
    for name, column, target in composite_keys(model):
        statements.append(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (seller_id, "{column}") '
            f'REFERENCES "{target}" (seller_id, id) DEFERRABLE INITIALLY DEFERRED'
        )
    condition = condition_of(model)
    statements += [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY wall ON "{table}" USING ({condition}) WITH CHECK ({condition})',
    ]
    return statements
