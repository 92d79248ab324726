"""What the groups know: their messages, and how each was told to behave."""

from collections import deque
from dataclasses import asdict, dataclass, field

KEPT = 200
MINUTE = 60.0
MOST_A_MINUTE = {"feishu": 100, "dingtalk": 20, "wecom": 20, "slack": 60}


@dataclass
class Group:
    """One group chat with its bot."""

    chat: str
    token: str
    secret: str = ""
    keyword: str = ""
    answer: str = ""  # "", too_many, gone, broken, silent: given instead of posting
    messages: list[dict] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


class BotWorld:
    def __init__(self, world) -> None:
        self.world = world
        self.groups: dict[tuple[str, str], Group] = {}

    def group(self, chat: str, token: str) -> Group:
        return self.groups.setdefault((chat, token), Group(chat, token))

    def is_too_many(self, group: Group) -> bool:
        """Whether this message is beyond what the chat takes in a minute."""
        now = self.world.clock.now()
        group.times = [at for at in group.times if at > now - MINUTE]
        if len(group.times) >= MOST_A_MINUTE[group.chat]:
            return True
        group.times.append(now)
        return False

    def post(self, group: Group, *, title: str, text: str, raw: dict) -> None:
        message = {"at": self.world.clock.now(), "title": title, "text": text, "raw": raw}
        group.messages = list(deque([*group.messages, message], maxlen=KEPT))
        self.world.journal.record("bot_message", chat=group.chat, token=group.token, title=title)

    def dump(self) -> list[dict]:
        return [asdict(group) for group in self.groups.values()]

    def snapshot(self) -> list[dict]:
        return self.dump()

    def restore(self, data: list[dict]) -> None:
        self.groups = {(row["chat"], row["token"]): Group(**row) for row in data}
