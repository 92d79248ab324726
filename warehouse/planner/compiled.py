"""Where compiled code is kept, so that only the very first start compiles: `.run/` if it is ours, else the user's cache."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numba
from django.conf import settings
from numba.core.config import CACHE_DIR


def _is_ours(folder: Path) -> bool:
    """Compiled code is loaded blindly: a folder others can write to is no place for it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022 and os.access(folder, os.W_OK)


def folder() -> Path:
    """The first of the usual places that this user owns and can write to."""
    home = Path(os.path.expanduser("~")) / ".cache"
    for place in (Path(settings.RUN_DIR) / "compiled", home / "kuaifa" / "compiled"):
        if _is_ours(place):
            return place
    return Path(tempfile.mkdtemp(prefix="kuaifa-compiled-"))


if not CACHE_DIR:  # a place given by the environment is kept
    numba.config.CACHE_DIR = str(folder())


def compiled(function: Callable) -> Callable:
    """Machine code, kept on disk. No fast-math: lengths must add up the same everywhere.

    Arrays go into arrays item by item: the whole at once brings along the making of an error text, seconds of compiling.
    """
    return numba.njit(cache=True, error_model="numpy", no_cfunc_wrapper=True)(function)


def inner(function: Callable) -> Callable:
    """The same for what only compiled code calls: without the way in from Python, which takes as long to make."""
    options = {"no_cfunc_wrapper": True, "no_cpython_wrapper": True}
    return numba.njit(cache=True, error_model="numpy", **options)(function)


def spliced(function: Callable) -> Callable:
    """The same for what is called in one place of a loop, with many arrays: put there before it is compiled."""
    return numba.njit(cache=True, error_model="numpy", no_cfunc_wrapper=True, inline="always")(function)
