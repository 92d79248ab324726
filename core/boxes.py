"""Black boxes on a grid: what a barcode or a QR code is made of, as a picture that a document draws by itself.

In HTML it is an <img> whose address says everything; in the PDF one path of rectangles. As SVG, WeasyPrint read each
corner as text, which was a third of the time of a packing slip.
"""

from dataclasses import dataclass
from typing import Any

from weasyprint.pdf.stream import Stream

SCHEME = "boxes:"
PIXELS_A_MM = 96 / 25.4  # of CSS


@dataclass(frozen=True)
class Boxes:
    """`spans` are the boxes, each one row high: column, row, columns wide. The names of both methods are WeasyPrint's,
    which asks a picture for nothing else."""

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    spans: tuple[tuple[int, int, int], ...]

    def as_html(self) -> str:
        spans = ";".join(f"{left},{top},{width}" for left, top, width in self.spans)
        size = f"{self.width_mm:.3f},{self.height_mm:.3f},{self.columns},{self.rows}"
        return f'<img src="{SCHEME}{size};{spans}" alt="">'

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, float, float]:
        width, height = self.width_mm * PIXELS_A_MM, self.height_mm * PIXELS_A_MM
        return width, height, width / height

    def draw(self, stream: Stream, width: float, height: float, _style: Any) -> None:
        stream.transform(a=width / self.columns, d=height / self.rows)
        stream.set_color_rgb(0, 0, 0)
        for left, top, columns in self.spans:
            stream.rectangle(left, top, columns, 1)
        stream.fill()


def from_address(address: str) -> Boxes:
    """What `as_html` wrote."""
    size, *spans = address.removeprefix(SCHEME).split(";")
    width_mm, height_mm, columns, rows = size.split(",")
    return Boxes(
        width_mm=float(width_mm),
        height_mm=float(height_mm),
        columns=int(columns),
        rows=int(rows),
        spans=tuple(tuple(map(int, span.split(","))) for span in spans),
    )
