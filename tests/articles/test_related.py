from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.related import related
from tests.factories.articles import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def story(section, hours, **fields):
    published_at = timezone.now() - timedelta(hours=hours)
    return ArticleFactory(
        published=True, section=section, published_at=published_at, **fields
    )


def found(article):
    return related(Article.objects.for_page().get(pk=article.pk))


def test_stories_with_most_shared_tags_come_first_then_the_sections_newest():
    world, culture = SectionFactory(), SectionFactory()
    article = story(world, 5, tagged=["Turkey", "Ferries", "Tea"])
    one = story(culture, 3, tagged=["Turkey"])
    two = story(culture, 4, tagged=["Turkey", "Ferries"])
    newest, older = story(world, 1), story(world, 2)
    story(culture, 1, tagged=["Football"])

    assert found(article) == [two, one, newest, older]


def test_hidden_stories_are_not_offered():
    world = SectionFactory()
    article = story(world, 5, tagged=["Turkey"])
    ArticleFactory(section=world, tagged=["Turkey"])
    ArticleFactory(section=world, tagged=["Turkey"], scheduled=True)
    ArticleFactory(section=world, tagged=["Turkey"], withdrawn=True)

    assert found(article) == []


def test_translation_is_not_another_story_and_same_language_comes_first():
    world = SectionFactory()
    article = story(world, 5, tagged=["Turkey"], language="ar", translation_key="t")
    story(world, 1, tagged=["Turkey"], translation_key="t")
    english = story(world, 1, tagged=["Turkey"])
    arabic = story(world, 9, tagged=["Turkey"], language="ar")

    assert found(article) == [arabic, english]


def test_related_takes_two_statements(django_assert_num_queries):
    world = SectionFactory()
    article = story(world, 5, tagged=["Turkey", "Tea"])
    for hours in range(6):
        story(world, hours, tagged=["Turkey", "Tea"])
    article = Article.objects.for_page().get(pk=article.pk)

    with django_assert_num_queries(2):
        [card.byline() for card in related(article)]
