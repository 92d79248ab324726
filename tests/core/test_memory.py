"""What the garbage collector is told, and that it goes on afterwards."""

import gc
import weakref

import pytest
from weasyprint.urls import FatalURLFetchingError

from core import memory, pdf


class Ring:
    """Holds itself: only the collector takes it away."""

    def __init__(self) -> None:
        self.me = self


def test_what_was_there_is_left_alone_and_what_comes_later_is_collected():
    early = Ring()
    memory.settle()
    kept, gone = weakref.ref(early), weakref.ref(Ring())
    del early
    gc.collect()
    assert (kept() is None, gone() is None) == (False, True)
    assert gc.get_threshold()[0] == memory.YOUNG_AT_MOST


def test_a_document_leaves_collecting_on():
    pdf.render("<p>One</p>")
    assert gc.isenabled()


def test_a_document_that_fails_leaves_collecting_on():
    with pytest.raises(FatalURLFetchingError):
        pdf.render('<img src="https://example.com/logo.png">')
    assert gc.isenabled()


def test_collecting_that_was_off_stays_off():
    gc.disable()
    try:
        pdf.render("<p>One</p>")
        assert not gc.isenabled()
    finally:
        gc.enable()
