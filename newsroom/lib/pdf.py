"""PDF pages in the site's own fonts: real text, shaped, and read in its own direction.

Letters that the fonts in `static/fonts` lack come from the files that `PDF_FONTS`
names. A text with letters that none of them has can be asked for beforehand.
"""

from functools import cache

from django.conf import settings
from fontTools.ttLib import TTFont
from fpdf import FPDF

_DIRECTORY = settings.BASE_DIR / "static" / "fonts"
# Family, style and file.
_MAIN = [
    ("text", "", "text-latin"),
    ("text", "B", "text-bold-latin"),
    ("sans", "", "sans-latin"),
    ("display", "B", "display-latin"),
]
_FURTHER = [
    ("text-more", "", "text-latin-ext"),
    ("text-more", "B", "text-bold-latin-ext"),
    ("arabic", "", "arabic"),
]


class Sheet(FPDF):
    """A document of A4 pages; lengths are in millimetres, font sizes in points.

    `words` are all that will be written: only fonts that they need are loaded.
    """

    def __init__(self, *, title, author, language, words):
        super().__init__(format="A4")
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        self.set_creator("Newsroom")
        self.set_margin(20)
        self.c_margin = 0
        for font in _MAIN:
            self._load(*font)
        needed = {ord(letter) for letter in words}
        needed -= _letters(_path(_MAIN[0][2]))
        further = [font for font in _FURTHER if needed & _letters(_path(font[2]))]
        for font in further:
            self._load(*font)
        families = list(dict.fromkeys(family for family, *_ in further))
        for number, path in enumerate(settings.PDF_FONTS):
            if needed & _letters(str(path)):
                families.append(f"further-{number}")
                self.add_font(families[-1], "", path)
        if families:
            self.set_fallback_fonts(families, exact_match=False)
        self.set_text_shaping(use_shaping_engine=True)

    def _load(self, family, style, name):
        self.add_font(family, style, _path(name))

    def write_lines(self, words, *, width, height=5, align="L"):
        """Write a text, wrapped, and go to the beginning of the line below."""
        for paragraph in words.split("\n"):
            wrapped = self.multi_cell(
                width, height, paragraph, dry_run=True, output="LINES"
            )
            for line in wrapped:
                # fpdf2 forgets to say the font again after a line that began with a
                # letter of another one.
                self.current_font_is_set_on_page = False
                self.cell(width, height, line, align=align, new_x="LEFT", new_y="NEXT")


def missing_letters(words):
    """The letters of a text that none of our fonts has, in order."""
    ours = [_path(name) for _, _, name in [*_MAIN, *_FURTHER]]
    known = set().union(*map(_letters, [*ours, *map(str, settings.PDF_FONTS)]))
    return [
        letter
        for letter in dict.fromkeys(words)
        if letter.isprintable() and ord(letter) not in known
    ]


def _path(name):
    return str(_DIRECTORY / f"{name}.woff2")


@cache
def _letters(path):
    # Of a collection, the first font.
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())
