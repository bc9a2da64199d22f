"""A file that is broken, cut off or forged is refused in words, or read in part."""

import io
import json

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from articles.bulk import Loader, read_lines
from articles.moving import mapping, runs
from articles.moving.mapping import MappingError
from articles.moving.wxr import FormatError
from articles.wire import arrivals
from newsletter import list_files
from newsletter.list_files import UnreadableListError
from tests.articles.moving.exports import Item, category, ghost, wxr
from tests.articles.test_wire_readers import NITF, RITZAU, ninjs
from tests.factories.articles import WireSourceFactory
from tests.newsroom.odd import FEW, ODD

pytestmark = pytest.mark.django_db

WXR = wxr(Item(), Item(id="2", name="", link="/a/"), before=category("w", "W")).encode()
GHOST = ghost(
    {
        "id": "1",
        "title": "Ferry",
        "slug": "ferry",
        "html": "<p>A</p>",
        "status": "published",
        "type": "post",
        "visibility": "public",
        "published_at": "2024-03-01T12:00:00.000Z",
        "feature_image": "/a.jpg",
        "lexical": '{"root":{"children":[{"type":"paragraph","children":[]}]}}',
    },
    tags=[{"id": "1", "name": "World", "slug": "world"}],
    posts_tags=[{"post_id": "1", "tag_id": "1", "sort_order": 0}],
    users=[{"id": "1", "name": "Ada", "slug": "ada", "email": "a@b.example"}],
    posts_authors=[{"post_id": "1", "author_id": "1", "sort_order": 0}],
).encode()
LINE = json.dumps(
    {
        "id": "a",
        "slug": "ferry",
        "section": "world",
        "headline": "Ferry",
        "standfirst": "S",
        "body_html": "<p>A</p>",
        "tags": ["Boats"],
        "byline": [{"name": "Ada", "role": "text"}],
        "language": "en",
        "published_at": "2024-03-01T12:00:00+01:00",
        "license": "x",
        "picture": {"file": "a.jpg", "caption": "C", "credit_line": "D"},
    }
).encode()
LIST = (
    b"Email Address,CONFIRM_TIME,OPTIN_IP,UNSUB_TIME\n"
    b"ada@paper.example,2024-01-02 03:04:05,10.0.0.1,\n"
)
MAP = b"kind,old,becomes,name\ncategory,world,section,World\n"
JUNK = [
    *[
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"<",
        b"]]>",
        b"&#0;",
        b'"',
        b"{" * 999,
    ],
    *[
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
        b"&b;",
        b"\r",
        b"9" * 999,
    ],
]


@st.composite
def spoilt(draw, right):
    """The bytes with a part cut out, twice, or replaced."""
    start = draw(st.integers(0, len(right)))
    end = draw(st.integers(start, min(len(right), start + 200)))
    junk = draw(st.sampled_from([*JUNK, *[odd.encode() for odd in ODD]]))
    return draw(
        st.sampled_from(
            [
                right[:start],
                right[start:],
                right[:start] + right[end:],
                right[:end] + right[start:],
                right[:start] + junk + right[start:],
                right[:start] + junk + right[end:],
                right.decode().encode("utf-16"),
            ]
        )
    )


def places(value, path=()):
    """Where something stands in a document of JSON."""
    yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from places(inner, (*path, key))


@st.composite
def forged(draw, right):
    """The document with one value of another kind."""
    document = json.loads(right)
    *path, last = draw(st.sampled_from([found for found in places(document) if found]))
    inner = document
    for key in path:
        inner = inner[key]
    values = [None, True, -1, 1e300, "", [], {}, [[]], [None], {"a": {}}, *ODD]
    inner[last] = draw(st.sampled_from(values))
    return json.dumps(document).encode()


def tried(work, *refusals):
    """Do it, and take it back; a refusal has to say something."""
    said = None
    try:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)
    except refusals as error:
        said = str(error)
    assert said != ""


NINJS = st.one_of(spoilt(json.dumps(ninjs()).encode()), forged(json.dumps(ninjs())))


@FEW
@given(data=spoilt(WXR))
def test_spoilt_wordpress_export(tmp_path, data):
    path = tmp_path / "export.xml"
    path.write_bytes(data)
    order = runs.Order(path=path, kind="wordpress", options={"fetch": False})

    tried(lambda: runs.bring_in(order), FormatError)


@FEW
@given(data=st.one_of(spoilt(GHOST), forged(GHOST)))
def test_spoilt_ghost_export(tmp_path, data):
    path = tmp_path / "export.json"
    path.write_bytes(data)
    order = runs.Order(path=path, kind="ghost", options={"fetch": False})

    tried(lambda: runs.bring_in(order), FormatError)


@FEW
@given(data=st.one_of(spoilt(LINE), forged(LINE)))
def test_spoilt_line(tmp_path, data):
    said = []
    loader = Loader(
        tmp_path, report=lambda *words: said.append(words), warn=lambda *words: None
    )

    tried(lambda: loader.load(read_lines(io.BytesIO(data))))

    assert all(message for _, message in said)


@FEW
@given(data=spoilt(LIST))
def test_spoilt_list_of_readers(data):
    refused = []

    tried(lambda: list(list_files.rows(data, refused)), UnreadableListError)

    assert all(reason for _, reason in refused)


@FEW
@given(data=spoilt(MAP))
def test_spoilt_mapping(data):
    tried(lambda: mapping.read(data), MappingError)


@FEW
@given(data=st.one_of(spoilt(NITF.encode()), spoilt(RITZAU.encode()), NINJS))
def test_spoilt_wire_item(data):
    source = WireSourceFactory()

    tried(lambda: arrivals.take_in(source, data))
