"""Moments come out of the database as they went in, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from django.db import connection

from core.postgres.moments import MomentLoader


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 17, 12, 38, 270_000, tzinfo=UTC),
        datetime(2024, 2, 29, tzinfo=UTC),
        datetime(2026, 3, 29, 2, 30, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_it_went_in(db, moment):
    with connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz, array[%s::timestamptz]", [moment, moment])
        one, many = cursor.fetchone()

    assert (one, many) == (moment, [moment])
    assert one.tzinfo is UTC


def test_no_moment_stays_none(db):
    with connection.cursor() as cursor:
        cursor.execute("select null::timestamptz")
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize("text", [b"infinity", b"-infinity", b"0044-03-15 00:00:00+00 BC", b"nonsense"])
def test_what_is_no_moment_for_python_is_refused(text):
    with pytest.raises(psycopg.DataError):
        MomentLoader(0).load(text)
