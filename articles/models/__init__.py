from articles.models.article import Article, Contribution, PastAddress
from articles.models.author import Author, AuthorAlias
from articles.models.correction import Correction
from articles.models.desk import SectionDesk
from articles.models.discarded_files import DiscardedFiles
from articles.models.draft import ArticleDraft
from articles.models.error_report import ErrorReport, ErrorReportEvent
from articles.models.event import ArticleEvent
from articles.models.front_page import FrontPageEvent, FrontPageSlot
from articles.models.import_run import ImportedItem, ImportRun
from articles.models.missing_path import MissingPath
from articles.models.page import Page
from articles.models.past_path import PastPath
from articles.models.picture import Medium, Picture
from articles.models.picture_use import PictureUse
from articles.models.policy_report import PolicyReport
from articles.models.preview import PreviewLink, PreviewVisit
from articles.models.publication import Publication
from articles.models.republication import Republication
from articles.models.revision import AutosavedText, EditingSession, Revision
from articles.models.rights import RightsGate
from articles.models.search import SearchEntry, StoryToIndex
from articles.models.section import PastSectionSlug, Section
from articles.models.status import Status
from articles.models.tag import Tag, TagAlias, TaggedArticle
from articles.models.trail import AuditTrail, LoginEvent
from articles.models.wire import WireItem, WireSource

__all__ = [
    "Article", "ArticleDraft", "ArticleEvent", "AuditTrail", "Author", "AuthorAlias",
    "AutosavedText", "Contribution", "Correction", "DiscardedFiles", "EditingSession",
    "ErrorReport", "ErrorReportEvent", "FrontPageEvent", "FrontPageSlot", "ImportRun",
    "ImportedItem", "LoginEvent", "Medium", "MissingPath", "Page", "PastAddress",
    "PastPath", "PastSectionSlug", "Picture", "PictureUse", "PolicyReport",
    "PreviewLink", "PreviewVisit", "Publication", "Republication", "Revision",
    "RightsGate", "SearchEntry", "Section", "SectionDesk", "Status", "StoryToIndex",
    "Tag", "TagAlias", "TaggedArticle", "WireItem", "WireSource",
]  # fmt: skip
