"""The editor of article HTML: a plain textarea until its script has run."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django_prose_editor.widgets import ProseEditorWidget, prose_editor_base_media
from js_asset import ImportMap, Media, Script

from articles.models.article import WORDS_PER_MINUTE
from articles.models.languages import RIGHT_TO_LEFT
from newsroom.lib import html

MODULES = [
    "desk",
    "dialog",
    "figures",
    "inserts",
    "library",
    "paste",
    "schema",
    "tables",
    "text",
    "words",
]
MENU = [
    "blockType -lists",
    "marks",
    "link",
    "lists",
    "nodes -blockType -lists",
    "story",
    "table",
    "direction",
    "history",
    "utility",
]


def extensions():
    """What the editor knows, by the names that the scripts export, with its options.

    Together these keep every element of `lib.html.TAGS`; what they write passes
    `lib.html.clean` unchanged.
    """
    library = {
        "url": reverse("admin:articles_picture_library"),
        "addUrl": reverse("admin:articles_picture_add"),
        "sizes": sorted(html.PICTURE_SIZES),
    }
    return {
        "Document": True,
        "Paragraph": True,
        "Text": True,
        "HardBreak": True,
        "Heading": {"levels": [2, 3, 4]},
        "Bold": True,
        "Italic": True,
        "Strike": True,
        "Subscript": True,
        "Superscript": True,
        "Code": True,
        "CodeBlock": True,
        "Blockquote": True,
        "HorizontalRule": True,
        "BulletList": True,
        "StoryOrderedList": {"enableListAttributes": False},
        "ListItem": True,
        "StoryLink": {
            "enableTarget": False,
            "defaultProtocol": "https",
            "protocols": sorted(html.SCHEMES - {"http", "https"}),
        },
        "StoryTable": {"resizable": False},
        "TableRow": True,
        "StoryTableCell": True,
        "StoryTableHeader": True,
        "LibraryPicture": library,
        "PlainFigure": True,
        "FigureCaption": True,
        "Aside": True,
        "Embed": {"hosts": settings.EMBED_HOSTS},
        "Footnote": True,
        "DefinitionList": True,
        "DefinitionTerm": True,
        "DefinitionText": True,
        "Cite": True,
        "Quotation": True,
        "Abbreviation": True,
        "Isolated": True,
        "Time": True,
        "Marked": True,
        "Phrase": True,
        "Flow": True,
        "Dropcursor": True,
        "Gapcursor": True,
        "History": True,
        "HTML": True,
        "Fullscreen": True,
        "Menu": {"groups": [{"group": group} for group in MENU]},
        "Desk": {
            "wordsPerMinute": WORDS_PER_MINUTE,
            "rightToLeft": sorted(RIGHT_TO_LEFT),
            "library": library,
        },
    }


class BodyWidget(ProseEditorWidget):
    """A textarea of article HTML that becomes the editor where scripts run."""

    def __init__(self, attrs=None):
        super().__init__(
            attrs={"class": "vLargeTextField", "rows": 20, **(attrs or {})},
            preset="configurable",
        )

    @property
    def media(self):
        return prose_editor_base_media + Media(
            importmap=ImportMap(
                {f"newsroom/editor-{name}": f"js/editor-{name}.js" for name in MODULES}
            ),
            css={"all": ["css/admin-editor.css", "css/admin-editor-dialog.css"]},
            js=[
                Script("django_prose_editor/configurable.js", type="module"),
                Script("js/editor-unsaved.js", type="module"),
            ],
        )

    def get_config(self):
        return {"extensions": extensions(), "js_modules": [static("js/editor.js")]}
