"""The list of stories: what it shows, what narrows it, how it is searched."""

from urllib.parse import urlsplit

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from articles.admin.filters import (
    AuthorFilter,
    CorrectionFilter,
    DayFilter,
    EndsFilter,
    LanguageFilter,
    PictureFilter,
    StatusFilter,
    TagFilter,
    TimeFilter,
    WhoseFilter,
)
from articles.models import Article, EditingSession
from articles.search import matching_keys
from newsroom.lib.lists import FOUND, MAX_WORDS, KeysFirst, LargeList

# What readers' search does not hold, in the terms of an index for each.
_UNREAD = [
    Q(pub_status="withheld", desk_status__in=Article.DeskStatus.values),
    Q(pub_status="canceled"),
    Q(slugline__gt=""),
]


class StoryList(KeysFirst):
    def apply_select_related(self, qs):
        return qs

    def rows(self):
        return Article.objects.for_desk()


class StoryListAdmin(LargeList):
    list_display = [
        "shown_headline",
        "section",
        "shown_status",
        "shown_time",
        "begun",
    ]
    list_filter = [
        StatusFilter,
        WhoseFilter,
        "section",
        TimeFilter,
        DayFilter,
        EndsFilter,
        LanguageFilter,
        CorrectionFilter,
        PictureFilter,
        TagFilter,
        AuthorFilter,
        "is_republishable",
    ]
    sortable_by = ["shown_time", "begun"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["headline"]
    search_help_text = (
        "Words of the text, headline or slugline, or the address of a story."
    )

    class Media:
        css = {"all": ["css/admin-list.css"]}

    def get_changelist(self, request, **kwargs):
        return StoryList

    def get_ordering(self, request):
        """What readers see or will see stands by its time: an index has that order."""
        if request.GET.get(StatusFilter.parameter_name) in {"published", "scheduled"}:
            return ["-published_at", "-pk"]
        return self.ordering

    def get_search_results(self, request, queryset, search_term):
        """Stories by address, by readers' search, and by name where that has none."""
        typed = search_term.replace("\0", "").strip()
        if not typed:
            return queryset, False
        keys = at_address(typed)
        if not keys:
            ends_in_word = typed[-1].isalnum()
            keys = matching_keys(f"{typed}*" if ends_in_word else typed, limit=FOUND)
            sees_all = request.user.has_perm("articles.see_others_article")
            narrows = _UNREAD if sees_all else [Q()]
            keys += named([queryset.filter(narrow) for narrow in narrows], typed)
        return queryset.filter(pk__in=set(keys)), False

    @admin.display(description="story")
    def shown_headline(self, article):
        session = getattr(article, "editing_session", None)
        notes = [
            _byline(article),
            _part("story-slugline", article.slugline),
            _writer(session) if session and session.is_fresh() else "",
        ]
        return format_html(
            '{}<bdi>{}</bdi><span class="story-notes">{}</span>',
            _part("story-kicker", article.kicker),
            article.headline,
            format_html_join(" ", "{}", [[note] for note in notes if note]),
        )

    @admin.display(description="status")
    def shown_status(self, article):
        return status_label(article.status)

    @admin.display(description="time", ordering="published_at")
    def shown_time(self, article):
        if article.pub_status == Article.PubStatus.WITHHELD:
            day = article.planned_for
            return f"planned for {date_format(day, 'j M Y')}" if day else "–"
        return moment(max(filter(None, [article.published_at, _embargo(article)])))

    @admin.display(description="begun", ordering="created_at")
    def begun(self, article):
        return moment(article.created_at)


def status_label(status):
    return format_html('<span class="status status-{}">{}</span>', status, status.label)


def moment(instant):
    """A time in few words: the year stands only where it is another one."""
    local = timezone.localtime(instant)
    is_this_year = local.year == timezone.localdate().year
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "j\xa0M, H:i" if is_this_year else "j\xa0M\xa0Y, H:i"),
    )


def _byline(article):
    names = [[line["name"]] for line in article.byline()]
    return format_html_join(", ", "<bdi>{}</bdi>", names)


def _part(name, words):
    if not words:
        return ""
    return format_html('<span class="{}"><bdi>{}</bdi></span>', name, words)


def _writer(session: EditingSession):
    name = session.by.get_full_name() or session.by.get_username()
    return format_html('<span class="story-writer">{} is writing</span>', name)


def _embargo(article):
    embargo = article.embargoed_until
    return embargo if embargo and embargo > timezone.now() else None


def at_address(typed):
    """The key of the story at a pasted address, in a list; empty for other words."""
    try:
        parts = [part for part in urlsplit(typed).path.split("/") if part]
    except ValueError:
        return []
    if "/" not in typed or len(parts) != 2:
        return []
    return list(Article.objects.once_at(*parts).values_list("pk", flat=True)[:1])


def named(querysets, typed):
    """The keys of stories with each of the words in a name of theirs; one statement."""
    in_name = Q()
    for word in typed.split()[:MAX_WORDS]:
        in_name &= (
            Q(headline__icontains=word)
            | Q(slugline__icontains=word)
            | Q(kicker__icontains=word)
            | Q(slug__icontains=word)
        )
    first, *others = [
        rows.filter(in_name).order_by().values_list("pk", flat=True)
        for rows in querysets
    ]
    # All of them, so that the database may stop at the limit.
    found = first.union(*others, all=True) if others else first
    return list(found[: FOUND * len(querysets)])
