"""Decorators of seller pages."""

from collections.abc import Callable

from tenancy.access import PERMISSIONS


def seller_page(permission: str, *, outside_scope: bool = False) -> Callable:
    """Mark a view with the permission it needs. `outside_scope`: the view binds the scope itself, because it calls out."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")

    def mark(view):
        view.permission = permission
        view.outside_scope = outside_scope
        return view

    return mark
