"""The text of a file that somebody uploads, whatever program has saved it."""

ENCODINGS = ("utf-8-sig", "gb18030")  # the second: spreadsheets of Chinese offices


def decoded(content: bytes) -> str | None:
    """Its text; None when it is in none of the encodings."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
