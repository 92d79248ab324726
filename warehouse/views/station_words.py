"""The sentences that the scripts of the stations show (static/app/keep.js, walk_ahead.js, camera.js)."""

from django.utils.translation import gettext as _


def keep_words() -> dict[str, str]:
    """Scans that wait for a connection, and the walk that goes on without one."""
    return {
        "off": _("No connection. Go on scanning: every scan is kept and sent later, in order."),
        "waiting": _("No connection. Scans that wait: %(count)s. Go on scanning, none is lost."),
        "locked": _("You are logged out. Scans that wait: %(count)s. Log in, they are sent then."),
        "undurable": _("This browser keeps nothing: do not reload the page while scans wait."),
        "sent": _("The connection is back. Scans sent: %(count)s."),
        "some_refused": _("Some of the scans that waited were refused. Look at each of them."),
        "refused": _("Refused scan %(number)s of %(count)s: “%(code)s”, scanned at %(time)s"),
        "other": _("The scan could not be counted. Scan it again."),
        "kept_one": _("Kept: it is sent when the connection is back."),
        "not_kept": _("No connection: “%(code)s” was not counted. Put it back into the tote and wait."),
        "nothing_left": _("Nothing is left to pick on this list."),
        "short_kept": _(
            "Noted. Another bin is looked for when the connection is back. Go on with the next line."
        ),
        "tote": _("Right: %(tote)s."),
        "bin": _("Bin %(bin)s. Take %(left)s × %(sku)s."),
        "wrong_bin": _("Wrong bin: %(scanned)s, expected %(expected)s. Go there and scan the bin."),
        "wrong_item": _(
            "Wrong item: %(scanned)s, expected %(expected)s. Put it back and scan the right one."
        ),
        "too_many": _("Too many: %(left)s units are left here."),
        "taken": _("%(sku)s taken: %(left)s more here. Kept until the connection is back."),
        "taken_of": _("%(picked)s of %(quantity)s taken"),
        "scan_bin": _("Scan the bin"),
        "scan_item": _("Scan the item"),
    }


def step_words() -> dict[str, str]:
    """The same of stations where each scan follows from the answer to the one before: without a connection they wait."""
    return keep_words() | {
        "off": _("No connection. Wait here: a scan that was sent is counted once, new ones are not taken."),
        "waiting": _("No connection. Wait here: scans that are sent as soon as it is back: %(count)s."),
        "not_kept": _(
            "No connection: “%(code)s” was not counted. Scan it again when the connection is back."
        ),
    }


def camera_words() -> dict[str, str]:
    """Why no camera can be used, and what it does."""
    return {
        "insecure": _("No camera here: it needs a secure address (https). Use a scanner, or type by hand."),
        "missing": _("This device has no camera. Use a scanner, or type by hand."),
        "refused": _("The browser does not allow the camera. Allow it in its settings, or type by hand."),
        "broken": _("The camera could not be started. Close other apps that use it, or type by hand."),
        "aim": _("Hold the code into the picture"),
        "seen": _("Seen: %(code)s"),
    }
