"""Posts a note to one group. The address is a secret: it is in no log and in no message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from core.http import Budget, Channel, Intent, Outgoing, RemoteError
from integrations.group_bots import addresses, shapes
from integrations.group_bots.notes import Note


@dataclass(frozen=True)
class Chat:
    """How one chat is spoken to, and how often a group may be."""

    shape: Callable[..., Outgoing]
    read: Callable[[httpx.Response], None]
    rate: str
    can_sign: bool = False


CHATS = {
    "feishu": Chat(shapes.to_feishu, shapes.read_feishu, "60/minute", can_sign=True),
    "dingtalk": Chat(shapes.to_dingtalk, shapes.read_dingtalk, "18/minute", can_sign=True),
    "wecom": Chat(shapes.to_wecom, shapes.read_wecom, "18/minute"),
    "slack": Chat(shapes.to_slack, shapes.read_slack, "50/minute"),
}


def post(*, kind: str, url: str, secret: str, note: Note, key: str, now: datetime) -> None:
    """Raise a RemoteError unless the group has it; AddressRefused when the address may not be called.

    A chat cannot be asked whether a message arrived: an answer that got lost means that it may come twice.
    """
    addresses.check(kind=kind, url=url)
    chat = CHATS[kind]
    try:
        Channel(platform=f"bot_{kind}", connection_key=key, timeout=8.0).call(
            name="bot.post",
            intent=Intent.WRITE,
            build=lambda: chat.shape(note=note, url=url, secret=secret, now=now),
            judge=chat.read,
            budget=Budget(f"bot:{key}", chat.rate),
        )
    except RemoteError as error:
        error.message = addresses.scrub(error.message, url=url)
        raise
