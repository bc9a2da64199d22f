"""What an editor should know before an issue goes out."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from articles.models import ArticleEvent
from newsletter import issues, letters

# Gmail shows no more of a mail than this, in bytes of its HTML.
LARGEST_HTML = 100 * 1024
LONGEST_SUBJECT = 70
_PLAIN_LINK = re.compile(r"http://\S+")


@dataclass(frozen=True)
class Point:
    """One thing to look at; with a must the issue cannot go out."""

    words: str
    is_must: bool = False


def points(issue):
    """The open points of an issue that has not gone out, the gravest first."""
    found = issues.entries_of(issue)
    content = letters.compose(issue, found)
    made = []
    if issue.newsletter.is_discontinued:
        made.append(Point("This newsletter is no longer sent.", is_must=True))
    if not found:
        made.append(
            Point("There is no story in it that readers may see.", is_must=True)
        )
    if not issues.recipients(issue).exists():
        made.append(Point("Nobody takes this newsletter yet.", is_must=True))
    made += _of_stories(issue, found)
    if len(issue.subject) > LONGEST_SUBJECT:
        made.append(
            Point(
                f"The subject has {len(issue.subject)} letters; inboxes show about "
                f"{LONGEST_SUBJECT}."
            )
        )
    texts = [issue.intro, *(entry.text for entry in found)]
    made += [
        Point(f"This link is not encrypted: {link}")
        for link in _PLAIN_LINK.findall("\n".join(texts))
        if not link.startswith(settings.SITE_URL)
    ]
    made += [
        Point(f"The picture of “{entry.headline}” has no alt text.")
        for entry in found
        if entry.picture and not entry.picture["alt"]
    ]
    size = len(content.html.encode())
    if size > LARGEST_HTML:
        made.append(
            Point(
                f"The mail has {size // 1024} kB; Gmail cuts it at "
                f"{LARGEST_HTML // 1024} kB. Take something out."
            )
        )
    return made


def _of_stories(issue, found):
    shown = {entry.article.pk for entry in found if entry.article}
    at = issue.scheduled_at or timezone.now()
    made = []
    for item in issue.items.select_related("article").filter(article__isnull=False):
        story = item.article
        if story.pk not in shown:
            if story.published_at and story.published_at > at:
                local = timezone.localtime(story.published_at, issue.newsletter.zone)
                words = f"“{story}” is to be published on {local:%d.%m.%Y at %H:%M}"
            else:
                words = f"“{story}” is {story.status.label.lower()}"
            made.append(Point(f"{words}. It is left out if the issue goes before."))
        made += [
            Point(_said(event, story, issue.newsletter.zone))
            for event in item.events_since_chosen()
        ]
    return made


def _said(event, story, zone):
    local = timezone.localtime(event.at, zone)
    what = {
        ArticleEvent.Kind.CHANGED: "was changed",
        ArticleEvent.Kind.CORRECTED: "was corrected",
        ArticleEvent.Kind.WITHDRAWN: "was withdrawn",
    }[event.kind]
    return f"“{story}” {what} on {local:%d.%m.%Y at %H:%M}, after you chose it."
