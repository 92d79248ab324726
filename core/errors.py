"""Errors that a person can do something about."""

from django.utils.functional import Promise


class KuaifaError(Exception):
    """Base of every error that this program raises on purpose."""


class RuleViolation(KuaifaError):
    """A rule said no. The message is a sentence for the person who asked; `code` is stable for partners."""

    code = "rule_violation"
    status = 422

    def __init__(self, message: str | Promise, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)
