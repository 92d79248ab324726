"""Single bins: taken out of use when they are empty, brought back, named anew. What was picked there keeps its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from tenancy import audit
from tenancy.actors import Actor
from warehouse import layout, walks
from warehouse.models import Bin, BinKind, BinLevel, PickTask, PickTaskState, Warehouse, WaveState


class BadBinCode(RuleViolation):
    """The bin cannot be called so."""

    code = "bad_bin_code"


@dataclass(frozen=True)
class Outcome:
    """Codes of what was done, and sentences about what was not."""

    done: list[str]
    refused: list[str]


@transaction.atomic
def retire(*, bin_ids: Iterable[int], actor: Actor, now: datetime) -> Outcome:
    """Take empty bins out of use; the others stay, each with its reason.

    The ledger holds the bins that it posts into. Those are passed over here; whoever comes a moment later waits, and
    finds the bin out of use.
    """
    wanted = Bin.objects.filter(pk__in=list(bin_ids), is_active=True)
    found = list(wanted.seize_free())
    ids = [row.pk for row in found]
    busy = wanted.exclude(pk__in=ids).order_by("pk").values_list("code", flat=True)
    full = set(BinLevel.objects.filter(bin_id__in=ids, on_hand__gt=0).values_list("bin_id", flat=True))
    walked = set(
        PickTask.objects.filter(
            bin_id__in=ids,
            state=PickTaskState.OPEN,
            pick_list__state__in=walks.LIVE_LISTS,
            pick_list__wave__state=WaveState.RELEASED,
        ).values_list("bin_id", flat=True)
    )
    docks = _docks_needed(found)
    text = _("Somebody is moving goods to or from %(bin)s right now. Try again in a moment.")
    done, refused = [], [text % {"bin": code} for code in busy]
    for row in found:
        why = _why_not(row, is_full=row.pk in full, is_walked=row.pk in walked, is_needed=row.pk in docks)
        if why:
            refused.append(why)
            continue
        row.is_active = False
        done.append(row)
    return Outcome(_store(done, "bins.retired", actor=actor, now=now), refused)


def _why_not(row: Bin, *, is_full: bool, is_walked: bool, is_needed: bool) -> str:
    if is_full:
        return _("%(bin)s holds goods: move them first.") % {"bin": row.code}
    if is_walked:
        return _("A picker is on the way to %(bin)s: wait until the walk has ended.") % {"bin": row.code}
    if row.kind == BinKind.TOTE:
        return _("%(bin)s is a tote: take it out of use under Carts.") % {"bin": row.code}
    if row.kind == BinKind.WALL:
        return _("%(bin)s is a slot of a put wall: change it under Put wall.") % {"bin": row.code}
    if is_needed:
        return _("%(bin)s is the last dock: goods that come in need one.") % {"bin": row.code}
    return ""


def _docks_needed(found: list[Bin]) -> set[int]:
    """Docks of warehouses that would be left without one: the first of each stays."""
    docks = [row for row in found if row.kind == BinKind.RECEIVING]
    if not docks:
        return set()
    sites = {row.warehouse_id for row in docks}
    list(Warehouse.objects.lock().filter(pk__in=sites))  # two people must not retire one each
    others = Bin.objects.filter(kind=BinKind.RECEIVING, is_active=True, warehouse_id__in=sites)
    kept = set(others.exclude(pk__in=[row.pk for row in docks]).values_list("warehouse_id", flat=True))
    first = {row.warehouse_id: row.pk for row in sorted(docks, key=lambda row: -row.pk)}
    return {bin_id for site, bin_id in first.items() if site not in kept}


@transaction.atomic
def restore(*, bin_ids: Iterable[int], actor: Actor, now: datetime) -> Outcome:
    """Take retired bins into use again."""
    found = list(Bin.objects.lock().filter(pk__in=list(bin_ids), is_active=False))
    for row in found:
        row.is_active = True
    return Outcome(_store(found, "bins.restored", actor=actor, now=now), [])


def _store(rows: list[Bin], action: str, *, actor: Actor, now: datetime) -> list[str]:
    Bin.objects.update_many(rows, ["is_active"])
    audit.record_many(
        audit.entry(actor=actor, now=now, action=action, subject_type="bin", subject_id=row.pk, code=row.code)
        for row in rows
    )
    return [row.code for row in rows]


@transaction.atomic
def rename(*, bin_id: int, code: str, actor: Actor, now: datetime) -> Bin:
    """Give a bin another code. Its goods, walks and history stay with it; its old label scans no more."""
    found = Bin.objects.lock().get(pk=bin_id)
    wanted = code.strip().upper()
    if wanted == found.code:
        return found
    if not layout.is_code(wanted):
        raise BadBinCode(
            _("A bin's code has 1 to %(most)d characters without spaces, the first one a letter or digit.")
            % {"most": layout.CODE_LENGTH}
        )
    if found.kind == BinKind.TOTE:
        raise BadBinCode(
            _("%(bin)s is a tote: pick lists know it by its code, so it keeps it.") % {"bin": found.code}
        )
    if found.kind == BinKind.WALL:
        raise BadBinCode(
            _("%(bin)s is a slot of a put wall: change it under Put wall.") % {"bin": found.code}
        )
    site = Warehouse.objects.lock().get(pk=found.warehouse_id)
    taken = Bin.objects.filter(warehouse=site, code__iexact=wanted).exclude(pk=found.pk).first()
    if taken is not None:
        text = _("%(site)s has a bin %(bin)s already.")
        if not taken.is_active:
            text = _("%(site)s had a bin %(bin)s before; its code stays taken. Bring that bin back instead.")
        raise BadBinCode(text % {"site": site.name, "bin": taken.code})
    before, found.code = found.code, wanted
    found.save(update_fields=["code"])
    audit.record(
        actor=actor,
        now=now,
        action="bin.renamed",
        subject_type="bin",
        subject_id=found.pk,
        before=before,
        after=wanted,
    )
    return found
