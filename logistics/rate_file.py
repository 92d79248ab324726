"""Prices or areas of own carriers as a csv file, chosen by its headings. Wrong lines are named with line and column.

Nothing is half taken: a service that the file names gets exactly what the file says; the others stay as they are.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import text_files
from core.errors import RuleViolation
from logistics import rate_book
from logistics.models import CarrierService, ServiceArea, ServiceRate
from logistics.rating import Area
from tenancy import audit
from tenancy.actors import Actor

BYTES_AT_MOST = 1_500_000
LINES_AT_MOST = 20_000
PROBLEMS_SHOWN = 20
RATES = ("carrier", "service", "zone", "up_to_g", "price")
AREAS = ("carrier", "service", "zone", "region", "province", "postcode_from", "postcode_to")
_ALSO_CALLED = {
    "承运商": "carrier", "服务": "service", "分区": "zone", "重量上限": "up_to_g", "价格": "price",
    "国家": "region", "省": "province", "邮编起": "postcode_from", "邮编止": "postcode_to",
}  # fmt: skip
Row = tuple[str, int, Decimal] | Area


class BadRateFile(RuleViolation):
    """The file cannot be taken; `problems` are sentences with line and column."""

    code = "bad_rate_file"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems[0])
        self.problems = list(problems)


@dataclass(frozen=True)
class Change:
    """What the file does to one service."""

    service: CarrierService
    rows: Sequence[Row]
    fresh: int
    changed: int
    gone: int

    @property
    def same(self) -> int:
        return len(self.rows) - self.fresh - self.changed


@dataclass(frozen=True)
class Draft:
    """What a file would do, or did."""

    is_rates: bool
    changes: Sequence[Change]


def text_of(content: bytes) -> str:
    """The file's text."""
    if len(content) > BYTES_AT_MOST:
        raise BadRateFile([_("The file is larger than 1.5 MB. Take the services in one by one.")])
    text = text_files.decoded(content)
    if text is None:
        raise BadRateFile([_("The file is not a text file. Save it as csv in UTF-8.")])
    return text


def look(*, text: str) -> Draft:
    """The dry run: reads and compares, writes nothing."""
    reader = _Reader(_services())
    rows = reader.read(text)
    if reader.problems:
        more = len(reader.problems) - PROBLEMS_SHOWN
        shown = reader.problems[:PROBLEMS_SHOWN]
        raise BadRateFile([*shown, _("… and %(n)d more.") % {"n": more}] if more > 0 else shown)
    changes = [
        _change(reader.services[key], found, is_rates=reader.is_rates) for key, found in sorted(rows.items())
    ]
    return Draft(reader.is_rates, changes)


@transaction.atomic
def bring_in(*, text: str, actor: Actor, now: datetime) -> Draft:
    """Each service of the file gets its prices, or its areas, as the file says."""
    draft = look(text=text)
    model = ServiceRate if draft.is_rates else ServiceArea
    for change in draft.changes:
        service = CarrierService.objects.lock().get(pk=change.service.pk)
        model.objects.filter(service=service).delete()
        model.objects.bulk_create(_model_of(row, service) for row in change.rows)
        audit.record(
            actor=actor,
            now=now,
            action="carrier_rates.imported" if draft.is_rates else "carrier_areas.imported",
            subject_type="carrierservice",
            subject_id=service.pk,
            service=f"{change.service.carrier.code}/{service.code}",
            lines=len(change.rows),
        )
    return draft


def write(*, is_rates: bool) -> str:
    """All prices, or all areas, as a file that can be changed and taken in again."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(RATES if is_rates else AREAS)
    names = {row.pk: key for key, row in _services().items()}
    if is_rates:
        rates = ServiceRate.objects.order_by("service__carrier__code", "service__code", "zone", "up_to_g")
        writer.writerows([*names[one.service_id], one.zone, one.up_to_g, one.amount] for one in rates)
        return out.getvalue()
    for one in ServiceArea.objects.order_by("service__carrier__code", "service__code", "pk"):
        where = [one.region, one.province, one.postcode_from, one.postcode_to]
        writer.writerow([*names[one.service_id], one.zone, *where])
    return out.getvalue()


def _services() -> dict[tuple[str, str], CarrierService]:
    rows = CarrierService.objects.select_related("carrier")
    return {(row.carrier.code, row.code): row for row in rows}


def _model_of(row: Row, service: CarrierService) -> ServiceRate | ServiceArea:
    if isinstance(row, Area):
        return ServiceArea(
            service=service,
            zone=row.zone,
            region=row.region,
            province=row.province,
            postcode_from=row.postcode_from,
            postcode_to=row.postcode_to,
        )
    zone, up_to_g, amount = row
    return ServiceRate(service=service, zone=zone, up_to_g=up_to_g, amount=amount)


def _change(service: CarrierService, rows: Sequence[Row], *, is_rates: bool) -> Change:
    if is_rates:
        stored = ServiceRate.objects.filter(service=service)
        there = {
            (zone, up_to_g): amount
            for zone, up_to_g, amount in stored.values_list("zone", "up_to_g", "amount")
        }
    else:
        stored = ServiceArea.objects.filter(service=service).values_list(
            "region", "province", "postcode_from", "postcode_to", "zone"
        )
        there = {tuple(place): zone for *place, zone in stored}
    wanted = dict(map(_split, rows))
    both = wanted.keys() & there.keys()
    return Change(
        service,
        rows,
        fresh=len(wanted.keys() - both),
        changed=sum(wanted[key] != there[key] for key in both),
        gone=len(there.keys() - both),
    )


def _split(row: Row) -> tuple[tuple, object]:
    """(what may be there once, what is said of it)."""
    if isinstance(row, Area):
        return (row.region, row.province, row.postcode_from, row.postcode_to), row.zone
    return row[:2], row[2]


@dataclass
class _Reader:
    """Reads line by line and collects what is wrong."""

    services: Mapping[tuple[str, str], CarrierService]
    problems: list[str] = field(default_factory=list)
    is_rates: bool = True
    line: int = 1
    values: dict[str, str] = field(default_factory=dict)

    def wrong(self, column: str, text: str) -> None:
        where = _("Line %(line)d, column %(column)s: %(text)s")
        self.problems.append(where % {"line": self.line, "column": column, "text": text})

    def read(self, text: str) -> dict[tuple[str, str], list[Row]]:
        lines = list(self._lines(text))
        if not lines:
            raise BadRateFile([_("There are no lines below the headings.")])
        if len(lines) > LINES_AT_MOST:
            raise BadRateFile([_("There are more than %(most)d lines.") % {"most": LINES_AT_MOST}])
        found: dict[tuple[str, str], list[Row]] = {}
        seen: dict[tuple, int] = {}
        for self.line, self.values in lines:
            key, row = self._service(), self._rate() if self.is_rates else self._area()
            if key is None or row is None:
                continue
            once = (key, _split(row)[0])
            if once in seen:
                self.wrong("zone", _("the same stands on line %(line)d already.") % {"line": seen[once]})
                continue
            seen[once] = self.line
            found.setdefault(key, []).append(row)
        return found

    def _lines(self, text: str) -> Iterable[tuple[int, dict[str, str]]]:
        first = text.lstrip("\ufeff").splitlines()[:1]
        delimiter = next((sign for sign in ("\t", ";") if first and sign in first[0]), ",")
        rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
        names = [_ALSO_CALLED.get(cell.strip(), cell.strip().lower()) for cell in next(rows, [])]
        self.is_rates = "region" not in names
        wanted = RATES if self.is_rates else AREAS[:4]
        missing = [name for name in wanted if name not in names]
        if missing:
            raise BadRateFile([_("Headings are missing: %(names)s.") % {"names": ", ".join(missing)}])
        for number, cells in enumerate(rows, start=2):
            if any(cell.strip() for cell in cells):
                yield number, dict(zip(names, (cell.strip() for cell in cells), strict=False))

    def _service(self) -> tuple[str, str] | None:
        key = (self.values.get("carrier", "").lower(), self.values.get("service", "").lower())
        if key in self.services:
            return key
        self.wrong(
            "service",
            _("there is no service “%(service)s” of “%(carrier)s”. Add it first.")
            % {"service": key[1][:30], "carrier": key[0][:30]},
        )
        return None

    def _rate(self) -> Row | None:
        service = self.services.get(
            (self.values.get("carrier", "").lower(), self.values.get("service", "").lower())
        )
        zone = self._taken("zone", rate_book.zone_of)
        grams = self._taken("up_to_g", rate_book.grams_of)
        currency = service.currency if service else ""
        price = self._taken("price", lambda text: rate_book.amount_of(text, currency=currency))
        return None if zone is None or grams is None or price is None else (zone, grams, price)

    def _area(self) -> Row | None:
        names = ("zone", "region", "province", "postcode_from", "postcode_to")
        values = {name: self.values.get(name, "") for name in names}
        return self._taken("region", lambda _text: rate_book.area_of(**values))

    def _taken(self, column: str, read: Callable[[str], object]) -> object | None:
        try:
            return read(self.values.get(column, ""))
        except RuleViolation as refusal:
            self.wrong(column, str(refusal))
            return None
