"""Boxes of codes: what the address says is what is drawn, and a document asks nobody for it."""

import pytest
from pypdfium2 import PdfDocument

from core import barcodes, boxes, pdf
from core.boxes import Boxes

CODE = Boxes(width_mm=20.0, height_mm=10.0, columns=10, rows=2, spans=((1, 0, 3), (6, 1, 2)))
ADDRESS = "boxes:20.000,10.000,10,2;1,0,3;6,1,2"


def test_the_address_says_everything():
    assert CODE.as_html() == f'<img src="{ADDRESS}" alt="">'
    assert boxes.from_address(ADDRESS) == CODE


def test_boxes_are_drawn_where_the_address_says():
    style = "<style>@page{size:30mm 20mm;margin:5mm} body{margin:0} img{display:block}</style>"
    page = PdfDocument(pdf.render(style + CODE.as_html()))[0]
    picture = page.render(scale=8 * 25.4 / 72).to_pil().convert("L")  # 8 pixels a millimeter
    dark = [
        (column, row)
        for row in range(2)
        for column in range(10)
        if picture.getpixel((round((5 + column * 2 + 1) * 8), round((5 + row * 5 + 2.5) * 8))) == 0
    ]
    assert dark == [(1, 0), (2, 0), (3, 0), (6, 1), (7, 1)]
    assert picture.getpixel((4 * 8, 4 * 8)) == 255


def test_an_address_that_is_not_ours_stops_the_document():
    with pytest.raises(ValueError, match="not enough values"):
        pdf.render('<img src="boxes:">')


def test_a_code_is_in_whole_dots_with_its_quiet_zones():
    code = boxes.from_address(barcodes.code128("A", width_mm=90, height_mm=12).split('"')[1])
    # Start B, the letter, its check digit (11 modules each) and the stop (13), between two quiet zones of 10.
    assert (code.columns, code.rows, code.height_mm) == (3 * 11 + 13 + 20, 1, 12.0)
    assert code.width_mm == pytest.approx(code.columns * 4 * barcodes.DOT_MM, abs=0.001)
    assert (code.spans[0], code.spans[-1]) == ((10, 0, 2), (54, 0, 2))
    assert len(code.spans) == 3 * 3 + 4
