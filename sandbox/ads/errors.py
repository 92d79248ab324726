"""A refusal in the platform's words: HTTP 200, the code decides."""


class ApiError(Exception):
    def __init__(self, code: int, message: str, data: dict | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data or {}
