"""The database engine: Django's own for PostgreSQL, with one feature corrected, a cheaper look at an idle connection and
cheaper moments."""

import select
from datetime import UTC
from functools import lru_cache

from django.db.backends.postgresql import base, features
from psycopg.adapt import AdaptersMap

from core.postgres import moments


class DatabaseFeatures(features.DatabaseFeatures):
    # The key in the table is (seller_id, id): grouping by `id` alone does not imply the other columns.
    allows_group_by_selected_pks = False


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def is_usable(self) -> bool:
        """Asked once per request. A server that went away closed the socket, which shows without a trip to it:
        an idle connection has nothing to read."""
        if self.connection is None or self.connection.closed:
            return False
        readable, _, _ = select.select([self.connection.fileno()], [], [], 0)
        return not readable or super().is_usable()

    def get_connection_params(self) -> dict[str, object]:
        params = super().get_connection_params()
        if self.timezone is UTC:
            params["context"] = _with_moments(params["context"])
        return params


@lru_cache(maxsize=1)
def _with_moments(given: AdaptersMap) -> AdaptersMap:
    """Django's adapters, kept as one map for all connections."""
    adapters = AdaptersMap(given)
    moments.register(adapters)
    return adapters
