import pytest
from django.core.exceptions import ValidationError

from newsroom.lib import addresses


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("reader@example.org", "reader@example.org"),
        (" reader@example.org\t", "reader@example.org"),
        ("\u00a0reader@example.org\u3000", "reader@example.org"),
        ("rea\u200bder@example.org\ufeff", "reader@example.org"),
        ("\u202ereader@example.org\u00ad", "reader@example.org"),
        ("reader@example.org.", "reader@example.org"),
        ("Reader@EXAMPLE.org", "Reader@example.org"),
        ("a.b+news@example.org", "a.b+news@example.org"),
        ("o'hara@example.org", "o'hara@example.org"),
        ("a%b&c@example.org", "a%b&c@example.org"),
        ("user@bücher.example", "user@xn--bcher-kva.example"),
        ("user@xn--bcher-kva.example", "user@xn--bcher-kva.example"),
    ],
)
def test_parse_tidies_address(typed, email):
    assert addresses.parse(typed).email == email


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write your email address"),
        ("reader", "not a whole email address"),
        ("@example.org", "not a whole email address"),
        ("é@example.org", "before the @"),
        ("a@b", "slip"),
        ("a@[127.0.0.1]", "slip"),
        ("a b@example.org", "slip"),
        ("a@example.org\nBcc: b@example.org", "slip"),
        ("a..b@example.org", "slip"),
        ("x" * 250 + "@example.org", "slip"),
    ],
)
def test_parse_refuses_with_a_sentence(typed, words):
    with pytest.raises(ValidationError, match=words):
        addresses.parse(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reader@Example.org", "reader@example.ORG"),
        ("user@bücher.example", "USER@xn--bcher-kva.example"),
        ("user@BÜCHER.example", "user@bücher.example"),
    ],
)
def test_two_spellings_of_one_address_fold_alike(one, other):
    assert addresses.parse(one).folded == addresses.parse(other).folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.b@example.org", "ab@example.org"),
        ("a.b@example.org", "a.b+news@example.org"),
        ("a.b@gmail.com", "ab@gmail.com"),
    ],
)
def test_addresses_that_may_be_two_people_stay_apart(one, other):
    assert addresses.parse(one).folded != addresses.parse(other).folded


def test_mask_keeps_first_letter_and_domain():
    assert addresses.mask("reader@example.org") == "r•••@example.org"
