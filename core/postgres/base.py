"""The database engine: Django's own for PostgreSQL, with one feature corrected and a cheaper look at an idle connection."""

import select

from django.db.backends.postgresql import base, features


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
