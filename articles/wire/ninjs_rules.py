"""What IPTC's schemas ask of ninjs 1.0 to 3.x, as one table.

The names of all versions stand together, in small letters, because 3.0 changed nothing
but their case and documents seldom say which version they follow. A rule is one of

    str, float, int   text, a number, a whole number
    {"a", "b"}        one of these words
    range(1, 10)      a whole number within it
    [rule]            a list of such
    Keyed(rule)       an object whose names are free, as 1.x keeps renditions
    (rule, rule)      a list in one version, an object in another
    Thing(…)          an object of these names and no other
    a function        given the value and its path, it refuses it itself
"""

from dataclasses import dataclass, field

from articles.wire.item import UnreadableItemError

MAX_DEPTH = 8


@dataclass(frozen=True)
class Keyed:
    """An object whose names are free and whose values follow `rule`."""

    rule: object


@dataclass(frozen=True)
class Thing:
    """An object; `starts` are beginnings of further names.

    Of at least one set of `one_of` exactly one name stands there.
    """

    names: dict
    required: tuple = ()
    starts: dict = field(default_factory=dict)
    one_of: tuple = ()


_KINDS = {
    "text", "audio", "video", "picture", "graphic", "composite", "component", "event",
    "planning",
}  # fmt: skip
_GEOMETRIES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
}  # fmt: skip
PUB_STATUSES = {"usable", "withheld", "canceled", "cancelled"}  # the last is ours


def _any(value, path):
    """Nothing is asked of it."""


def _geojson(value, path):
    if not isinstance(value, dict):
        raise UnreadableItemError(f"“{path}” must be an object.")
    kind = value.get("type")
    needs = "coordinates" if kind in _GEOMETRIES else ""
    others = {"GeometryCollection": "geometries", "Feature": "geometry",
              "FeatureCollection": "features"}  # fmt: skip
    needs = needs or (others.get(kind) if isinstance(kind, str) else None)
    if not needs or needs not in value:
        raise UnreadableItemError(f"“{path}” is no GeoJSON.")


_CONTACTS = [
    Thing(
        {
            "type": str, "role": str, "lang": str, "name": str, "value": str,
            "address": Thing({
                "lines": [str], "locality": str, "area": str, "postalcode": str,
                "country": str,
            }),
        },
        one_of=(("value", "address"),),
    )
]  # fmt: skip
# 1.x names a concept by scheme and code, 2.x and later by uri and literal.
_CONCEPT = {"name": str, "rel": str, "scheme": str, "code": str, "uri": str,
            "literal": str, "contactinfo": _CONTACTS}  # fmt: skip
_WEIGHED = {**_CONCEPT, "creator": str, "relevance": range(101),
            "confidence": range(101)}  # fmt: skip
_SYMBOLS = [Thing({"ticker": str, "exchange": str, "symboltype": str, "symbol": str})]
_ORGANISATION = Thing({**_CONCEPT, "symbols": _SYMBOLS})
_PLACE = Thing({**_CONCEPT, "geojson": _geojson}, starts={"geometry_": dict})
_SOURCE = Thing({**_CONCEPT, "role": str})
_RENDITION = {
    "name": str, "href": str, "mimetype": str, "contenttype": str, "title": str,
    "height": float, "width": float, "sizeinbytes": float, "duration": float,
    "format": str, "aspectratio": str, "videocodec": str, "framerate": float,
    "poi": Thing({"x": int, "y": int}), "transportprotocol": str,
    "scantype": {"progressive", "interlaced"}, "bitrate": str, "resources": [dict],
    "extensions": Keyed(str),
}  # fmt: skip
_RENDITIONS = ([Thing(_RENDITION, required=("name",))], Keyed(Thing(_RENDITION)))
_WORDS = [
    Thing({"role": str, "contenttype": str, "value": str, "charcount": float,
           "wordcount": float}, required=("value",))
]  # fmt: skip
_DATES = Thing(
    {
        "startdate": str, "enddate": str, "expectedstartdate": str,
        "expectedenddate": str, "expectedduration": str, "recurrence": dict,
    },
    one_of=(("startdate", "expectedstartdate"), ("enddate", "expectedenddate")),
)  # fmt: skip
_COVERAGE = Thing({
    "uri": str, "title": str, "pubstatus": PUB_STATUSES, "type": _KINDS,
    "commissioned": dict, "dates": _DATES, "audiences": [dict], "exclaudience": [str],
    "ednote": str, "urgency": range(1, 10), "language": str,
    "itemcount": Thing({"rangefrom": int, "rangeto": int}), "wordcount": int,
    "renditions": _RENDITIONS,
})  # fmt: skip
_GENRE = Thing({"name": str, "scheme": str, "code": str, "uri": str, "literal": str})
_TRUST = [Thing({"role": str, "scheme": str, "code": str, "title": str, "href": str})]
_STANDARD = Thing({"name": str, "version": str, "schema": str})

_NAMES = {
    "uri": str, "type": _KINDS, "mimetype": str,
    "representationtype": {"complete", "incomplete", "full", "partial"},
    "profile": str, "version": str, "firstcreated": str, "versioncreated": str,
    "contentcreated": str, "embargoed": str, "embargoeduntil": str, "expires": str,
    "pubstatus": PUB_STATUSES, "urgency": range(1, 10), "copyrightholder": str,
    "copyrightnotice": str, "usageterms": str, "ednote": str, "language": str,
    "title": str, "byline": str, "by": str, "headline": str, "slugline": str,
    "located": str, "charcount": float, "wordcount": float,
    "headlines": _WORDS, "descriptions": _WORDS, "bodies": _WORDS,
    "person": [Thing(_CONCEPT)], "people": [Thing(_CONCEPT)],
    "organisation": [_ORGANISATION], "organisations": [_ORGANISATION],
    "place": [_PLACE], "places": [_PLACE],
    "subject": [Thing(_WEIGHED)], "subjects": [Thing(_WEIGHED)],
    "event": [Thing(_CONCEPT)], "events": [Thing({**_CONCEPT, "id": str})],
    "object": [Thing(_CONCEPT)], "objects": [Thing(_CONCEPT)],
    "infosource": [_SOURCE], "infosources": [_SOURCE],
    "genre": [_GENRE], "genres": [_GENRE],
    "digitalsourcetype": Thing({"name": str, "literal": str, "uri": str}),
    "trustindicator": _TRUST, "trustindicators": _TRUST,
    "altids": ([Thing({"role": str, "value": str})], Keyed(_any)),
    "$standard": _STANDARD, "standard": _STANDARD,
    "rightsinfo": Thing(
        {"langid": str, "linkedrights": str, "encodedrights": str},
        one_of=(("linkedrights", "encodedrights"),),
    ),
    "eventdetails": Thing({
        "eventstatus": str, "plannedcoveragestatus": str, "dates": _DATES,
        "organiser": _ORGANISATION,
    }),
    "plannedcoverage": [_COVERAGE],
    "renditions": _RENDITIONS,
}  # fmt: skip
_STARTS = {"body_": str, "description_": str, "headline_": str}
_DOCUMENT = Thing(_NAMES, required=("uri",), starts=_STARTS)
_ASSOCIATED = Thing(
    {**_NAMES, "name": str, "rel": str}, required=("name", "uri"), starts=_STARTS
)
# Of themselves: an associated object may have some of its own.
_ASSOCIATIONS = ([_ASSOCIATED], Keyed(_DOCUMENT))
for _thing in (_DOCUMENT, _ASSOCIATED):
    _thing.names["associations"] = _ASSOCIATIONS

_CALLED = {str: "text", float: "a number", int: "a whole number", dict: "an object"}


def check(document):
    """Refuse a document that follows no version of the schema, and say why."""
    _check(document, _DOCUMENT, "", 0)


def _check(value, rule, path, depth):
    if depth > MAX_DEPTH:
        raise UnreadableItemError(f"“{path}” is nested too deeply.")
    if isinstance(rule, tuple):
        rule = rule[isinstance(value, dict)]
    if isinstance(rule, Thing):
        _check_thing(value, rule, path, depth)
    elif isinstance(rule, Keyed):
        for name, one in _typed(value, dict, path, "an object").items():
            _check(one, rule.rule, f"{path}.{name}", depth + 1)
    elif isinstance(rule, list):
        for number, one in enumerate(_typed(value, list, path, "a list"), 1):
            _check(one, rule[0], f"{path} {number}", depth + 1)
    else:
        _check_one(value, rule, path)


def _check_one(value, rule, path):
    if isinstance(rule, set):
        if not isinstance(value, str) or value.lower() not in rule:
            said = f"“{value[:40]}”" if isinstance(value, str) else "what is no word"
            raise UnreadableItemError(f"“{path}” says {said}.")
    elif isinstance(rule, range):
        called = f"a whole number from {rule[0]} to {rule[-1]}"
        if _typed(value, (int, float), path, called) not in rule:
            raise UnreadableItemError(f"“{path}” must be {called}.")
    elif rule in _CALLED:
        kinds = (int, float) if rule is float else rule
        _typed(value, kinds, path, _CALLED[rule])
    else:
        rule(value, path)


def _check_thing(value, thing, path, depth):
    _typed(value, dict, path or "document", "an object")
    named = {str(name).lower(): one for name, one in value.items()}
    for name in thing.required:
        if name not in named:
            raise UnreadableItemError(f"{_place(path)} has no {name}.")
    for names in thing.one_of:
        if sum(name in named for name in names) == 1:
            break
    else:
        if thing.one_of:
            wanted = ", or ".join(" or ".join(names) for names in thing.one_of)
            raise UnreadableItemError(f"{_place(path)} needs {wanted}, and one only.")
    for name, one in named.items():
        rule = thing.names.get(name) or next(
            (
                rule
                for start, rule in thing.starts.items()
                if name.startswith(start) and name != start
            ),
            None,
        )
        if rule is None:
            raise UnreadableItemError(
                f"“{name[:40]}” is no property of {_place(path, 'ninjs')}."
            )
        _check(one, rule, f"{path}.{name}" if path else name, depth + 1)


def _typed(value, kinds, path, called):
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise UnreadableItemError(f"“{path}” must be {called}.")
    return value


def _place(path, whole="It"):
    return f"“{path}”" if path else whole
