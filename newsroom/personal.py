"""The addresses that belong to one person, in the one list that all who ask read.

An editor with a session has them, or whoever holds the key that stands in the address.
No cache, search engine, log or other site may learn what is there. A test walks the
URL patterns; deploy/nginx.conf says the same once more.
"""

import re

# Each with whether a key follows it. `*` is any one part of an address.
ADDRESSES = {
    "admin": False,
    "admin/password/choose/*": True,
    "accounts": False,
    "preview": True,
    "newsletters/confirm": True,
    "newsletters/count": True,
    "newsletters/mail-events": False,
    "newsletters/preferences": True,
    "newsletters/unsubscribe": True,
    "republish/quote": True,
    "republish/copy": True,
    "republish/partner": True,
    "republish/seen": True,
}
_KEYED = [address for address, is_keyed in ADDRESSES.items() if is_keyed]
# Those that are not below the desk.
KEYED = [address for address in _KEYED if not address.startswith("admin/")]


def _any_of(addresses, part):
    return "|".join(address.replace("*", part) for address in addresses)


_PERSONAL = re.compile(rf"/(?:{_any_of(ADDRESSES, '[^/]+')})(?:/|$)")
_KEY = re.compile(rf"/(?:{_any_of(_KEYED, '[^/]+')})/[^/]+")

# A slash as addresses, their arguments and JSON write it.
_SLASH = r"(?:/|\\/|%(?:25)*2F)"
# In a text only the last word before the key is looked for: an address may be cut.
_LAST_WORDS = [re.search(r"[\w-]+(?:/\*)*$", address)[0] for address in _KEYED]
_KEY_IN_TEXT = re.compile(
    rf"({_SLASH}(?:{_any_of(_LAST_WORDS, '[\\w-]+').replace('/', _SLASH)}){_SLASH})"
    rf"(?:(?!{_SLASH})[^\s?#\"'&])+",
    re.IGNORECASE,
)


def is_personal(path):
    """Whether an address may show one visitor something that others must not see."""
    return _PERSONAL.match(path) is not None


def has_key(path):
    """Whether who knows this address is let in by it."""
    return _KEY.match(path) is not None


def without_keys(text, instead="[token]"):
    """A text with `instead` in the place of each key in an address."""
    return _KEY_IN_TEXT.sub(rf"\1{instead}", text)
