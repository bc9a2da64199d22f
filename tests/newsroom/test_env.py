import pytest

from newsroom import env


@pytest.fixture
def value(monkeypatch):
    """Set the variable VALUE to what is given."""
    return lambda given: monkeypatch.setenv("VALUE", given)


def test_text_without_default_is_required():
    with pytest.raises(SystemExit, match="VALUE is not set"):
        env.text("VALUE")


def test_empty_value_counts_as_not_set(value):
    value("  ")

    assert env.text("VALUE", "default") == "default"


def test_value_comes_from_the_file_it_names(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("VALUE_FILE", str(tmp_path / "secret"))

    assert env.text("VALUE") == "from a file"


def test_file_that_is_missing_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("VALUE_FILE", str(tmp_path / "nothing"))

    with pytest.raises(SystemExit, match="VALUE_FILE names"):
        env.text("VALUE", "default")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("true", True), ("Yes", True), ("1", True), ("off", False), ("0", False)],
)
def test_flag_reads_words(value, given, expected):
    value(given)

    assert env.flag("VALUE", default=not expected) is expected


@pytest.mark.parametrize("given", ["ture", "2", "enabled?"])
def test_flag_refuses_a_typing_error(value, given):
    value(given)

    with pytest.raises(SystemExit, match="write true or false"):
        env.flag("VALUE", default=False)


@pytest.mark.parametrize("given", ["many", "1.5", "-1"])
def test_number_refuses_what_is_no_count(value, given):
    value(given)

    with pytest.raises(SystemExit, match="VALUE is"):
        env.number("VALUE", default=1)


def test_listing_drops_blanks(value):
    value(" a.org , ,b.org,")

    assert env.listing("VALUE") == ["a.org", "b.org"]


def test_env_file_is_read_plainly(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# why\n\nA=1\nexport B = 'two words'\nC=a#b=c\nD=\n")

    assert env.read_env_file(file) == {
        "A": "1",
        "B": "two words",
        "C": "a#b=c",
        "D": "",
    }


def test_env_file_with_a_broken_line_names_it(tmp_path):
    file = tmp_path / ".env"
    file.write_text("A=1\nno equals sign\n")

    with pytest.raises(SystemExit, match="line 2"):
        env.read_env_file(file)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://News.Example/", "https://news.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_site_url_is_an_origin(value, given, expected):
    value(given)

    assert env.site_url("VALUE", "") == expected


@pytest.mark.parametrize(
    "given",
    ["news.example", "https://", "https://a.example/news", "ftp://a.example",
     "https://a.example:port", "https://user@a.example", "https://a.example?x=1"],
)  # fmt: skip
def test_site_url_refuses_more_or_less_than_an_origin(value, given):
    value(given)

    with pytest.raises(SystemExit, match="VALUE"):
        env.site_url("VALUE", "")


def test_postgres_url_is_decoded(value):
    value("postgres://ann:p%40ss%2Fw@db.example:6543/news%20room?sslmode=require")

    database = env.database("VALUE", "")

    assert {name: database[name] for name in ["USER", "PASSWORD", "HOST", "PORT"]} == {
        "USER": "ann",
        "PASSWORD": "p@ss/w",
        "HOST": "db.example",
        "PORT": "6543",
    }
    assert database["NAME"] == "news room"
    assert database["OPTIONS"] == {"connect_timeout": "2", "sslmode": "require"}
    assert not database["DISABLE_SERVER_SIDE_CURSORS"]


def test_cursors_of_the_server_are_not_kept_behind_a_pooler(value):
    value("postgres://pooler.example/news?pooler=transaction&sslmode=require")

    database = env.database("VALUE", "")

    assert database["DISABLE_SERVER_SIDE_CURSORS"]
    assert database["OPTIONS"] == {"connect_timeout": "2", "sslmode": "require"}


def test_other_kinds_of_pooler_stop_the_start(value):
    value("postgres://pooler.example/news?pooler=statement")

    with pytest.raises(SystemExit, match="pooler=transaction"):
        env.database("VALUE", "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sqlite:///var/a.sqlite3", str(env.ROOT / "var/a.sqlite3")),
        ("sqlite:////srv/a%20b.sqlite3", "/srv/a b.sqlite3"),
        ("sqlite://:memory:", ":memory:"),
    ],
)
def test_sqlite_url_names_a_file(value, given, expected):
    value(given)

    assert env.database("VALUE", "")["NAME"] == expected


@pytest.mark.parametrize(
    "given", ["mysql://a/b", "sqlite://", "sqlite://host/x", "postgres://host", "x"]
)
def test_database_url_that_names_none_stops_the_start(value, given):
    value(given)

    with pytest.raises(SystemExit, match="VALUE"):
        env.database("VALUE", "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("smtp://ann:p%40ss@mail.example:587", (False, True, 587, "p@ss")),
        ("smtp://mail.example", (False, False, None, "")),
        ("smtp://mail.example:25?tls=yes", (False, True, 25, "")),
        ("smtps://mail.example", (True, False, None, "")),
    ],
)
def test_mail_url_says_how_to_encrypt(value, given, expected):
    value(given)

    options = env.mailer("VALUE", "")["OPTIONS"]

    assert (
        options["use_ssl"],
        options["use_tls"],
        options["port"],
        options["password"],
    ) == expected


@pytest.mark.parametrize("given", ["mail.example", "smtp://", "smtp://a?tls=maybe"])
def test_mail_url_that_says_nothing_stops_the_start(value, given):
    value(given)

    with pytest.raises(SystemExit, match="VALUE"):
        env.mailer("VALUE", "")


@pytest.mark.parametrize("given", ["news.example", "a b@news.example", "x@localhost"])
def test_bounce_address_that_is_none_stops_the_start(value, given):
    value(given)

    with pytest.raises(SystemExit, match="VALUE"):
        env.bounce_address("VALUE")


def test_object_store_gives_addresses_of_the_public_host(value):
    value("s3://pictures?endpoint=https://s3.example&region=eu&prefix=news")

    options = env.storage("VALUE", "", base_url="https://media.example/")["OPTIONS"]

    assert options["bucket_name"] == "pictures"
    assert options["endpoint_url"] == "https://s3.example"
    assert options["location"] == "news"
    assert options["custom_domain"] == "media.example"
    client = options["client_config"]
    assert (client.connect_timeout, client.retries) == (3, {"total_max_attempts": 2})


@pytest.mark.parametrize("given", ["file://", "file://relative/x", "s3://", "/srv"])
def test_storage_url_that_names_no_place_stops_the_start(value, given):
    value(given)

    with pytest.raises(SystemExit, match="VALUE"):
        env.storage("VALUE", "", base_url="/media/")
