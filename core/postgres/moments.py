"""Moments as the database sends them, read by one call: a page of orders has a thousand of them."""

from datetime import UTC, datetime

import psycopg
from psycopg.adapt import AdaptersMap, Loader


class MomentLoader(Loader):
    """Texts like `2026-11-23 17:12:38.27+00`: sessions run in UTC. What Python cannot hold (infinity) raises."""

    timezone = UTC  # Django asks each cursor's loader for it

    def load(self, data) -> datetime:
        text = str(data, "ascii")
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise psycopg.DataError(f"no moment that Python knows: {text}") from error


def register(adapters: AdaptersMap) -> None:
    """All moments of connections made with these adapters."""
    adapters.register_loader("timestamptz", MomentLoader)
