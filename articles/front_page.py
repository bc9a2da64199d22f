"""The front page: what editors placed first, then the newest, no story twice."""

from django.db.models import F, OuterRef

from articles.models import Article, FrontPageSlot, Section
from articles.models.expressions import JSONRows

SECONDARY_COUNT = 4
LATEST_COUNT = 8
RAIL_COUNT = 5
# Enough of each section that its rail fills after the places above have taken theirs.
NEWEST_A_SECTION = 1 + SECONDARY_COUNT + LATEST_COUNT + RAIL_COUNT


def edition():
    """The front page as it stands now, in three statements.

    A dict of `lead` (an article or None), `secondary`, `latest` and `rails`, each rail
    a dict of section and articles. Places that no editor has filled take the newest
    stories; a withdrawn story leaves its place to the next.
    """
    slots = list(FrontPageSlot.objects.current())
    sections = list(_sections_with_newest())
    wanted = {row["row_pk"] for section in sections for row in section.newest}
    wanted.update(slot.article_id for slot in slots)
    articles = Article.objects.published().filter(pk__in=wanted).for_cards()
    newest = sorted(
        articles, key=lambda story: (story.published_at, story.pk), reverse=True
    )
    by_pk = {article.pk: article for article in newest}
    # A story that an editor has placed waits for its place, wherever it would fill one.
    taken = {slot.article_id for slot in slots}

    def placed(area):
        found = (by_pk.get(slot.article_id) for slot in slots if slot.area == area)
        return [article for article in found if article]

    def fill(articles, candidates, count):
        for article in candidates:
            if len(articles) >= count:
                break
            if article.pk not in taken:
                taken.add(article.pk)
                articles.append(article)
        return articles[:count]

    leads = placed(FrontPageSlot.Area.LEAD)
    lead = fill(leads[:1], newest, 1)
    # Leads that were not taken off stay on the page, one place lower.
    secondary = fill(
        leads[1:] + placed(FrontPageSlot.Area.SECONDARY), newest, SECONDARY_COUNT
    )
    latest = fill([], newest, LATEST_COUNT)
    rails = [
        {
            "section": section,
            "articles": fill(
                [],
                (story for story in newest if story.section_id == section.pk),
                RAIL_COUNT,
            ),
        }
        for section in sections
    ]
    return {
        "lead": lead[0] if lead else None,
        "secondary": secondary,
        "latest": latest,
        "rails": [rail for rail in rails if rail["articles"]],
    }


def _sections_with_newest():
    newest = (
        Article.objects.published()
        .filter(section=OuterRef("pk"))
        .latest_first()
        .values(row_pk=F("pk"))[:NEWEST_A_SECTION]
    )
    return Section.objects.in_navigation().annotate(newest=JSONRows(newest))
