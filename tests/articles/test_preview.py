"""What editors see of a story before readers do, saved or not."""

from datetime import timedelta
from html import unescape

import lxml.html
import pytest
from django.urls import reverse
from django.utils import timezone

from articles import copies, pages, preview, revisions
from articles.models import Article, AutosavedText, Revision, Tag
from tests.articles.test_desk import opened
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    PictureFactory,
    SectionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD = "admin:articles_article_add"
PREVIEW_NEW = "admin:articles_article_preview_new"
HOSTILE = (
    '<p onclick="x()">Hi<script>alert(1)</script></p><img src=x onerror=alert(2)>'
    '<iframe src="https://evil.example"></iframe>'
)


@pytest.fixture
def editor(client):
    user = UserFactory(role="Editor")
    client.force_login(user)
    return user


def preview_url(article):
    return reverse("admin:articles_article_preview", args=[article.pk])


def form_of(client, article):
    return opened(client, reverse("admin:articles_article_change", args=[article.pk]))


def framed(response):
    """The story's page inside the frame."""
    [frame] = lxml.html.fromstring(response.content.decode()).xpath("//iframe")
    return lxml.html.fromstring(frame.get("srcdoc"))


def words(element):
    return " ".join(element.text_content().split())


def problems(response):
    page = lxml.html.fromstring(response.content.decode())
    return [words(item) for item in page.xpath("//*[@class='preview-problems']//li")]


def test_typed_state_is_shown_and_nothing_is_saved(client, editor):
    article = ArticleFactory(by=[AuthorFactory(name="Ada Writer")], tagged=["Old"])
    other, picture = SectionFactory(name="Sea"), PictureFactory(rendered=True)
    photographer = AuthorFactory(name="Ben Camera")
    before = revisions.content_of(article)
    typed = form_of(client, article) | {
        "headline": ["The ferry sank"],
        "standfirst": ["Nobody was hurt."],
        "body": ["<p>It went down at noon.</p>"],
        "section": [str(other.pk)],
        "typed_tags": ["New tag, Harbour"],
        "lead_picture": [str(picture.pk)],
        "contributions-0-author": [str(photographer.pk)],
        "contributions-0-role": ["Photography"],
    }

    response = client.post(preview_url(article), typed)

    page = framed(response)
    assert words(page.xpath("//h1")[0]) == "The ferry sank"
    assert words(page.xpath("//*[@class='story-standfirst']")[0]) == "Nobody was hurt."
    assert words(page.xpath("//*[@class='prose']")[0]) == "It went down at noon."
    assert words(page.xpath("//*[@class='story-kicker']")[0]) == "Sea"
    assert "Ben Camera" in words(page.xpath("//*[@class='story-side']")[0])
    assert "Ada Writer" not in words(page.xpath("//*[@class='story-side']")[0])
    assert [words(tag) for tag in page.xpath("//a[@class='tag']")] == [
        "New tag",
        "Harbour",
    ]
    assert len(page.xpath("//*[@class='story-picture']//img")) == 1
    assert revisions.content_of(article) == before
    assert not Tag.objects.filter(name="New tag").exists()
    assert not AutosavedText.objects.exists()
    assert not Revision.objects.exists()
    assert problems(response) == []


def test_new_story_is_shown_and_not_made(client, editor):
    section = SectionFactory(name="Sea")
    typed = opened(client, reverse(ADD)) | {
        "headline": ["A story begins"],
        "section": [str(section.pk)],
        "body": ["<p>At sea.</p>"],
    }

    response = client.post(reverse(PREVIEW_NEW), typed)

    assert words(framed(response).xpath("//h1")[0]) == "A story begins"
    assert "https://news.example/" + section.slug + "/a-story-begins/" in unescape(
        response.content.decode()
    )
    assert not Article.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"slug": ["a/b"]}, {"section": ["999999"]}])
def test_unfinished_story_gets_a_plain_message(client, editor, typed):
    response = client.post(reverse(PREVIEW_NEW), typed)

    assert response.status_code == 200
    assert "Headline: This field is required." in problems(response)
    assert words(framed(response).xpath("//*[@class='story-kicker']")[0]) == (
        "No section"
    )


def test_hostile_html_is_cleaned_as_a_save_would(client, editor):
    article = ArticleFactory()
    typed = form_of(client, article) | {
        "body": [HOSTILE],
        "headline": ['"><script>alert(3)</script>'],
    }

    response = client.post(preview_url(article), typed)

    page = framed(response)
    assert lxml.html.tostring(page.xpath("//*[@class='prose']")[0]).strip() == (
        b'<div class="prose"><p>Hi</p></div>'
    )
    assert page.xpath("//h1")[0].text_content() == '"><script>alert(3)</script>'
    assert "alert(" not in " ".join(page.xpath("//script/text()"))


@pytest.mark.parametrize("body", ["<div>" * 80 + "deep" + "</div>" * 80, "x" * 300_001])
def test_body_that_no_save_takes_is_left_out_with_its_reason(client, editor, body):
    article = ArticleFactory()
    typed = form_of(client, article) | {"body": [body]}

    response = client.post(preview_url(article), typed)

    assert words(framed(response).xpath("//*[@class='prose']")[0]) == ""
    assert problems(response)[0].startswith("Body: This text is")


def test_live_story_shows_its_working_copy(client, editor):
    article = ArticleFactory(published=True, body="<p>What readers see.</p>")
    CorrectionFactory(article=article, text="It was forty.")
    copies.keep(
        article,
        {**revisions.content_of(article), "body": "<p>What they will see.</p>"},
        by=editor,
    )

    page = framed(client.get(preview_url(article)))

    assert words(page.xpath("//*[@class='preview-notice']")[0]) == "Preview."
    assert words(page.xpath("//*[@class='prose']")[0]) == "What they will see."
    assert "It was forty." in words(page.xpath("//article")[0])


def test_preview_of_saved_story_is_the_readers_page(client, editor):
    """But for its notice, its head, and what would lead or post elsewhere."""
    article = ArticleFactory(
        published=True,
        by=[AuthorFactory()],
        tagged=["Harbour"],
        lead_picture=PictureFactory(rendered=True),
    )
    CorrectionFactory(article=article)
    ArticleFactory(published=True, section=article.section)
    readers = lxml.html.fromstring(client.get(article.get_absolute_url()).content)

    page = framed(client.get(preview_url(article)))

    for name in ["story-head", "story-picture", "story-main", "related"]:
        [seen], [shown] = (
            root.xpath(f"//*[@class='{name}']") for root in [readers, page]
        )
        assert words(shown) == words(seen), name
    assert page.xpath("//form") == []
    assert page.xpath("//*[@class='share' or @class='republish-notice']") == []


def test_frame_can_run_and_post_nothing(client, editor):
    response = client.get(preview_url(ArticleFactory()))

    [frame] = lxml.html.fromstring(response.content.decode()).xpath("//iframe")
    assert frame.get("sandbox").split() == [
        "allow-same-origin",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
    ]
    assert response["X-Frame-Options"] == "DENY"
    assert "unsafe" not in response["Content-Security-Policy"]


def test_places_in_the_page_are_reached_inside_the_frame(client, editor):
    article = ArticleFactory(
        body='<p>Ferry<sup data-footnote="A boat.">1</sup> <code>href="#x"</code></p>'
    )

    page = framed(client.get(preview_url(article)))

    assert page.xpath("//*[@role='doc-noteref']/@href") == ["about:srcdoc#note-1"]
    assert page.xpath("//code/text()") == ['href="#x"']


def test_search_result_and_social_card(client, editor):
    article = ArticleFactory(
        headline="H" * 70,
        standfirst="S" * 150,
        seo_description="",
        social_title="For friends",
        social_picture=PictureFactory(rendered=True, alt_text="A red ferry"),
    )

    response = client.get(preview_url(article))

    page = lxml.html.fromstring(response.content.decode())
    found = words(page.xpath("//*[@class='preview-search']")[0])
    name = pages.chrome()["publication"].name
    assert f"Title: {70 + 3 + len(name)} letters; about 60 are shown." in found
    assert found.count("The end is cut off.") == 1
    assert "Description: 150 letters" in found
    card = page.xpath("//*[@class='social-card']")[0]
    assert "For friends" in words(card)
    assert card.xpath(".//img/@alt") == ["A red ferry"]


def test_only_who_may_open_a_story_may_preview_it(client):
    own_user = UserFactory(role="Reporter")
    client.force_login(own_user)
    own, other = ArticleFactory(created_by=own_user), ArticleFactory()

    assert client.get(preview_url(own)).status_code == 200
    assert client.get(preview_url(other)).status_code == 404
    assert client.post(preview_url(other), {"headline": "x"}).status_code == 404
    client.force_login(UserFactory(role="Newsletter editor"))
    assert client.post(reverse(PREVIEW_NEW), {}).status_code == 403


def test_who_may_not_change_a_story_sees_it_as_saved(client):
    client.force_login(UserFactory(role="Newsletter editor"))
    article = ArticleFactory(headline="As saved")

    response = client.post(preview_url(article), {"headline": "As typed"})

    assert words(framed(response).xpath("//h1")[0]) == "As saved"
    assert "As it was last saved." in response.content.decode()


@pytest.mark.parametrize("url_name", [PREVIEW_NEW, "admin:articles_article_preview"])
def test_preview_asks_for_a_login(client, url_name):
    args = [] if url_name == PREVIEW_NEW else [ArticleFactory().pk]

    response = client.post(reverse(url_name, args=args), {})

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


def test_both_buttons_open_a_tab_of_their_own(client, editor):
    article = ArticleFactory()

    for url, target in [
        (
            reverse("admin:articles_article_change", args=[article.pk]),
            preview_url(article),
        ),
        (reverse(ADD), reverse(PREVIEW_NEW)),
    ]:
        page = lxml.html.fromstring(client.get(url).content.decode())
        [button] = page.xpath("//button[normalize-space()='Preview']")
        assert button.get("formaction") == target
        assert button.get("formtarget") == "_blank"
        assert button.get("name") is None


def test_story_is_dated_as_if_published_now():
    article = ArticleFactory(modified_at=timezone.now() - timedelta(days=1))

    story = preview.saved(article)

    assert timezone.now() - story.published_at < timedelta(minutes=1)
    assert story.updated_at == story.published_at


def test_content_of_rows_that_are_gone_is_left_out():
    content = {
        "headline": "Ferry",
        "section": None,
        "lead_picture": 77,
        "byline": [{"author": 88, "name": "Gone", "role": ""}],
        "tags": [{"tag": 99, "name": "Harbour"}],
    }

    story = preview.shown(content)

    assert (story.picture, story.byline()) == (None, [])
    assert [tag["name"] for tag in story.tag_links()] == ["Harbour"]
    assert story.section.name == "No section"
