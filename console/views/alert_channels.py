"""Where alerts go: channels, their test message, their dry run. Changed only by people who see every shop."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console import alert_channels, alert_inbox
from console.forms import ChannelForm, LevelsForm, initial_of
from console.models import AlertChannel, ChannelKind
from core import clock, htmx
from core.errors import RuleViolation
from tenancy import actors
from tenancy.pages import seller_page


def _refuse_limited(request: HttpRequest) -> None:
    """A channel tells of any shop: who may see only some must not open one."""
    if request.access.shop_ids is not None:
        raise PermissionDenied(_("Only people who may see all shops set up where alerts go."))


def _channel(channel_id: int) -> AlertChannel:
    found = AlertChannel.objects.filter(pk=channel_id, removed_at__isnull=True)
    channel = found.exclude(kind=ChannelKind.APP).first()
    if channel is None:
        raise Http404
    return channel


def _back(request: HttpRequest, text: str, kind: str = "success") -> HttpResponse:
    address = reverse("console:alert_channels", kwargs={"seller": request.seller.slug})
    return htmx.redirect(request, address, text, kind)


@seller_page("settings.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every channel and how it goes."""
    rows = alert_inbox.channel_rows(channels=alert_channels.shown(), seller=request.seller, now=clock.now())
    context = {
        "rows": rows,
        "app_form": LevelsForm(initial={"levels": alert_channels.app_levels()}),
        "is_mail_set_up": alert_channels.is_mail_set_up(),
        "kinds": [(kind, ChannelKind(kind).label) for kind in (ChannelKind.MAIL, *alert_channels.BOTS)],
        "is_testing": any(row.tests for row in rows),
        "may_change": request.access.can("settings.edit") and request.access.shop_ids is None,
    }
    return htmx.render(request, "console/alert_channels.html", "console/_alert_channels.html", context)


@seller_page("settings.edit")
@require_POST
def app_levels(request: HttpRequest) -> HttpResponse:
    """Which levels appear in the app."""
    _refuse_limited(request)
    form = LevelsForm(request.POST)
    if not form.is_valid():
        return _back(request, _("There is no such level."), "danger")
    alert_channels.set_app_levels(
        levels=form.cleaned_data["levels"], actor=actors.of_user(request.user), now=clock.now()
    )
    return _back(request, _("Saved."))


@seller_page("settings.edit")
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new channel of this kind."""
    _refuse_limited(request)
    if kind not in (ChannelKind.MAIL, *alert_channels.BOTS):
        raise Http404
    now = clock.now()
    initial = {"language": request.seller.language}
    form = ChannelForm(request.POST or None, kind=kind, seller=request.seller, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            alert_channels.add(kind=kind, terms=form.terms, actor=actors.of_user(request.user), now=now)
            return _back(request, _("The channel is there. Send a test message to see that it works."))
        except RuleViolation as error:
            form.add_error(None, str(error))
    return _form(request, form, kind=kind)


@seller_page("settings.edit")
def change(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Other terms for a channel."""
    _refuse_limited(request)
    channel, now = _channel(channel_id), clock.now()
    form = ChannelForm(
        request.POST or None, kind=channel.kind, seller=request.seller, now=now, initial=initial_of(channel)
    )
    if request.method == "POST" and form.is_valid():
        try:
            alert_channels.change(
                channel_id=channel.pk, terms=form.terms, actor=actors.of_user(request.user), now=now
            )
            return _back(request, _("Saved."))
        except RuleViolation as error:
            form.add_error(None, str(error))
    return _form(request, form, kind=channel.kind, channel=channel)


def _form(
    request: HttpRequest, form: ChannelForm, *, kind: str, channel: AlertChannel | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "kind_label": ChannelKind(kind).label,
        "channel": channel,
        "is_bot": kind != ChannelKind.MAIL,
        "is_mail_set_up": alert_channels.is_mail_set_up(),
        "messages_sent": alert_inbox.recent_messages(channel=channel) if channel else [],
    }
    status = 422 if form.is_bound else 200
    return htmx.render(
        request, "console/alert_channel.html", "console/_alert_channel.html", context, status=status
    )


@seller_page("settings.edit")
@require_POST
def remove(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Nothing is sent there any more."""
    _refuse_limited(request)
    alert_channels.remove(
        channel_id=_channel(channel_id).pk, actor=actors.of_user(request.user), now=clock.now()
    )
    return _back(request, _("Removed. Its address is forgotten."))


@seller_page("settings.edit")
@require_POST
def test(request: HttpRequest, channel_id: int) -> HttpResponse:
    """A message to see that it works; the list shows what became of it."""
    _refuse_limited(request)
    alert_channels.send_test(
        channel_id=_channel(channel_id).pk, actor=actors.of_user(request.user), now=clock.now()
    )
    return _back(request, _("The test message is on its way. The list shows what becomes of it."))


@seller_page("settings.view")
@require_safe
def dry_run(request: HttpRequest, channel_id: int) -> HttpResponse:
    """What this channel would say now; nothing is sent."""
    channel = _channel(channel_id)
    with translation.override(request.LANGUAGE_CODE if channel.is_mail else channel.language):
        found = alert_inbox.dry_run(channel=channel, seller=request.seller, now=clock.now())
    context = {"channel": channel, "found": found}
    return htmx.render(request, "console/alert_dry_run.html", "console/_alert_dry_run.html", context)
