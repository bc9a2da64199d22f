"""What is made of files: pictures read, invoices printed."""

import io
from pathlib import Path

from django.conf import settings
from fpdf.errors import FPDFException
from PIL import Image

from newsroom.doctor.asking import BROKEN, OK, said
from newsroom.lib import decoding, images, pdf


def check_decoder():
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(file, "PNG")
    try:
        facts = decoding.inspect(file.getvalue())
    except (images.UnacceptablePictureError, OSError) as error:
        yield (
            BROKEN,
            f"The process that reads pictures does not work: {said(error)}.",
            "It needs 520 MiB of address space and the Python that runs the site; "
            "look at memory limits of the service.",
        )
        return
    yield OK, f"The process that reads pictures works ({facts.width} px read)."


def check_fonts():
    for path in settings.PDF_FONTS:
        if not Path(path).is_file():
            yield (
                BROKEN,
                f"PDF_FONTS names {path}, which is not there.",
                "Install the font or correct the path: invoices cannot be printed.",
            )
            return
    try:
        words = "Invoice £ é ő ع"
        sheet = pdf.Sheet(title="", author="", language="en", words=words)
        sheet.add_page()
        sheet.set_font("text", size=11)
        sheet.write_lines(words, width=100)
        size = len(sheet.output())
    except (FPDFException, OSError, ValueError) as error:
        yield (
            BROKEN,
            f"No PDF can be made: {said(error)}.",
            "Invoices are PDF files; the fonts are in static/fonts and PDF_FONTS.",
        )
        return
    yield OK, f"A PDF was made ({size / 1000:,.0f} kB)."
