"""Names of public holidays as the `holidays` package gives them, for the screen's language."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_KNOWN = frozenset(
    {
        _("New Year's Day"),
        _("New Year's Eve"),
        _("Martin Luther King Jr. Day"),
        _("Washington's Birthday"),
        _("Memorial Day"),
        _("Juneteenth National Independence Day"),
        _("Independence Day"),
        _("Labor Day"),
        _("International Labor Day"),
        _("National Labor Day"),
        _("Worker's Day"),
        _("Columbus Day"),
        _("Veterans Day"),
        _("Thanksgiving Day"),
        _("Christmas Day"),
        _("Christmas Eve"),
        _("Boxing Day"),
        _("Good Friday"),
        _("Easter Sunday"),
        _("Easter Monday"),
        _("May Day"),
        _("Spring Bank Holiday"),
        _("June Bank Holiday"),
        _("August Bank Holiday"),
        _("October Bank Holiday"),
        _("Epiphany"),
        _("Ascension Day"),
        _("Whit Monday"),
        _("Assumption Day"),
        _("All Saints' Day"),
        _("All Souls' Day"),
        _("Immaculate Conception"),
        _("National Day"),
        _("Constitution Day"),
        _("Republic Day"),
        _("Liberation Day"),
        _("Armistice Day"),
        _("Victory Day"),
        _("German Unity Day"),
        _("Second Day of Christmas"),
        _("Saint Stephen's Day"),
        _("Saint Patrick's Day"),
        _("Saint Brigid's Day"),
        _("Lunar New Year"),
        _("Lunar New Year's Eve"),
        _("Second Day of Lunar New Year"),
        _("Third Day of Lunar New Year"),
        _("Fourth Day of Lunar New Year"),
        _("Fifth Day of Lunar New Year"),
        _("Chinese New Year"),
        _("Chinese New Year (Second Day)"),
        _("Hung Kings' Commemoration Day"),
        _("Liberation Day/Reunification Day"),
        _("Bridge Public Holiday"),
        _("Makha Bucha"),
        _("Visakha Bucha"),
        _("Songkran Festival"),
        _("Chakri Memorial Day"),
        _("Coronation Day"),
        _("Eid al-Fitr"),
        _("Eid al-Fitr Second Day"),
        _("Eid al-Fitr (Second Day)"),
        _("Eid al-Adha"),
        _("Islamic New Year"),
        _("Vesak Day"),
        _("Deepavali"),
        _("Malaysia Day"),
        _("Birthday of HM Yang di-Pertuan Agong"),
        _("Prophet Muhammad's Birthday"),
        _("Prophet's Birthday"),
        _("Day of Silence"),
        _("Pancasila Day"),
        _("Maundy Thursday"),
        _("Black Saturday"),
        _("National Heroes Day"),
        _("Revolution Day"),
        _("Substitute Holiday"),
        _("National Holiday"),
        _("Labor Thanksgiving Day"),
        _("Culture Day"),
        _("Sports Day"),
    }
)
_TAIL = re.compile(r"^(?P<name>.+) \((?P<tail>observed|in lieu|estimated)\)$")


def in_words(name: str) -> str:
    """One day may bear several names; a moved or estimated one says so."""
    return "; ".join(_one(part) for part in name.split("; "))


def _one(name: str) -> str:
    tails = {
        "observed": gettext("observed"),
        "in lieu": gettext("in lieu"),
        "estimated": gettext("estimated"),
    }
    found = []
    while match := _TAIL.match(name):
        name = match["name"]
        found.append(tails[match["tail"]])
    text = gettext(name) if name in _KNOWN else name
    return f"{text} ({', '.join(reversed(found))})" if found else text
