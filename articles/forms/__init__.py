"""What may be typed: stories by editors, searches by readers."""

from articles.forms.article import ArticleForm
from articles.forms.body import BodyWidget
from articles.forms.picture import PictureForm
from articles.forms.search import SearchForm

__all__ = ["ArticleForm", "BodyWidget", "PictureForm", "SearchForm"]
