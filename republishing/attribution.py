"""The line that says where a story first appeared, in the language it is read in."""

import re

from django.conf.locale import LANG_INFO

from newsroom.lib import text

_LINES = {
    "ar": "نُشر لأول مرة في {publication}: {url}",
    "de": "Zuerst erschienen bei {publication}: {url}",
    "en": "First published by {publication}: {url}",
    "es": "Publicado originalmente por {publication}: {url}",
    "fa": "نخستین بار در {publication} منتشر شد: {url}",
    "fr": "Publié à l’origine par {publication} : {url}",
    "he": "פורסם לראשונה ב־{publication}: {url}",
    "it": "Pubblicato per la prima volta da {publication}: {url}",
    "pt": "Publicado originalmente por {publication}: {url}",
    "ru": "Впервые опубликовано в {publication}: {url}",
    "tr": "İlk kez {publication} tarafından yayımlandı: {url}",
    "uk": "Вперше опубліковано у {publication}: {url}",
}


def attribution(languages, *, publication, url):
    """The line in the first of these languages that we have it in, else in English.

    Each of `languages` is a code such as `tr` or `pt-br`, or words that a person
    wrote, such as “Turkish and English”.
    """
    for wanted in languages:
        for code in _codes_in(wanted):
            return _LINES[code].format(publication=publication, url=url)
    return _LINES["en"].format(publication=publication, url=url)


def _codes_in(words):
    """The codes of the languages that are named here and that we have, in order."""
    for word in re.findall(r"[^\W\d_]+", text.fold(words)):
        code = _CODES.get(word)
        if code:
            yield code


_CODES = {
    text.fold(name): code
    for code in _LINES
    for name in (code, LANG_INFO[code]["name"], LANG_INFO[code]["name_local"])
}
