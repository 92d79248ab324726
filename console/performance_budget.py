"""The error budget of the performance page: a row per line and shop, over the line's own window.

Rows are written without a template each: a seller with two hundred shops has more than five hundred.
"""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.performance_asked import Asked
from console.performance_words import FAMILY_WORDS
from core.templatetags import ui
from orders import figure_targets, performance
from orders.models import Outcome
from orders.performance import BudgetRow


@dataclass(frozen=True)
class BudgetLine:
    """One row of the table."""

    row: BudgetRow
    late_href: str
    due_href: str

    @property
    def html(self) -> SafeString:
        row, target = self.row, self.row.target
        cohort, percent = row.cohort, row.cohort.late_percent
        limit, label = f"{target.plain_limit} %", escape(str(FAMILY_WORDS[target.kind]))
        unsure = ""
        if not target.is_sure and not target.is_own:
            unsure = _chip("yellow", _("unsure"), title=str(target.words)) + " "
        days = escape(_("%(n)s days") % {"n": target.window_days})
        return mark_safe(  # noqa: S308 - all parts are escaped
            f"<tr><td>{ui.shop_dot(row.shop)}</td><td>{label}</td><td>{_room(row, limit=limit)}</td>"
            f'<td class="num">{"—" if percent is None else f"{percent} %"}</td><td class="num">{unsure}{limit}</td>'
            f'<td class="num"><a href="{escape(self.late_href)}">{cohort.late:,}</a></td>'
            f'<td class="num"><a href="{escape(self.due_href)}">{cohort.due:,}</a></td>'
            f'<td class="num">{days}</td></tr>'
        )


def lines(asked: Asked, *, as_of: datetime) -> list[BudgetLine]:
    """Of the active shops that the page is about."""
    shops = [shop for shop in asked.shops if shop.is_active and asked.shop in (None, shop)]
    targets = figure_targets.targets(regions={shop.region for shop in shops})
    found = []
    for row in performance.budgets(shops=shops, targets=targets, as_of=as_of):
        # A budget is its shop's as a whole, over its own window: the page's filter does not narrow it.
        href = asked.orders_hrefs(
            shop=row.shop.slug,
            carrier=None,
            warehouse=None,
            since=row.window.since.isoformat(),
            until=row.window.until.isoformat(),
        )
        kind = f"due.{row.target.kind}"
        found.append(BudgetLine(row, href(kind, Outcome.LATE), href(kind, performance.IN_COHORT)))
    return found


def _room(row: BudgetRow, *, limit: str) -> str:
    """How it stands to its line, in a chip and a sentence."""
    if not row.cohort.due:
        nothing = escape(_("nothing due yet"))
        return f'<span class="text-secondary">{nothing}</span>'
    if row.budget.is_over:
        missing = row.budget.missing
        words = ngettext(
            "%(n)s order on time brings it back", "%(n)s orders on time bring it back", missing
        ) % {"n": missing}
        chip = _chip("red", _("over the line"), icon="alert-triangle")
        return f"{chip} {escape(words)}"
    if row.budget.room:
        words = ngettext(
            "%(n)s more late order fits under %(limit)s",
            "%(n)s more late orders fit under %(limit)s",
            row.budget.room,
        ) % {"n": row.budget.room, "limit": limit}
        chip = _chip("green", _("under it"), icon="check")
        return f"{chip} {escape(words)}"
    words = _("the next late order crosses the line")
    chip = _chip("orange", _("no room"), icon="flame")
    return f"{chip} {escape(words)}"


def _chip(tone: str, words: str, *, icon: str = "", title: str = "") -> str:
    at = f' title="{escape(title)}"' if title else ""
    return f'<span class="chip chip-{tone}"{at}>{ui.icon(icon) if icon else ""}{escape(words)}</span>'
