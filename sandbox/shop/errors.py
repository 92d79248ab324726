"""A refusal in the platform's own words: the code, the sentence, the HTTP status it travels under."""


class ShopError(Exception):
    def __init__(self, code: int, message: str, *, status: int = 200, detail: dict | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.detail = detail or {}


def missing(name: str) -> ShopError:
    return ShopError(36009004, f"param {name} is missing", status=400)


def invalid(name: str) -> ShopError:
    return ShopError(36009004, f"param {name} is invalid", status=400)
