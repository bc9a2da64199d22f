"""Whatever is sent to a reader's address, the answer is never a server error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.newsroom.every_address import arguments, filled, public
from tests.newsroom.odd import FEW, answer, forms_in, odd_form, raw_values, world

pytestmark = pytest.mark.django_db
__all__ = ["world"]

NAMES = [
    *["page", "q", "section", "tag", "author", "from", "to", "order", "sort", "format"],
    *["page[]", "", "newsletter", "s", "m", "issue", "p", "cat", "size", "amount"],
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
TYPES = [
    *["text/plain", "application/json", "application/xml", "", "junk", "text/html; a"],
    *["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
    *["multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed"],
    *["multipart/form-data; boundary=" + "x" * 300],
    *["application/x-www-form-urlencoded; charset=utf-16"],
    *["application/x-www-form-urlencoded; charset=wat"],
    *["multipart/form-data; boundary=x; charset=utf-7"],
]
BODIES = [
    *[b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"a=%ff&b=%00&=&&", b"a=1&a=2;a=3"],
    *[
        b"--x",
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
    ],
    b"--x\r\nContent-Disposition: form-data; name=email; filename=a\r\n\r\na\r\n--x--",
    b"--x\r\nContent-Disposition: form-data; name=email\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name*=utf-99''%ff\r\n\r\na\r\n--x--\r\n",
    *[
        b"[" * 5000,
        b'{"a":' * 500,
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///'>]><a>&b;",
    ],
]
queries = st.lists(
    st.tuples(st.sampled_from([*NAMES, "%ff", "a" * 5000]), raw_values), max_size=6
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


def test_every_address_has_a_row(world, client):
    """What the odd requests below begin with is not an error itself."""
    found = {
        name: answer(client, "GET", world.path(name, route)).status_code
        for name, route in public()
    }

    assert {name for name, status in found.items() if status == 404} == {
        "media",
        "newsletter:count_click",
        "newsletter:count_open",
        "newsletter:provider_events",
    }


@FEW
@given(
    address=st.sampled_from(public()), query=queries, method=st.sampled_from(METHODS)
)
def test_odd_query_is_no_error(world, client, address, query, method):
    name, route = address

    answer(client, method, f"{world.path(name, route)}?{query}")


@FEW
@given(
    address=st.sampled_from([one for one in public() if arguments(one[1])]),
    data=st.data(),
)
def test_odd_part_of_an_address_is_no_error(world, client, address, data):
    name, route = address
    right = world.values(name, route)
    values = {
        argument: data.draw(
            st.one_of(raw_values, st.just(right[argument])), label=argument
        )
        for argument in arguments(route)
    }

    answer(client, "GET", filled(route, values))


@FEW
@given(
    address=st.sampled_from(public()),
    content_type=st.sampled_from(TYPES),
    body=st.sampled_from(BODIES),
    method=st.sampled_from(["POST", "PUT", "PATCH"]),
)
def test_odd_body_is_no_error(world, client, address, content_type, body, method):
    name, route = address

    answer(
        client, method, world.path(name, route), data=body, content_type=content_type
    )


@FEW
@given(
    address=st.sampled_from([one for one in public() if "feed" not in one[0]]),
    data=st.data(),
)
def test_odd_answer_to_a_form_is_no_error(world, client, address, data):
    name, route = address
    path = world.path(name, route)
    page = answer(client, "GET", path)
    if not page.content.startswith(b"<!"):
        return
    for fields in forms_in(page.content):
        answer(client, "POST", path, **data.draw(odd_form(fields)))
