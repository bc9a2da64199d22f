from articles.models.article import Article, Contribution, PastAddress
from articles.models.author import Author, AuthorAlias
from articles.models.correction import Correction
from articles.models.draft import ArticleDraft
from articles.models.event import ArticleEvent
from articles.models.front_page import FrontPageEvent, FrontPageSlot
from articles.models.page import Page
from articles.models.past_path import PastPath
from articles.models.picture import Picture
from articles.models.preview import PreviewLink, PreviewVisit
from articles.models.publication import Publication
from articles.models.revision import AutosavedText, EditingSession, Revision
from articles.models.search import SearchEntry
from articles.models.section import PastSectionSlug, Section
from articles.models.status import Status
from articles.models.tag import Tag, TagAlias, TaggedArticle

__all__ = [
    "Article", "ArticleDraft", "ArticleEvent", "Author", "AuthorAlias", "AutosavedText",
    "Contribution", "Correction", "EditingSession", "FrontPageEvent", "FrontPageSlot",
    "Page", "PastAddress", "PastPath", "PastSectionSlug", "Picture", "PreviewLink",
    "PreviewVisit", "Publication", "Revision", "SearchEntry", "Section", "Status",
    "Tag", "TagAlias", "TaggedArticle",
]  # fmt: skip
