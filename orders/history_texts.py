"""Sentences of the time line: an action and its plain values, put into words when they are shown."""

from collections import defaultdict
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import in_words
from orders.models import ClockKind, Flag, HistoryKind, HoldReason, OrderHistory, PlatformStatus
from tenancy import actors

TEXTS: dict[str, str | Promise] = {
    "order.taken_in": _("The order came in (%(source)s); on the platform it is “%(status)s”."),
    "order.platform_status": _("On the platform the order went from “%(from_state)s” to “%(to_state)s”."),
    "order.approved": _("Approved."),
    "order.held": _("Put on hold: %(raised)s."),
    "order.hold_changed": _("The reasons of the hold changed."),
    "order.hold_ended": _("The carrier has it: the hold is over."),
    "order.not_ours": _("The platform ships it itself: nothing is left to do here."),
    "order.shipped_elsewhere": _("Shipped outside of this program: nothing is left to do here."),
    "order.cancelled": _("Cancelled. %(why)s"),
    "cancel.requested": _("The buyer asks to cancel."),
    "cancel.approve": _("The buyer's wish to cancel was granted."),
    "cancel.reject": _("The buyer's wish to cancel was rejected (%(why)s)."),
    "cancel.cancel": _("The platform is asked to cancel the order (%(why)s)."),
    "cancel.answer_taken": _("The platform took the answer."),
    "cancel.answer_refused": _("The platform refused the answer."),
    "return.asked": _("The buyer asks for a return or refund (%(return)s)."),
    "return.moved": _("Return %(return)s moved on, says the platform (%(word)s)."),
    "return.approve": _("Return %(return)s was agreed to."),
    "return.reject": _("Return %(return)s was rejected (%(why)s)."),
    "return.answer_taken": _("The platform took the decision about return %(return)s."),
    "return.answer_refused": _("The platform refused the decision about return %(return)s."),
    "return.received": _("Return %(return)s is here."),
    "return.inspected": _(
        "Return %(return)s was looked at: %(restocked)s for sale, %(damaged)s damaged, %(wrong)s wrong, %(missing)s missing."
    ),
    "order.address_changed": _("The buyer's address changed."),
    "label.voided": _("The label is void (%(number)s)."),
    "package.unlabel": _("Back to the label station."),
    "package.renamed": _("The platform calls this parcel %(to)s now; it was %(before)s."),
    "package.regrouped": _("The platform split or combined the order: its parcels follow."),
    "regroup.split": _("The platform is asked to split the order."),
    "regroup.combine": _("The platform is asked to put these orders into one parcel."),
    "regroup.done": _("The platform made new parcels."),
    "regroup.refused": _("The platform refused to change the parcels."),
    "deadline.at_risk": _("The deadline is near: %(clock)s by %(due_at)s."),
    "deadline.breached": _("The deadline has passed: %(clock)s by %(due_at)s."),
    "package.allocate": _("Stock reserved."),
    "package.deallocate": _("The reservation was taken back."),
    "package.start_picking": _("Picking began."),
    "package.return_to_queue": _("Back in line for picking."),
    "package.finish_picking": _("Picked."),
    "package.pack": _("Packed and weighed."),
    "package.photo": _("A photo of the open parcel was taken."),
    "package.unpack": _("Unpacked again."),
    "package.label": _("Labelled, ready to ship."),
    "package.hand_over": _("Scanned at the dock and handed over."),
    "package.take_back": _("The dock scan was taken back."),
    "package.pick_up": _("Scanned by the carrier: on its way."),
    "package.arrive": _("Arrived in the buyer's region."),
    "package.deliver": _("Delivered."),
    "package.cancel": _("The parcel was cancelled."),
    "package.return": _("The parcel came back."),
    "package.lose": _("The parcel is lost."),
    "carrier.chosen": _("Carrier by weight and size: %(service)s, %(price)s."),
    "carrier.missing": _("No carrier takes this parcel by weight and size."),
    "carrier.changed": _("Carrier changed by hand: %(service)s (it was %(before)s)."),
    "shipment.numbered": _("Tracking number %(number)s (%(carrier)s)."),
    "shipment.renumbered": _("Tracking number changed from %(before)s to %(number)s (%(carrier)s)."),
    "label.fetched": _("Label from the platform, number %(number)s (%(carrier)s)."),
    "label.refused": _("The platform refused the label."),
    "label.printed": _("Label printed."),
    "label.reprinted": _("Label printed again (%(count)s times by now)."),
    "slip.printed": _("Packing slip printed."),
    "slip.reprinted": _("Packing slip printed again (%(count)s times by now)."),
    "parcel_label.printed": _("Parcel label printed."),
    "parcel_label.reprinted": _("Parcel label printed again (%(count)s times by now)."),
    "upload.asked": _("Tracking number %(number)s is on its way to the platform."),
    "upload.correction_asked": _("Number %(number)s is to replace %(before)s on the platform."),
    "upload.done": _("The platform has tracking number %(number)s (%(carrier)s). Receipt: %(receipt)s"),
    "upload.corrected": _("The platform took number %(number)s (%(carrier)s) instead. Receipt: %(receipt)s"),
    "upload.refused": _("The platform refused tracking number %(number)s."),
    "upload.in_file": _("Tracking number %(number)s went into an upload file for Seller Center."),
    "manifest.closed": _("The driver signed for it on %(manifest)s."),
    "wave.dropped": _("Taken out of its wave."),
    "wave.moved": _("Moved to another walk in %(wave)s."),
    "show.lane": _("It goes out pre-packed for the live show “%(show)s”: nobody walks for it."),
    "show.no_prepacked": _(
        "Every pre-packed parcel of the live show “%(show)s” was promised already: it is picked the normal way."
    ),
    "show.lane_closed": _("The lane of the live show “%(show)s” was closed: it is picked the normal way."),
    "case.opened": _("Exception: %(case)s."),
    "case.resolved": _("Exception over: %(case)s."),
    "buyer.message_written": _("A message to the buyer was written (%(case)s)."),
    "buyer.told": _("The buyer was told."),
    "buyer.not_told": _("The buyer could not be told."),
    "order.warned": _("Worth a look: %(warned)s."),
    "order.warehouse_chosen": _("To be shipped from %(warehouse)s."),
    "buyer.asked": _("A question to the buyer was written (%(raised)s)."),
    "note.added": _("Note"),
    "mark.flagged": _("Flag: %(flag)s."),
    "mark.unflagged": _("The flag was taken off."),
    "mark.tagged": _("Tag “%(tag)s”."),
    "mark.untagged": _("Tag “%(tag)s” taken off."),
}
ICONS = {
    HistoryKind.PLATFORM: "brand-tiktok",
    HistoryKind.REVIEW: "clipboard-check",
    HistoryKind.DEADLINE: "clock",
    HistoryKind.STOCK: "building-warehouse",
    HistoryKind.FLOOR: "basket",
    HistoryKind.LABEL: "printer",
    HistoryKind.HANDOVER: "truck-delivery",
    HistoryKind.UPLOAD: "cloud-upload",
    HistoryKind.TRACKING: "route",
    HistoryKind.MESSAGE: "message-circle",
    HistoryKind.CANCELLATION: "ban",
    HistoryKind.RETURN: "receipt-refund",
    HistoryKind.NOTE: "note",
}
SOURCES = {"api": _("by API"), "file": _("from a file")}
# Who has no name of its own.
ACTORS = {actors.CARRIER.kind: _("carrier")}
# What later stages write into `case`; their models may not be asked from here.
CASES = {
    "customs_delay": _("held at customs"),
    "address_issue": _("address problem"),
    "attempt_failed": _("delivery attempt failed"),
    "refused": _("refused by the buyer"),
    "returning": _("on its way back"),
    "returned": _("returned"),
    "lost": _("lost"),
    "damaged": _("damaged"),
    "delayed": _("delayed"),
    "held_payment": _("held for payment"),
    "no_scan": _("no pickup scan"),
    "stale": _("no news"),
    "upload_refused": _("number refused by the platform"),
    "suspect_number": _("number is older than the order"),
    "intercept": _("cancelled after the handover"),
}


def sentence(line: OrderHistory, *, zone: str) -> str:
    """What happened, for a person. An action without a sentence of its own is shown by its name."""
    text = TEXTS.get(line.action)
    if text is None:
        return line.action.replace(".", ": ").replace("_", " ")
    return (str(text) % defaultdict(str, _values(line, zone=zone))).strip()


def reasons_lifted(line: OrderHistory) -> str:
    """Which reasons went, where the sentence does not say so."""
    lifted = [_reason(code) for code in line.data.get("lifted", ())]
    return gettext("no longer: %(reasons)s") % {"reasons": ", ".join(lifted)} if lifted else ""


def reasons_raised(line: OrderHistory) -> str:
    """Which reasons came, where the sentence does not say so."""
    said = {"order.held": ("raised",), "order.warned": ("warned",), "buyer.asked": ("raised",)}
    names = [name for name in ("raised", "warned") if name not in said.get(line.action, ())]
    return ", ".join(_reason(code) for name in names for code in line.data.get(name, ()))


def _values(line: OrderHistory, *, zone: str) -> dict[str, object]:
    data = line.data
    values = {**data, "from_state": _status(line.from_state), "to_state": _status(line.to_state)}
    for name in ("raised", "warned"):
        if isinstance(data.get(name), list):
            values[name] = ", ".join(_reason(code) for code in data[name])
    if data.get("due_at"):
        values["due_at"] = in_words(datetime.fromisoformat(data["due_at"]), zone=zone)
    if data.get("clock") in ClockKind.values:
        values["clock"] = ClockKind(data["clock"]).label
    values["status"] = _status(data.get("status", ""))
    values["source"] = SOURCES.get(data.get("source"), data.get("source", ""))
    if data.get("flag") in Flag.values:
        values["flag"] = Flag(data["flag"]).label
    values["case"] = CASES.get(data.get("case"), data.get("case", ""))
    return values


def _status(code: str) -> str:
    return str(PlatformStatus(code).label) if code in PlatformStatus.values else code


def _reason(code: str) -> str:
    return str(HoldReason(code).label) if code in HoldReason.values else code
