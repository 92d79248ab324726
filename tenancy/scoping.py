"""The wall: who owns a row. Two layers, one helper that binds both.

The first layer is Python and loud: a manager without a scope raises, a write to another seller's row raises.
The second is row level security in PostgreSQL: `SET LOCAL app.sellers` (and `app.shops` for people limited to some shops)
inside a transaction. Nothing else touches these settings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.db.models.sql.where import AND

from core.errors import KuaifaError
from core.postgres import rows
from core.postgres.base import KEY_SHARE


class ScopeRequired(KuaifaError):
    """A tenant table was touched outside a scope."""


class WrongSeller(KuaifaError):
    """A row of another seller, or of a shop outside the limit, was about to be written."""


@dataclass(frozen=True)
class Scope:
    """The sellers (and, when limited, the shops) that the present work may see."""

    sellers: frozenset[int]
    shops: frozenset[int] | None = None
    reason: str = ""

    @property
    def only_seller(self) -> int:
        """The one seller of this scope; raises when the work spans several."""
        if len(self.sellers) != 1:
            raise ScopeRequired("this work needs exactly one seller in scope")
        return next(iter(self.sellers))


NOTHING = Scope(frozenset())

_current: ContextVar[Scope | None] = ContextVar("kuaifa_scope", default=None)


def current() -> Scope:
    """The active scope; raises ScopeRequired."""
    found = _current.get()
    if found is None:
        raise ScopeRequired("no seller is in scope: wrap the work in tenancy.scoping.scope(...)")
    return found


def has_scope() -> bool:
    return _current.get() is not None


@contextmanager
def scope(*, sellers: Iterable[int], shops: Iterable[int] | None = None, reason: str = "") -> Iterator[Scope]:
    """Bind both walls to these sellers for one transaction, and restore what was there before."""
    bound = Scope(frozenset(sellers), None if shops is None else frozenset(shops), reason)
    previous = _current.get()
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        _set_local(bound)
        token = _current.set(bound)
        try:
            yield bound
        finally:
            _current.reset(token)
        # Only reached when all went well: a roll-back, whole or to the savepoint, takes the setting back by itself.
        # So does the end of the transaction.
        if not is_outermost:
            _set_local(previous or NOTHING)


@contextmanager
def unscoped(reason: str) -> Iterator[Scope]:
    """Work over every seller, for sweeps and look-ups. A test holds the list of places that may."""
    if not reason:
        raise ScopeRequired("unscoped() needs a reason")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select coalesce(array_agg(id), '{}') from tenancy_seller")
            sellers = cursor.fetchone()[0]
        with scope(sellers=sellers, reason=reason) as bound:
            yield bound


def _set_local(bound: Scope) -> None:
    sellers = "{" + ",".join(map(str, sorted(bound.sellers))) + "}"
    shops = "" if bound.shops is None else "{" + ",".join(map(str, sorted(bound.shops))) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('app.sellers', %s, true), set_config('app.shops', %s, true)", [sellers, shops]
        )


class ScopedQuerySet(models.QuerySet):
    """Writes through a queryset stay inside the scope because the queryset itself is filtered."""

    def lock(self) -> "ScopedQuerySet":
        """Row locks in primary key order, on this table alone; evaluate at once.

        NO KEY: a reference to the row may be checked meanwhile. References are checked at the commit, long after every
        other lock was taken; a full lock would wait for them crosswise.
        """
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)

    def lock_free(self) -> "ScopedQuerySet":
        """The same, passing over rows that somebody else holds: for sweeps that share the work."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)

    def hold(self) -> "ScopedQuerySet":
        """Rows that this transaction counts on: shared among all who do so, and nobody seizes them before its end.

        A check of a reference takes the same lock at the commit, so it costs nothing more there.
        """
        found = self.order_by("pk").select_for_update(of=("self",))
        found.query.select_for_no_key_update = KEY_SHARE
        return found

    def seize_free(self) -> "ScopedQuerySet":
        """Full locks on rows that nobody holds or locks, passing over the others. Whoever wants to hold one waits."""
        return self.order_by("pk").select_for_update(of=("self",), skip_locked=True)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for obj in objs:
            check_writable(obj)
        return super().bulk_create(objs, *args, **kwargs)

    def insert_many(self, objs: Iterable["SellerOwned"]) -> list["SellerOwned"]:
        """`bulk_create` for plain new rows on the hot paths, at a third of its cost."""
        objs = list(objs)
        for obj in objs:
            check_writable(obj)
        rows.insert(objs=objs, using=self.db)
        return objs

    def insert_values(self, values: Sequence[Mapping[str, object]]) -> list[int]:
        """New rows that nobody needs as objects, given by column; each names its seller (and shop). Their ids, in order."""
        _check_in_scope(self.model, values)
        return rows.insert_values(model=self.model, values=values, using=self.db)

    def add_values(
        self, values: Sequence[Mapping[str, object]], *, key: Sequence[str], column: str
    ) -> list[tuple[int, int]]:
        """Add `column` to the rows of the same `key`, or store them; sorted, so that two writers never wait crosswise."""
        _check_in_scope(self.model, values)
        return rows.add(model=self.model, values=values, key=key, column=column, using=self.db)

    def update_many(self, objs: Iterable["SellerOwned"], fields: Sequence[str]) -> int:
        """`bulk_update` on the hot paths: one plain statement, whatever the number of rows."""
        objs = list(objs)
        for obj in objs:
            check_writable(obj)
        _check_columns(dict.fromkeys(fields))
        return rows.update(objs=objs, fields=fields, using=self.db)

    def insert_new(self, obj: "SellerOwned") -> bool:
        """Store one plain new row; False when it is here already. One round trip, for doors where the same comes twice."""
        check_writable(obj)
        return rows.insert_new(obj=obj, using=self.db)

    def update(self, **kwargs):
        _check_columns(kwargs)
        return super().update(**kwargs)


def insert_alone(row: "SellerOwned") -> bool:
    """Store one plain new row of the seller that it names; False when it is here already. No scope is needed.

    Outside a transaction the statement is one by itself and binds the wall: one trip instead of four, for doors where
    others wait for the answer.
    """
    if connection.in_atomic_block:
        with scope(sellers=[row.seller_id]):
            return type(row).objects.insert_new(row)
    bound = ("select set_config('app.sellers', %s, true)", f"{{{row.seller_id}}}")
    return rows.insert_new(obj=row, using=connection.alias, bound=bound)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):
    """Raises without a scope, in get_queryset, so that no method slips past."""

    use_in_migrations = False

    def get_queryset(self) -> ScopedQuerySet:
        bound = current()
        queryset = super().get_queryset()
        _narrow(queryset, "seller", bound.sellers)
        if bound.shops is not None and self.model.IS_SHOP_OWNED:
            _narrow(queryset, "shop", bound.shops)
        elif bound.shops is not None and self.model.TABLE_WALL == "shop itself":
            _narrow(queryset, self.model._meta.pk.name, bound.shops)
        return queryset


def _narrow(queryset: ScopedQuerySet, name: str, ids: frozenset[int]) -> None:
    """What `filter(name=…)` does to a new queryset, without resolving the name again for each query of each page."""
    query = queryset.query
    field = query.model._meta.get_field(name)
    column = field.get_col(query.get_initial_alias())
    if len(ids) == 1:
        (only,) = ids
        query.where.add(field.get_lookup("exact")(column, only), AND)
    else:
        query.where.add(field.get_lookup("in")(column, sorted(ids)), AND)


def beside_outer(model: type["ShopOwned"], *, seller: str = "seller_id", shop: str) -> ScopedQuerySet:
    """Rows of the same seller and shop as the outer query's row, for a subquery; the outer row is in scope already.

    Named twice, the database believes that next to nothing is left and reads by the wrong index. Row level security
    holds here as everywhere.
    """
    current()
    return ScopedQuerySet(model).filter(seller_id=models.OuterRef(seller), shop_id=models.OuterRef(shop))


def check_writable(obj: "SellerOwned") -> None:
    """Raise WrongSeller unless the row lies inside the scope. A missing seller is filled from a scope of one."""
    bound = current()
    if obj.seller_id is None:
        obj.seller_id = bound.only_seller
    if obj.seller_id not in bound.sellers:
        raise WrongSeller(f"{type(obj).__name__} belongs to a seller that is not in scope")
    if bound.shops is not None and obj.IS_SHOP_OWNED and obj.shop_id not in bound.shops:
        raise WrongSeller(f"{type(obj).__name__} belongs to a shop outside the limit")


def _check_in_scope(model: type["SellerOwned"], values: Sequence[Mapping[str, object]]) -> None:
    bound = current()
    if not {row["seller_id"] for row in values} <= bound.sellers:
        raise WrongSeller(f"{model.__name__} belongs to a seller that is not in scope")
    is_limited = bound.shops is not None and model.IS_SHOP_OWNED
    if is_limited and not {row["shop_id"] for row in values} <= bound.shops:
        raise WrongSeller(f"{model.__name__} belongs to a shop outside the limit")


def _check_columns(columns: dict[str, object]) -> None:
    for name in ("seller", "seller_id"):
        if name in columns:
            raise WrongSeller("a row never changes its seller")


class SellerOwned(models.Model):
    """A row of one seller. Its table gets the whole wall by `tenancy.walls.GiveWall` in a migration."""

    IS_SHOP_OWNED = False
    TABLE_WALL = "seller"

    seller = models.ForeignKey("tenancy.Seller", models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args, **kwargs) -> None:
        check_writable(self)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        check_writable(self)
        return super().delete(*args, **kwargs)


class ShopOwned(SellerOwned):
    """A row of one shop of a seller: people limited to some shops see only theirs, in both walls."""

    IS_SHOP_OWNED = True
    TABLE_WALL = "shop"

    shop = models.ForeignKey(
        "tenancy.Shop", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True
        base_manager_name = "objects"
