"""The database engine: Django's own for PostgreSQL, with one feature corrected."""

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    # The key in the table is (seller_id, id): grouping by `id` alone does not imply the other columns.
    allows_group_by_selected_pks = False


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
