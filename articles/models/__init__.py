from articles.models.article import Article, Contribution, PastAddress
from articles.models.author import Author, AuthorAlias
from articles.models.correction import Correction
from articles.models.event import ArticleEvent
from articles.models.front_page import FrontPageSlot
from articles.models.page import Page
from articles.models.past_path import PastPath
from articles.models.picture import Picture
from articles.models.publication import Publication
from articles.models.search import SearchEntry
from articles.models.section import PastSectionSlug, Section
from articles.models.tag import Tag, TagAlias, TaggedArticle

__all__ = [
    "Article", "ArticleEvent", "Author", "AuthorAlias", "Contribution", "Correction",
    "FrontPageSlot", "Page", "PastAddress", "PastPath", "PastSectionSlug", "Picture",
    "Publication", "SearchEntry", "Section", "Tag", "TagAlias", "TaggedArticle",
]  # fmt: skip
