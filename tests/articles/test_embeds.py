"""Videos and charts of others: a link, and a card that asks first."""

import lxml.html
import pytest

from articles.body import frame_origins, render_body
from tests.factories.articles import ArticleFactory, PageFactory

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=3"
OTHER = '<div data-embed="https://x.com/newsroom/status/1">A post</div>'
FRAME = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


def embed(words="", url=VIDEO):
    return f'<div data-embed="{url}">{words}</div>'


def card_of(body):
    root = lxml.html.fromstring(f"<main>{render_body(body, has_frames=True)}</main>")
    [card] = root.xpath("//*[@class='embed-card']")
    return card


def frame_rule(response):
    rules = response["Content-Security-Policy"].split("; ")
    return [rule for rule in rules if rule.startswith("frame-src")]


def test_card_names_the_company_and_keeps_the_link():
    card = card_of(embed("The <b>ferry</b> &amp; “more”"))

    assert card.get("data-frame") == FRAME
    assert card.get("data-title") == "Video on YouTube: The ferry & “more”"
    assert card.xpath("./p[@class='embed-name']/bdi/text()") == ["Video on YouTube"]
    assert card.xpath("./p[@class='embed']/a/@href") == [VIDEO.replace("&amp;", "&")]
    [ask], [button] = card.xpath("./p[@class='embed-ask']"), card.xpath("./button")
    assert "YouTube (Google)" in ask.text_content()
    assert button.text == "Show the video"
    assert "hidden" in ask.attrib
    assert "hidden" in button.attrib
    assert card.xpath("//iframe | //img | //script") == []


def test_words_of_an_embed_cannot_leave_the_title():
    card = card_of(embed('" onclick="x() &lt;script&gt;'))

    assert card.get("data-title") == 'Video on YouTube: " onclick="x() <script>'
    assert "onclick" not in card.attrib


def test_feeds_and_copies_get_the_link_alone():
    assert render_body(embed("Ferry")) == (
        f'<p class="embed"><a href="{VIDEO}" rel="noopener external">Ferry</a></p>'
    )


def test_host_that_the_site_has_not_allowed_stays_a_link(settings):
    settings.EMBED_HOSTS = ["vimeo.com"]

    assert "embed-card" not in render_body(embed(), has_frames=True)
    assert frame_origins(embed()) == []


def test_unknown_host_stays_a_link():
    assert "embed-card" not in render_body(OTHER, has_frames=True)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [ArticleFactory, PageFactory])
def test_page_may_open_the_frames_it_holds_and_no_others(client, make):
    more = {"published": True} if make is ArticleFactory else {}
    pages = [
        make(body=embed() + embed(url="https://vimeo.com/76979871"), **more),
        make(body=OTHER, **more),
    ]

    found = [frame_rule(client.get(page.get_absolute_url())) for page in pages]

    origins = "https://player.vimeo.com https://www.youtube-nocookie.com"
    assert found == [[f"frame-src {origins}"], []]


@pytest.mark.django_db
def test_rest_of_the_policy_stays(client):
    plain = ArticleFactory(published=True)
    holding = ArticleFactory(published=True, body=embed())

    policies = [
        set(
            client.get(article.get_absolute_url())["Content-Security-Policy"].split(
                "; "
            )
        )
        for article in [plain, holding]
    ]

    assert policies[1] - policies[0] == {"frame-src https://www.youtube-nocookie.com"}
    assert policies[0] < policies[1]


@pytest.mark.django_db
def test_only_stories_with_embeds_link_their_files(client):
    plain = ArticleFactory(published=True)
    holding = ArticleFactory(published=True, body=embed())

    found = [
        client.get(article.get_absolute_url()).content.decode().count("embeds.")
        for article in [plain, holding]
    ]

    assert found == [0, 2]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_of_others_before_the_press(browser, live_server, settings):
    settings.SITE_URL, settings.SITE_IS_SECURE = live_server.url, False
    article = ArticleFactory(published=True, body=embed("The ferry"))
    context = browser.new_context(base_url=live_server.url)
    asked, complaints = [], []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body="<title>Film</title>", content_type="text/html")

    context.route(lambda url: not url.startswith(live_server.url), answer)
    context.on("console", lambda message: complaints.append(message.text))
    page = context.new_page()

    page.goto(article.get_absolute_url(), wait_until="networkidle")
    before = list(asked)
    page.get_by_role("button", name="Show the video").click()
    page.frame_locator("iframe[title='Video on YouTube: The ferry']").locator(
        "html"
    ).wait_for(state="attached")

    assert before == []
    assert asked == [FRAME]
    assert complaints == []
    frame = page.locator("iframe")
    assert frame.get_attribute("sandbox") == (
        "allow-scripts allow-same-origin allow-popups allow-presentation"
    )
    assert frame.get_attribute("referrerpolicy") == "strict-origin"
    assert frame.evaluate("frame => frame === document.activeElement")
    assert page.get_by_role("link", name="The ferry").is_visible()
    assert page.get_by_role("button", name="Show the video").count() == 0
    context.close()
