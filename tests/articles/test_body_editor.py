"""The widget of article HTML and the library behind it, without a browser."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from articles.admin.picture import LIBRARY_PAGE
from articles.forms import BodyWidget
from newsroom.lib import html
from tests.factories.articles import PictureFactory

pytestmark = pytest.mark.django_db

LIBRARY = "/admin/articles/picture/library/"


def signed_in(client, *permissions):
    user = User.objects.create_user("someone", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)


def found(response):
    return [entry["id"] for entry in response.json()["pictures"]]


def test_widget_is_a_text_area_with_the_editors_options(settings):
    settings.EMBED_HOSTS = ["video.example"]

    markup = BodyWidget().render("body", "<p>&</p>", {"id": "id_body"})
    config = BodyWidget().get_config()

    assert markup.startswith('<textarea name="body"')
    assert markup.endswith(">\n&lt;p&gt;&amp;&lt;/p&gt;</textarea>")
    assert config["extensions"]["Embed"] == {"hosts": ["video.example"]}
    assert config["extensions"]["LibraryPicture"] == {
        "url": LIBRARY,
        "addUrl": reverse("admin:articles_picture_add"),
        "sizes": ["full", "inset", "wide"],
    }
    assert json.dumps(config)


def test_form_carries_the_editor_and_its_nonce(client):
    client.force_login(User.objects.create_superuser("editor"))

    response = client.get("/admin/articles/page/add/")

    page = response.content.decode()
    nonce = (
        response.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    )
    assert f'<script type="importmap" nonce="{nonce}">' in page
    assert '"newsroom/editor-paste": "/static/js/editor-paste.js"' in page


@pytest.mark.parametrize("size", ["wide", "full", "inset"])
def test_size_of_a_picture_is_one_of_three(size):
    figure = '<figure data-picture="1" data-size="{}"></figure>'

    assert html.clean(figure.format(size)) == figure.format(size)
    assert html.clean(figure.format("huge")) == '<figure data-picture="1"></figure>'


def test_library_says_what_the_editor_shows(client):
    signed_in(client, "view_picture")
    picture = PictureFactory(rendered=True, alt_text="")
    past = timezone.now() - timedelta(days=1)
    expired = PictureFactory(rights_expire_at=past)

    response = client.get(LIBRARY, {"ids": f"{picture.pk},{expired.pk},x,-1,{10**30}"})

    assert sorted(response.json()["pictures"], key=lambda entry: entry["id"]) == [
        {
            "id": picture.pk,
            "caption": picture.caption,
            "credit": picture.credit_line,
            "alt": "",
            "decorative": False,
            "usable": True,
            "thumbnail": f"/media/pictures/{picture.content_hash}/original-640.jpg",
            "width": 1500,
            "height": 1000,
            "url": f"/admin/articles/picture/{picture.pk}/change/",
        },
        {
            "id": expired.pk,
            "caption": expired.caption,
            "credit": expired.credit_line,
            "alt": expired.alt_text,
            "decorative": False,
            "usable": False,
            "thumbnail": f"/admin/articles/picture/{expired.pk}/thumbnail/"
            f"?{expired.content_hash[:8]}",
            "width": 1500,
            "height": 1000,
            "url": f"/admin/articles/picture/{expired.pk}/change/",
        },
    ]
    assert "no-store" in response.headers["Cache-Control"]


def test_library_is_searched_and_paged_newest_first(client):
    signed_in(client, "view_picture")
    PictureFactory(caption="Bell tower", alt_text="A tower")
    ferries = PictureFactory.create_batch(LIBRARY_PAGE + 1, caption="Ferry")
    newest_first = [picture.pk for picture in reversed(ferries)]

    first = client.get(LIBRARY, {"q": "ferry"})
    second = client.get(LIBRARY, {"q": "ferry", "page": "2"})

    assert (found(first), first.json()["more"]) == (newest_first[:-1], True)
    assert (found(second), second.json()["more"]) == (newest_first[-1:], False)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_library_takes_any_page_for_the_first(client, page):
    signed_in(client, "view_picture")
    picture = PictureFactory()

    assert found(client.get(LIBRARY, {"page": page})) == [picture.pk]


def test_library_is_for_those_who_may_see_pictures(client):
    signed_in(client, "change_article")

    assert client.get(LIBRARY).status_code == 403


def test_library_sends_strangers_to_the_login(client):
    assert client.get(LIBRARY).url == f"/admin/login/?next={LIBRARY}"


@pytest.mark.parametrize("count", [1, 3])
def test_library_page_takes_one_query(client, django_assert_num_queries, count):
    client.force_login(User.objects.create_superuser("editor"))
    PictureFactory.create_batch(count, rendered=True)

    with django_assert_num_queries(3):  # session, user, pictures
        client.get(LIBRARY)
