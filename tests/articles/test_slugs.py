import pytest

from articles.models import Article
from articles.models.slugs import at_addresses
from tests.factories.articles import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def test_stories_at_addresses_of_several_sections():
    world, sport = SectionFactory(), SectionFactory()
    stories = [
        ArticleFactory(section=section, slug=slug)
        for section in [world, sport]
        for slug in ["ferry", "harbour"]
    ]

    found = at_addresses(Article.objects, {world.pk: {"ferry"}, sport.pk: {"harbour"}})

    assert set(found) == {stories[0], stories[3]}


def test_no_address_is_no_story():
    ArticleFactory()

    assert list(at_addresses(Article.objects, {})) == []
