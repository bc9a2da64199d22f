import pytest

from newsroom.middleware import PUBLIC_PAGE, SharedCookieError, is_personal

pytestmark = [pytest.mark.urls("tests.newsroom.urls"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", False),
        ("/world/a-story/", False),
        ("/administration/", False),
        ("/previews/", False),
        ("/newsletters/", False),
        ("/newsletters/confirmed/", False),
        ("/republish/world/a-story/", False),
        ("/admin", True),
        ("/admin/login/", True),
        ("/preview/abc/", True),
        ("/newsletters/confirm/abc/", True),
        ("/newsletters/preferences/abc/", True),
        ("/newsletters/unsubscribe/abc/", True),
        ("/newsletters/count/abc/", True),
        ("/newsletters/mail-events/postmark/", True),
        ("/republish/quote/abc/", True),
        ("/republish/copy/abc/", True),
        ("/republish/seen/abc.gif", True),
    ],
)
def test_address_belongs_to_readers_or_to_one_person(path, expected):
    assert is_personal(path) == expected


@pytest.mark.parametrize("method", ["get", "head"])
def test_reader_page_never_sees_cookies(client, method):
    client.cookies["name"] = "Ann"

    response = getattr(client, method)("/t/greeting/")

    assert response["X-Content-Type-Options"] == "nosniff"
    if method == "get":
        assert response.content == b"Hello reader"


def test_personal_page_and_post_keep_cookies(client):
    client.cookies["name"] = "Ann"

    assert client.get("/admin/t/greeting/").content == b"Hello Ann"
    assert client.post("/t/greeting/").content == b"Hello Ann"


@pytest.mark.parametrize("path", ["/t/sets-cookie/", "/t/varies/"])
def test_shared_page_with_something_personal_raises_in_tests(client, path):
    with pytest.raises(SharedCookieError):
        client.get(path)


@pytest.mark.parametrize("path", ["/t/sets-cookie/", "/t/varies/"])
def test_shared_page_with_something_personal_is_made_private(
    client, settings, caplog, path
):
    settings.PUBLIC_CACHE_GUARD_RAISES = False

    response = client.get(path)

    assert response["Cache-Control"] == "private, no-store"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_personal_page_may_set_a_cookie(client):
    response = client.get("/preview/t/sets-cookie/")

    assert response.cookies["name"].value == "Ann"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/t/page/", PUBLIC_PAGE),
        ("/t/own-rule/", "private, max-age=5"),
        ("/t/status/301/", PUBLIC_PAGE),
        ("/t/status/404/", "public, max-age=0, s-maxage=10"),
        ("/t/status/410/", "public, max-age=0, s-maxage=10"),
        ("/t/status/400/", "public, max-age=0, s-maxage=0"),
        ("/t/status/503/", "no-store"),
    ],
)
def test_cache_rule_fits_status(client, path, expected):
    assert client.get(path)["Cache-Control"] == expected


def test_answer_to_a_form_is_nobody_elses(client):
    assert client.post("/t/greeting/")["Cache-Control"] == "private, no-store"


def test_unknown_address_is_not_found_with_its_cache_rule(client):
    response = client.get("/no-such-section/no-such-story/")

    assert response.status_code == 404
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=10"


def test_page_has_security_headers(client):
    response = client.get("/t/page/")

    assert response["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; media-src 'self'; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; "
        "report-uri /api/csp-reports/"
    )
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "is_secure", "expected"),
    [
        ("/t/page/", True, 'csp="/api/csp-reports/"'),
        ("/t/page/", False, None),
        ("/t/query/", True, None),
    ],
)
def test_page_names_where_reports_go_over_https(
    client, settings, path, is_secure, expected
):
    settings.SITE_IS_SECURE = is_secure

    assert client.get(path).get("Reporting-Endpoints") == expected


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_unchanged_page_is_not_sent_again(client, encoding):
    first = client.get("/t/page/", headers={"accept-encoding": encoding})

    second = client.get(
        "/t/page/",
        headers={"accept-encoding": encoding, "if-none-match": first["ETag"]},
    )

    assert (first.status_code, second.status_code) == (200, 304)
    assert second.content == b""
    for name in ["ETag", "Cache-Control", "Vary"]:
        assert second[name].removeprefix("W/") == first[name].removeprefix("W/")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_has_the_headers_of_get(client, encoding):
    headers = {"accept-encoding": encoding, "x-request-id": "same-for-both"}

    got = client.get("/t/page/", headers=headers)
    head = client.head("/t/page/", headers=headers)

    assert head.headers == got.headers
    assert head.content == b""


def test_reader_page_is_compressed_to_the_same_bytes(client):
    bodies = {
        client.get("/t/page/", headers={"accept-encoding": "gzip"}).content
        for _ in range(5)
    }

    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("address", "status", "content"),
    [
        ("/t/query/?q=a%00b", 200, b"ab"),
        ("/t/query/?q=%ff%fe", 200, "\ufffd\ufffd".encode()),
        ("/t/query/?q=%ed%a0%80", 200, "\ufffd\ufffd\ufffd".encode()),
        ("/t/query/?q=%zz&=&&&", 200, b"%zz"),
    ],
)
def test_odd_bytes_in_a_query_are_read_kindly(client, address, status, content):
    response = client.get(address)

    assert (response.status_code, response.content) == (status, content)


@pytest.mark.parametrize(
    "path", ["/a%00b/", "/%00", "/%ff%fe/", "/%ed%a0%80/x/", "/%25/", "/%E2%80%AE/"]
)
def test_odd_bytes_in_a_path_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_host_that_is_not_ours_is_refused(client):
    assert client.get("/t/page/", headers={"host": "evil.example"}).status_code == 400
