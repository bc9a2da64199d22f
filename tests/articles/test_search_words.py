"""The words that the index keeps: how they are remembered, and how they get there."""

import pytest
from django.db import DatabaseError, connection, transaction

from articles import search
from articles.models import SearchEntry
from articles.search import words
from tests.factories.articles import ArticleFactory


def kept():
    return [each for kept in words._tokens.values() for each in (kept, kept.before)]


@pytest.fixture(autouse=True)
def _nothing_remembered():
    words._tokens.clear()


def test_words_of_many_texts_and_languages_are_remembered_within_bounds(monkeypatch):
    monkeypatch.setattr(words, "TOKENS_KEPT", 50)

    for number in range(400):
        words.stemmed_words(f"ferries, word{number}", ["english", "german"][number % 2])

    assert sum(map(len, kept())) <= 100
    assert words.stemmed_words("ferries, word1", "english") == ["ferri", "word1"]


def test_a_word_asked_for_again_is_not_made_again(monkeypatch):
    monkeypatch.setattr(words, "TOKENS_KEPT", 2)
    for text in ["ferries,", "boats,", "ships,"]:  # two fit: the third begins anew
        words.stemmed_words(text, "english")

    monkeypatch.setattr(words, "stems", None)

    assert words.stemmed_words("ferries,", "english") == ["ferri"]


def test_numbers_are_words_that_are_not_remembered():
    assert words.stemmed_words("12 007 ٣", "english") == ["12", "007", "٣"]
    assert list(words._tokens["english"]) == ["٣"]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite copies nothing")
def test_new_stories_that_are_not_new_are_refused_as_by_the_database():
    article = ArticleFactory(published=True)
    search.index([article])

    with pytest.raises(DatabaseError), transaction.atomic():
        search.index_new([article])

    assert SearchEntry.objects.get().pk == article.pk


@pytest.mark.django_db
def test_a_new_story_is_found_like_one_that_was_saved():
    new, saved = ArticleFactory.create_batch(
        2, published=True, headline="The “ferries” — O’Neill's \\ C++", body="<p>a\tb"
    )

    search.index_new([new])
    search.index([saved])

    for query in ["ferries", "c++", '"a b"']:
        found = {hit.article.pk for hit in search.search(query).hits}
        assert found == {new.pk, saved.pk}
