"""What a group is told, in our words: a title, plain lines and one link. Each bot gives it its own shape."""

from dataclasses import dataclass

_NEUTRAL = str.maketrans(
    {"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "ˋ", "_": "＿", "#": "＃"}
)


@dataclass(frozen=True)
class Note:
    """One message."""

    title: str
    lines: tuple[str, ...]
    link_text: str
    link_url: str

    @property
    def as_text(self) -> str:
        """For mails and for previews."""
        return "\n".join([*self.lines, "", f"{self.link_text}: {self.link_url}"])


def plain(text: str) -> str:
    """Names come from people: in a chat that reads marks, a name must not become a mention, a link or a heading."""
    return " ".join(text.split()).translate(_NEUTRAL)


def fitting(*, head: list[str], lines: tuple[str, ...], tail: list[str], joint: str, most_bytes: int) -> str:
    """All parts joined; lines are left out from the end until the whole is short enough."""
    kept = list(lines)
    while True:
        text = joint.join([*head, *kept, *(["…"] if len(kept) < len(lines) else []), *tail])
        if len(text.encode()) <= most_bytes or not kept:
            return text
        kept.pop()
