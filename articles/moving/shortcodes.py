"""WordPress's shortcodes: those of the core as HTML, others taken out and listed."""

import re
from html import escape

_TOKEN = re.compile(
    r"(\[?)\[(/?)([a-zA-Z][\w-]{1,40})((?:\s+[^\[\]<>]*?|\s[^\[\]]*?|=[^\[\]]*?)?)"
    r"(/?)\](\]?)"
)
_ATTRIBUTE = re.compile(
    r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|([^\s"'\]]+))"""
    r"""|"([^"]*)"|(\S+)"""
)
_IMAGE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.IGNORECASE)
_WRAPPING = {"caption", "wp_caption", "embed", "audio", "video"}
_MEDIA_KEYS = ("src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav", "flac")
_SITES = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "twitter": "https://twitter.com/i/status/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "soundcloud": "{}",
    "facebook": "{}",
    "instagram": "{}",
    "tiktok": "{}",
    "spotify": "{}",
}


def embed(url):
    """What the body of a story holds for something of another site."""
    url = escape(url.strip(), quote=True)
    return f'\n\n<div data-embed="{url}"><a href="{url}">{url}</a></div>\n\n'


def resolve(value, *, gallery_ids=()):
    """The text without shortcodes, and the names of those nothing is known of.

    `gallery_ids` are the attachments of the item, which a `[gallery]` without ids
    shows. What only looks like a shortcode, such as "[sic]", stays as it is.
    """
    if "[" not in value:
        return value, []
    pairs = _pairs(value)
    out, unknown, at = [], [], 0
    for token in _TOKEN.finditer(value):
        if token.start() < at:
            continue
        before, closing, name, attributes, _, after = token.groups()
        out.append(value[at : token.start()])
        at = token.end()
        name = name.lower()
        if before and after:  # [[caption]] is the way to write about a shortcode
            out.append(token[0][1:-1])
            continue
        close = pairs.get(token.start())
        is_known = (
            name in _WRAPPING or name in _SITES or name in ("gallery", "playlist")
        )
        is_code = close is not None or "=" in attributes or "_" in name
        if closing or not (is_known or is_code):
            if not closing or not (is_known or name in unknown):
                out.append(token[0])
            else:
                out.append(before + after)
            continue
        inner = value[token.end() : close.start()] if close else ""
        made = _made(name, _attributes(attributes), inner, gallery_ids)
        out.append(before)
        if made is None:
            unknown.append(name)
        else:
            out.append(made)
            if close:
                at = close.end()
        out.append(after)
    out.append(value[at:])
    return "".join(out), list(dict.fromkeys(unknown))


def _pairs(value):
    """From the start of an opening token to its closing one."""
    pairs, opened = {}, {}
    for token in _TOKEN.finditer(value):
        name = token[3].lower()
        if token[2]:
            if opened.get(name):
                pairs[opened[name].pop()] = token
        elif not token[5]:
            opened.setdefault(name, []).append(token.start())
    return pairs


def _attributes(words):
    found = {}
    for position, match in enumerate(_ATTRIBUTE.finditer(words)):
        key, *values = match.groups()
        value = next((one for one in values if one is not None), "")
        found[key.lower() if key else position] = value
    return found


def _made(name, values, inner, gallery_ids):
    if name in ("caption", "wp_caption"):
        return _caption(values, inner)
    if name in ("gallery", "playlist"):
        ids = re.findall(r"\d+", values.get("ids", values.get("include", "")))
        ids = ids or [str(one) for one in gallery_ids]
        return "\n\n" + "\n\n".join(map(_picture, ids)) + "\n\n" if ids else None
    if name in ("audio", "video"):
        address = next((values[key] for key in _MEDIA_KEYS if values.get(key)), inner)
        address = (address or str(values.get(0, ""))).strip()
        if not address.startswith(("http://", "https://", "/")):
            return None
        return f'\n\n<{name} src="{escape(address)}"></{name}>\n\n'
    address = inner.strip() or values.get("url") or values.get("src")
    address = address or values.get("id") or values.get(0, "").lstrip("=")
    if not address:
        return None
    if not address.startswith(("http://", "https://")):
        if name not in _SITES or not re.fullmatch(r"[\w-]+", address):
            return None
        address = _SITES[name].format(address)
    return embed(address) if address.startswith("http") else None


def _picture(number):
    return f'<figure><img class="wp-image-{number}"></figure>'


def _caption(values, inner):
    image = _IMAGE.search(inner)
    if not image:
        return inner
    words = values.get("caption") or (inner[: image.start()] + inner[image.end() :])
    number = re.search(r"\d+", values.get("id", ""))
    kept = image[0]
    if number and "wp-image-" not in kept:
        kept = kept.replace("<img", f'<img data-attachment="{number[0]}"', 1)
    caption = f"<figcaption>{words.strip()}</figcaption>" if words.strip() else ""
    return f"\n\n<figure>{kept}{caption}</figure>\n\n"
