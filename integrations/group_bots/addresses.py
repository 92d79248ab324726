"""Which addresses a bot may have. Somebody types them in and we call them from inside: so only the four chats' own
hosts and paths are taken, over https, and never an address inside our own network.

`KUAIFA_ALERT_HOSTS` lets an operator add hosts of private installations; a loopback host with its port (a sandbox) may
then also be plain http.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import RuleViolation

LONGEST = 600


class AddressRefused(RuleViolation):
    """We do not call this address."""

    code = "address_refused"


@dataclass(frozen=True)
class Place:
    """Where the bots of one chat live: hosts, the start of the path, the query word that must be there."""

    hosts: tuple[str, ...]
    path: str
    query: str = ""


PLACES = {
    "feishu": Place(("open.feishu.cn", "open.larksuite.com"), "/open-apis/bot/v2/hook/"),
    "dingtalk": Place(("oapi.dingtalk.com",), "/robot/send", "access_token"),
    "wecom": Place(("qyapi.weixin.qq.com",), "/cgi-bin/webhook/send", "key"),
    "slack": Place(("hooks.slack.com", "hooks.slack-gov.com"), "/services/"),
}


def check(*, kind: str, url: str) -> None:
    """Raise AddressRefused unless a bot of this chat can live there. The address itself is in no message."""
    parts = _split(url)
    place = PLACES[kind]
    host = parts.hostname or ""
    is_added = _is_added(parts)
    if not is_added and host not in place.hosts:
        raise AddressRefused(
            _(
                "This is not an address of that chat. Copy the webhook address that the group's bot shows: %(hosts)s"
            )
            % {"hosts": " / ".join(f"https://{name}{place.path}…" for name in place.hosts)}
        )
    if place.path not in parts.path or (place.query and not parse_qs(parts.query).get(place.query)):
        raise AddressRefused(_("Something is missing at the end of the address. Copy the whole of it."))
    if not is_added:
        refuse_internal(_numbers_of(host))


def hint(url: str) -> str:
    """Enough to tell two bots apart, too little to use one."""
    return f"{urlsplit(url).hostname} …{url[-4:]}"


def scrub(text: str, *, url: str) -> str:
    """Take the address and its secret parts out of words that the other side sent back."""
    parts = urlsplit(url)
    secrets = [
        url,
        *parts.path.split("/"),
        *(value for values in parse_qs(parts.query).values() for value in values),
    ]
    for secret in sorted((one for one in secrets if len(one) >= 12), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def refuse_internal(numbers: Iterable[str]) -> None:
    """A name that leads to a machine inside our own network is not a chat."""
    if any(not ipaddress.ip_address(number.split("%")[0]).is_global for number in numbers):
        raise AddressRefused(_("This name leads into our own network. It is not called."))


def _split(url: str) -> SplitResult:
    refused = AddressRefused(_("This is not a web address that can be called. It must start with https://"))
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise refused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused from error
    is_plain = parts.scheme == "http" and _is_added(parts) and _is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or is_plain) or parts.username or parts.password or parts.fragment:
        raise refused
    if port not in (None, 443) and not _is_added(parts):
        raise refused
    return parts


def _is_added(parts: SplitResult) -> bool:
    """Named by the operator: a host, or a host with its port. Loopback counts only together with its port."""
    host = parts.hostname or ""
    whole = f"{host}:{parts.port}" if parts.port else host
    return whole in settings.ALERT_HOSTS and (bool(parts.port) or not _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _numbers_of(host: str) -> list[str]:
    """What the name resolves to; one that cannot be resolved is found out by calling it."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    except OSError:
        return []
