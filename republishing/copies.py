"""The licensed copy of a story: text and rights as they are now, for others to publish.

It holds what the licence allows and nothing else: no embed, no note to staff, no
picture without the right to pass it on, and no link that works only here.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property

import nh3
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from articles.body import library_pictures, render_copy
from articles.models import Article, Publication
from articles.models.picture import Medium
from articles.renditions import rendition_name, rendition_sizes, rendition_url
from newsroom.lib import html, text
from newsroom.lib.urls import absolute
from republishing.attribution import attribution
from republishing.models import Grant
from republishing.plain import to_plain

NINJS = "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"
FORMATS = {
    "html": ("HTML page", "text/html; charset=utf-8", "html"),
    "txt": ("Plain text", "text/plain; charset=utf-8", "txt"),
    "md": ("Markdown", "text/markdown; charset=utf-8", "md"),
    "ninjs": ("ninjs 3.0 (JSON)", "application/json", "json"),
    "zip": ("Everything as ZIP", "application/zip", "zip"),
}


def copy_for(key):
    """The Copy that this key opens, or None: also when story or right are gone."""
    grant = (
        Grant.objects.in_force().filter(key=key).select_related("quote__request")
    ).first()
    if grant is None:
        return None
    story = Article.objects.offered().for_page().filter(pk=grant.article_id).first()
    return Copy(story, terms_of(grant), grant=grant) if story else None


@dataclass(frozen=True)
class Terms:
    """What a copy needs to know of the licence it is made under."""

    number: str
    license_name: str
    usage_terms: str
    with_pictures: bool
    pixel_url: str
    languages: str = ""


def terms_of(grant):
    return Terms(
        number=grant.number,
        license_name=grant.quote.license_name,
        usage_terms=grant.quote.usage_terms,
        with_pictures=grant.quote.with_pictures,
        pixel_url=grant.pixel_url,
        languages=grant.quote.request.languages,
    )


@dataclass
class PassedPicture:
    """A picture that goes with a copy, and where its file lies."""

    picture: object
    caption: str
    credit_line: str
    file_name: str

    @property
    def size(self):
        return rendition_sizes(self.picture, "original")[-1]

    @property
    def rendition(self):
        return rendition_name(self.picture, "original", self.size[0], "jpg")

    @property
    def url(self):
        return absolute(rendition_url(self.picture, "original", self.size[0], "jpg"))


class Copy:
    """A story under a licence; each format is a method named after it.

    `grant` is there where the licence is for this one story, and its ZIP says so.
    """

    def __init__(self, story, terms, *, grant=None, publication=None):
        self.story = story
        self.terms = terms
        self.grant = grant
        self.publication = publication or Publication.objects.current()

    @cached_property
    def pictures(self):
        """What goes with the copy, by the picture's key, the lead picture first."""
        if not self.terms.with_pictures:
            return {}
        lead = self.story.lead_picture
        passed = {}
        for number, picture in enumerate(passable_pictures(self.story), start=1):
            caption, credit_line = picture.caption, picture.credit_line
            if picture == lead:
                caption, credit_line = self.story.lead_caption, self.story.lead_credit
            name = f"{self.story.slug[:60]}-{number}.jpg"
            passed[picture.pk] = PassedPicture(picture, caption, credit_line, name)
        return passed

    @cached_property
    def body(self):
        """The body's HTML; every address in it is absolute."""
        rendered = render_copy(self.story.body, picture_html=self._figure)
        return SafeString(_cleaner(self.story.absolute_url).clean(rendered))

    @cached_property
    def lead_figure(self):
        passed = self.pictures.get(self.story.lead_picture_id)
        return self._figure(self.story.lead_picture_id, "") if passed else ""

    @cached_property
    def corrections(self):
        return [
            {
                "kind": one.get_kind_display(),
                "text": one.text,
                "day": date_format(timezone.localdate(one.published_at)),
            }
            for one in self.story.shown_corrections()
        ]

    @cached_property
    def byline(self):
        return ", ".join(
            f"{line['name']} ({line['role']})" if line["role"] else line["name"]
            for line in self.story.byline()
        )

    @cached_property
    def day(self):
        return date_format(timezone.localdate(self.story.published_at))

    @cached_property
    def attribution(self):
        """“First published by …”, in the licensee's language, else in the story's."""
        return attribution(
            [self.terms.languages, self.story.language],
            publication=self.publication.name,
            url=self.story.absolute_url,
        )

    @cached_property
    def license_line(self):
        return f"Licence {self.terms.number}: {self.terms.license_name}"

    @cached_property
    def pixel(self):
        return format_html(
            '<img src="{}" width="1" height="1" alt="" referrerpolicy="no-referrer">',
            self.terms.pixel_url,
        )

    @cached_property
    def article_html(self):
        """What somebody pastes into a page."""
        return render_to_string("republishing/copy/article.html", {"copy": self})

    def as_html(self):
        """A whole page, which a browser also reads right from a disk."""
        page = render_to_string("republishing/copy/page.html", {"copy": self})
        return page.encode()

    def as_txt(self):
        return self._text(to_plain(self.body)).encode()

    def as_md(self):
        # Beautiful Soup comes with it, which nothing else needs.
        from markdownify import MarkdownConverter  # noqa: PLC0415

        body = MarkdownConverter(heading_style="ATX", bullets="-").convert(self.body)
        return self._text(body.strip(), mark="# ").encode()

    def _text(self, body, *, mark=""):
        context = {"copy": self, "body": body, "mark": mark}
        return render_to_string("republishing/copy/text.txt", context)

    def as_ninjs(self):
        """IPTC ninjs 3.0, https://iptc.org/std/ninjs/."""
        return json.dumps(self._ninjs(), ensure_ascii=False, indent=2).encode()

    def _ninjs(self):
        story = self.story
        fields = {
            "uri": story.feed_id,
            "type": "text",
            "standard": {"name": "ninjs", "version": "3.0", "schema": NINJS},
            "representationType": "full",
            "pubStatus": story.pub_status,
            "firstCreated": story.published_at.isoformat(),
            "versionCreated": self.changed_at.isoformat(),
            "language": story.language,
            "headlines": [{"role": "main", "value": story.headline}],
            "descriptions": [{"role": "summary", "value": story.standfirst}],
            "bodies": [
                {
                    "role": "main",
                    "contentType": "text/html",
                    "value": self.article_html,
                },
                {
                    "role": "text",
                    "contentType": "text/plain",
                    "value": to_plain(self.body),
                },
            ],
            "by": self.byline,
            "located": story.dateline,
            "usageTerms": self.terms.usage_terms,
            "copyrightHolder": self.publication.legal_name or self.publication.name,
            "infoSources": [
                {"name": self.publication.name, "uri": absolute("/")},
            ],
            "subjects": [
                {"name": tag["name"], "uri": absolute(tag["url"])}
                for tag in story.tag_links()
            ],
            "altIds": [{"role": "canonical", "value": story.absolute_url}],
            "associations": [self._association(one) for one in self.pictures.values()],
        }
        return {name: value for name, value in fields.items() if value}

    @staticmethod
    def _association(passed):
        width, height = passed.size
        picture = passed.picture
        fields = {
            "name": passed.file_name,
            "uri": passed.url,
            "type": "picture",
            "by": passed.credit_line,
            "copyrightNotice": picture.copyright_notice,
            "usageTerms": picture.usage_terms,
            "descriptions": [{"role": "caption", "value": passed.caption}],
            "renditions": [
                {
                    "name": "main",
                    "href": passed.url,
                    "contentType": "image/jpeg",
                    "width": width,
                    "height": height,
                }
            ],
        }
        return {name: value for name, value in fields.items() if value}

    def as_zip(self):
        """All formats, the terms, and the pictures' files with their captions."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            name = self.story.slug[:60]
            for extension, content in [
                ("html", self.as_html()),
                ("txt", self.as_txt()),
                ("md", self.as_md()),
                ("ninjs.json", self.as_ninjs()),
            ]:
                archive.writestr(f"{name}/{name}.{extension}", content)
            terms = render_to_string("republishing/copy/terms.txt", {"copy": self})
            archive.writestr(f"{name}/LICENCE.txt", terms)
            for passed in self.pictures.values():
                with default_storage.open(passed.rendition) as file:
                    archive.writestr(f"{name}/{passed.file_name}", file.read())
        return made.getvalue()

    @property
    def changed_at(self):
        """When readers were last told of a change, corrections included."""
        times = [one.published_at for one in self.story.shown_corrections()]
        return max([self.story.updated_at, *times])

    @property
    def version(self):
        """Which state of the story this is, for those who compare two copies."""
        return f"{self.changed_at:%Y-%m-%d %H:%M} UTC"

    def _figure(self, key, caption):
        passed = self.pictures.get(key)
        if passed is None:
            return ""
        if not nh3.clean(caption, tags=set()).strip():
            caption = escape(passed.caption)
        width, height = passed.size
        credit = escape(passed.credit_line)
        words = " ".join(filter(None, [caption, credit]))
        return (
            f'<figure><img src="{escape(passed.url)}" width="{width}"'
            f' height="{height}" alt="{escape(passed.picture.alt_text)}">'
            f"<figcaption>{words}</figcaption></figure>"
        )


def passable_pictures(story):
    """The pictures of a story that may go with a copy, the lead picture first."""
    lead = story.lead_picture
    others = library_pictures(story.body).values()
    ordered = [lead, *(one for one in others if one != lead)]
    return [one for one in ordered if one and may_be_passed_on(one)]


def plain_text_of(story):
    """The words of a story's body, for comparing two of its states."""
    return to_plain(render_copy(story.body, picture_html=lambda *_: ""))


def may_be_passed_on(picture):
    """Whether a picture may stand in others' pages: its file and right are there."""
    return bool(
        picture.is_usable(medium=Medium.REPUBLISHING)
        and rendition_sizes(picture, "original")
    )


def _cleaner(base):
    """Cleans a body once more, without our own classes, and makes addresses whole."""
    return nh3.Cleaner(
        tags=(html.TAGS | {"img", "section"}) - {"div", "span"},
        attributes={
            "*": {"lang", "dir"},
            "a": {"href", "title", "hreflang"},
            "abbr": {"title"},
            "img": {"src", "alt", "width", "height"},
            "ol": {"start", "reversed"},
            "th": {"scope", "colspan", "rowspan"},
            "td": {"colspan", "rowspan"},
            "time": {"datetime"},
        },
        url_schemes=html.SCHEMES,
        url_relative=("rewrite_with_base", base),
        link_rel=None,
    )


def file_name(copy, extension):
    """A name for a download; browsers take the story's letters as they are."""
    return f"{text.slug(copy.story.slug, max_length=60)}.{extension}"
