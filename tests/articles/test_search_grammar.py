import pytest

from articles.search import words
from articles.search.grammar import MAX_TERMS, Term, forms, parse


def shape(typed):
    """The groups and exclusions of a query as plain lists of words."""

    def plain(term):
        return " ".join(term.words) + "*" * term.is_prefix

    query = parse(typed)
    groups = ["|".join(map(plain, group)) for group in query.groups]
    return groups, [plain(term) for term in query.excluded]


@pytest.mark.parametrize(
    ("typed", "groups", "excluded"),
    [
        ("night ferry", ["night", "ferry"], []),
        ('"night ferry" port', ["night ferry", "port"], []),
        ("“night ferry”", ["night ferry"], []),
        ('"never closed', ["never closed"], []),
        ("ferry -port", ["ferry"], ["port"]),
        ('ferry -"old port"', ["ferry"], ["old port"]),
        ("ferry NOT port", ["ferry"], ["port"]),
        ("ferry OR boat", ["ferry|boat"], []),
        ("ferry | boat tram", ["ferry|boat", "tram"], []),
        ("ferry AND boat", ["ferry", "boat"], []),
        ("harb*", ["harb*"], []),
        ("ha*", ["ha"], []),
        ("a*b", ["a b"], []),
        ("foo-bar", ["foo bar"], []),
        ("9/11", ["9 11"], []),
        ("covid-19", ["covid 19"], []),
        ("AT&T", ["at t"], []),
        ("U.S.", ["us"], []),
        ("u.s", ["us"], []),
        ("C++ C#", ["cplusplus", "csharp"], []),
        ("title:x", ["title x"], []),
        ("50%", ["50"], []),
        ("Hélène Łódź ÅNGSTRÖM naïve", ["helene", "lodz", "angstrom", "naive"], []),
        ("Erdoğan's", ["erdogan"], []),
        ("مُحَمَّد أحمد", ["محمد", "احمد"], []),
        ("中国", ["中 国"], []),
        ("ferry ferry", ["ferry"], []),
        ("the ferry in Izmir", ["ferry", "izmir"], []),
        ("to be or not to be", ["to", "be", "or", "not"], []),
        ("OR", ["or"], []),
        ("AND", ["and"], []),
        ("NOT", ["not"], []),
        ("OR ferry OR", ["ferry"], []),
        ("NEAR", ["near"], []),
        ("-port", [], ["port"]),
        ("- -- ! & | < > + ~ ( ) * : ' \" \\ _ %", [], []),
        ("", [], []),
        ("\x00\ud800", [], []),
    ],
)
def test_what_is_typed_has_a_meaning(typed, groups, excluded):
    assert shape(typed) == (groups, excluded)


def test_only_the_first_terms_count():
    query = parse(" ".join(f"word{number}" for number in range(40)))

    assert len(query.terms()) == MAX_TERMS
    assert query.is_cut


def test_a_very_long_word_is_cut_as_the_index_cuts_it():
    typed, stored = parse("a" * 10_000), words.plain_words("a" * 10_000)

    assert typed.groups == [[Term(tuple(stored))]]


def test_forms_hold_the_word_and_its_stem_in_every_language():
    term = Term(("elections",))

    assert forms(term, ["english", "german"]) == [
        (("elections", False),),
        (("elect", False),),
        (("election", False),),
    ]


def test_a_beginning_longer_than_the_stem_still_finds_the_stem():
    assert forms(Term(("government",), is_prefix=True), ["english"]) == [
        (("government", True),),
        (("govern", False),),
    ]
