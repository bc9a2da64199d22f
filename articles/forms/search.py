"""What readers may ask for."""

from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import Value

from articles.models import Author, PastSectionSlug, Section, Tag
from articles.search.grammar import MAX_LENGTH
from newsroom.lib import generation, text
from newsroom.lib.times import YEARS


class SearchForm(forms.Form):
    """The search page's arguments: `q section tag author from to page order`.

    Nothing a reader or a link can send is an error: what cannot be meant is left out
    and a hint says so. One statement looks up section, tag and author, by their
    addresses past and present, together with the sections to choose from; where none
    is asked for, a process keeps those for one generation.
    """

    q = forms.CharField(required=False)
    section = forms.CharField(required=False)
    tag = forms.CharField(required=False)
    author = forms.CharField(required=False)
    to = forms.DateField(required=False)
    page = forms.CharField(required=False)
    order = forms.CharField(required=False)

    def __init__(self, data):
        super().__init__(data)
        self.fields["from"] = forms.DateField(required=False)
        self.hints = []
        self.full_clean()
        cleaned = self.cleaned_data
        self.typed = text.clean_line(cleaned.get("q", ""))
        self._look_up()
        self._days = {name: self._day(name) for name in ("from", "to")}
        first, last = self._days.values()
        if first and last and first > last:
            self._days = {"from": last, "to": first}
        self._is_newest = cleaned.get("order") == "newest"

    def asked(self):
        """The keyword arguments of `articles.search.search`."""
        first, last = self._days["from"], self._days["to"]
        return {
            "q": self.typed,
            "section": self.section,
            "tag": self.tag,
            "author": self.author,
            "begin": first and _midnight(first),
            "end": last and _midnight(last + timedelta(days=1)),
            "order": "newest" if self._is_newest else "relevant",
            "number": self._number(),
            "hints": self.hints,
        }

    def as_query(self):
        """The arguments that lead to this search, for links to its other pages."""
        first, last = self._days["from"], self._days["to"]
        arguments = {
            "q": self.typed[:MAX_LENGTH],
            "section": self.section.slug if self.section else "",
            "tag": self.tag.slug if self.tag else "",
            "author": self.author.slug if self.author else "",
            "from": first.isoformat() if first else "",
            "to": last.isoformat() if last else "",
            "order": "newest" if self._is_newest else "",
        }
        return {name: value for name, value in arguments.items() if value}

    def shown(self):
        """What the page's inputs show; names and dates that were not left out."""
        arguments = self.as_query()
        return {
            "q": arguments.get("q", ""),
            "section": arguments.get("section", ""),
            "tag": arguments.get("tag", ""),
            "tag_name": self.tag.name if self.tag else "",
            "author": arguments.get("author", ""),
            "author_name": self.author.name if self.author else "",
            "from_date": arguments.get("from", ""),
            "to_date": arguments.get("to", ""),
            "order": arguments.get("order", ""),
        }

    def _look_up(self):
        slugs = {
            name: text.clean_line(self.cleaned_data.get(name, "")).lower()[:200]
            for name in ("section", "tag", "author")
        }
        columns = ["kind", "pk", "slug", "name", "position"]
        parts = [Section.objects.annotate(kind=Value("section"))]
        if slugs["section"]:
            past = PastSectionSlug.objects.filter(slug=slugs["section"])
            parts.append(
                Section.objects.filter(pk__in=past.values("section")).annotate(
                    kind=Value("past section")
                )
            )
        for kind, model in [("tag", Tag), ("author", Author)]:
            if slugs[kind]:
                parts.append(
                    model.objects.at(slugs[kind]).annotate(
                        kind=Value(kind), position=Value(0)
                    )
                )
        first, *rest = (part.order_by().values_list(*columns) for part in parts)
        if rest:
            rows = list(first.union(*rest, all=True))
        else:
            rows = generation.kept_here(
                "search sections", partial(list, first), seconds=60
            )
        rows.sort(key=lambda row: (row[4], row[3]))
        self.sections = [
            Section(pk=pk, slug=slug, name=name)
            for kind, pk, slug, name, _ in rows
            if kind == "section"
        ]
        by_kind = {kind: (pk, slug, name) for kind, pk, slug, name, _ in rows}
        at_present = {section.slug: section for section in self.sections}
        by_pk = {section.pk: section for section in self.sections}
        past_pk = by_kind.get("past section", (None,))[0]
        self.section = at_present.get(slugs["section"]) or by_pk.get(past_pk)
        self.tag = self._row(Tag, by_kind.get("tag"))
        self.author = self._row(Author, by_kind.get("author"))
        found = {"section": self.section, "tag": self.tag, "author": self.author}
        for kind, slug in slugs.items():
            if slug and not found[kind]:
                self.hints.append(f"There is no {kind} “{slug[:80]}”; it was left out.")

    @staticmethod
    def _row(model, found):
        return model(pk=found[0], slug=found[1], name=found[2]) if found else None

    def _day(self, name):
        day = self.cleaned_data.get(name)
        if name in self.errors or (day and day.year not in YEARS):
            self.hints.append(
                f"The date after “{name}” was left out; write it as year-month-day."
            )
            return None
        return day

    def _number(self):
        try:
            return max(1, int(self.cleaned_data.get("page") or 1))
        except ValueError:
            return 1


def _midnight(day):
    """The instant at which a day begins in the publication's time zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
