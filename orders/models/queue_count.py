"""How many orders stand where, kept by the database itself as clocks are written."""

from datetime import UTC, datetime

from django.db import models

from tenancy.scoping import SellerOwned, ShopOwned

NO_HOUR = datetime(1970, 1, 1, tzinfo=UTC)


class _Counted(ShopOwned):
    """`name`: a tab, or `open` for all that is open; with an hour (UTC), `due:<tab>` and `cancel:<tab>`: open clocks of
    that tab whose deadline or automatic cancellation falls into it."""

    name = models.CharField(max_length=20)
    hour = models.DateTimeField(default=NO_HOUR)
    rows = models.BigIntegerField()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class QueueCount(_Counted):
    """What was counted up to some moment; `QueueChange` has what came since. Together they are exact in every snapshot."""

    class Meta(_Counted.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "name", "shop", "hour"], include=["rows"], name="queue_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rows} {self.name}"


class SellerCount(SellerOwned):
    """The sums of `QueueCount` over all shops: what a seller with hundreds of them asks for with every page."""

    name = models.CharField(max_length=20)
    hour = models.DateTimeField(default=NO_HOUR)
    rows = models.BigIntegerField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "name", "hour"], include=["rows"], name="seller_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rows} {self.name}"


class QueueChange(_Counted):
    """Written by a trigger in the transaction that wrote clocks, one row per figure that moved: nobody waits for
    anybody's counter. `orders.queue_counts.fold` adds them up."""

    class Meta(_Counted.Meta):
        indexes = [models.Index(fields=["seller", "name", "shop"], name="queue_change_of")]

    def __str__(self) -> str:
        return f"{self.rows:+d} {self.name}"
