"""What may be typed: stories by editors, searches by readers."""

from articles.forms.article import ArticleForm
from articles.forms.body import BodyWidget
from articles.forms.error_report import ErrorReportForm
from articles.forms.front_page import PlaceForm, PreviewForm
from articles.forms.picture import (
    PictureForm,
    PicturesForm,
    RightsDayForm,
    WordsForm,
)
from articles.forms.search import SearchForm

__all__ = [
    "ArticleForm", "BodyWidget", "ErrorReportForm", "PictureForm", "PicturesForm",
    "PlaceForm", "PreviewForm", "RightsDayForm", "SearchForm", "WordsForm",
]  # fmt: skip
