"""A token opens what it was made for, unchanged, in its time; anything else nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.newsroom.every_address import filled, public
from tests.newsroom.odd import FEW, RAW, answer, world

pytestmark = pytest.mark.django_db
__all__ = ["world"]

SECRET = [
    (name, route)
    for name, route in public()
    if "<str:token>" in route
    or "<str:key>" in route
    or name == "articles:article_preview"
]
SECRET = [one for one in SECRET if one[0] not in {"newsletter:count_click"}]
# A dot that is not known is a dot all the same: its 404 is a picture.
EXPIRING = ["confirm", "address_confirm", "address_back", "data", "erase"]
LETTERS = "abcXYZ019-_:.=~%/ é٣\x00"


def secret_of(world, name, route):
    [(argument, value)] = [
        (argument, value)
        for argument, value in world.values(name, route).items()
        if f":{argument}>" in route
    ]
    return argument, str(value)


def says_no(response):
    """Refused as not found or gone, or by the page that a spent link leads to."""
    return response.status_code in (404, 410)


@pytest.mark.parametrize(("name", "route"), SECRET)
def test_token_of_another_purpose_opens_nothing(world, client, name, route):
    argument, right = secret_of(world, name, route)
    others = {secret_of(world, *other)[1] for other in SECRET} - {right}

    opened = [
        other
        for other in others
        if not says_no(answer(client, "GET", filled(route, {argument: other})))
    ]

    assert opened == []


@st.composite
def spoilt(draw, right):
    """The token with one letter changed, added or missing, or a part of it."""
    place = draw(st.integers(0, len(right) - 1))
    letter = draw(st.sampled_from([*LETTERS.replace("/", ""), *RAW, ""]))
    made = draw(
        st.sampled_from(
            [
                right[:place] + letter + right[place + 1 :],
                right[:place] + (letter or "x") + right[place:],
                right[:place],
                right[place:] + right[:place],
                right.swapcase(),
                right + right,
            ]
        )
    )
    return made if made not in (right, "") else f"{right}x"


@FEW
@given(address=st.sampled_from(SECRET), data=st.data())
def test_spoilt_token_opens_nothing(world, client, address, data):
    argument, right = secret_of(world, *address)
    wrong = data.draw(spoilt(right))

    response = answer(client, "GET", filled(address[1], {argument: wrong}))

    assert says_no(response) or response.status_code in (301, 400), wrong


@pytest.mark.parametrize("view", EXPIRING)
def test_token_past_its_time_opens_nothing(world, client, view):
    [address] = [one for one in SECRET if one[0] == f"newsletter:{view}"]

    with time_machine.travel(timezone.now() + timedelta(days=40)):
        response = answer(client, "GET", world.path(*address))

    assert says_no(response) or b'<form method="post"' not in response.content
