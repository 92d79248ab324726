"""Django's PostgreSQL backend, told that a row's key is (seller_id, id)."""
