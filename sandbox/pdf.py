"""A PDF by hand: pages of text in the built-in fonts, lines and filled rectangles. Enough for a parcel label.
Text outside Latin letters cannot be drawn with the built-in fonts; callers give Latin forms."""

from dataclasses import dataclass, field

import barcode

A6 = (297.6, 419.5)
A5 = (419.5, 595.3)
QUIET_MODULES = 10


@dataclass(slots=True, kw_only=True)
class Page:
    """Points from the lower left corner, as PDF counts."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, *, size: float = 9, bold: bool = False) -> None:
        plain = text.encode("latin-1", "replace").decode("latin-1")
        escaped = plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.parts.append(f"BT /{'F2' if bold else 'F1'} {size:g} Tf {x:.2f} {y:.2f} Td ({escaped}) Tj ET")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self.parts.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def fill(self, x: float, y: float, width: float, height: float) -> None:
        self.parts.append(f"{x:.3f} {y:.2f} {width:.3f} {height:.2f} re f")

    def rule(self, y: float, *, left: float, right: float) -> None:
        self.parts.append(f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S")

    def code128(self, text: str, *, x: float, y: float, width: float, height: float) -> None:
        """Bars of this text across `width`, quiet zones included."""
        modules = barcode.get("code128", text).build()[0]
        module = width / (len(modules) + 2 * QUIET_MODULES)
        start = None
        for place, bit in enumerate(f"{modules}0"):
            if bit == "1" and start is None:
                start = place
            elif bit == "0" and start is not None:
                self.fill(x + (QUIET_MODULES + start) * module, y, (place - start) * module, height)
                start = None


def document(pages: list[Page]) -> bytes:
    """The file: catalog, fonts, then each page with its drawing."""
    kids = " ".join(f"{5 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for place, page in enumerate(pages):
        stream = "0.8 w\n" + "\n".join(page.parts)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {6 + 2 * place} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream.encode('latin-1'))} >>\nstream\n{stream}\nendstream")
    return _assemble(objects)


def _assemble(objects: list[str]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(out)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
