"""The text of an item of WordPress as the body of a story, and the pictures in it."""

import json
import re
from html import escape

from articles.moving import shortcodes
from articles.moving.autop import autop
from articles.moving.desk import plain
from articles.moving.markup import Markup, is_shown
from articles.moving.media import is_picture_path, url_key

_BLOCK = re.compile(r"<!--\s*(/?)wp:([a-z][\w/-]*)\s*(\{.*?\})?\s*(/?)-->", re.DOTALL)
_BLANK_LINES = re.compile(r"\n\s*\n")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LONE_URL = re.compile(r"^[ \t]*(https?://[^\s<>\"]+)[ \t]*$", re.MULTILINE)
_LONE_URL_IN_P = re.compile(r"<p>\s*(https?://[^\s<>\"]+)\s*</p>")
# Blocks that a page was made of and that say nothing of their own.
_SILENT = {"more", "nextpage", "spacer", "navigation", "page-break", "post-content"}


class Bodies:
    """Converts bodies of one export; `source_id(number)` names an attachment."""

    def __init__(self, survey, desk, source_id):
        self.survey, self.desk, self.source_id = survey, desk, source_id
        # What could not be had since somebody last asked.
        self.missing = []

    def convert(self, item):
        """(HTML, notes, whether it links to other items) of an item."""
        notes = []
        content = item.get("content", "")
        if "<![CDATA[" in content:  # text about XML; a browser would hide it
            content = content.replace("<![CDATA[", "&lt;![CDATA[")
        if "<!-- wp:" in content:
            content = self._blocks(content, notes)
            content, unknown = self._codes(content, item)
            content = _LONE_URL_IN_P.sub(_shown, content)
        else:
            content = _COMMENT.sub("", content)
            content, unknown = self._codes(content, item)
            content = autop(_LONE_URL.sub(_shown, content))
        notes += [f"the shortcode [{name}] was left out" for name in unknown]
        markup = Markup(self.picture, own_hosts=self.survey.hosts, is_file=_is_file)
        content = markup.convert(content)
        notes += [f"a picture is missing: {reason}" for reason in self.missing]
        self.missing = []
        return content, notes + markup.notes, markup.has_own_links

    def _codes(self, content, item):
        ids = [
            number
            for number in self.survey.children.get(item.get("id", ""), [])
            if self.survey.attachments[number].is_picture
        ]
        return shortcodes.resolve(content, gallery_ids=ids)

    def _blocks(self, content, notes, depth=0):
        """The HTML of Gutenberg's blocks; what a block would have computed is noted."""

        def replace(match):
            _, name, values, is_empty = match.groups()
            if name == "block" and is_empty and depth < 3:
                found = re.search(r'"ref"\s*:\s*(\d+)', values or "")
                inner = self.survey.blocks.get(found[1] if found else "")
                if inner:
                    return self._blocks(inner, notes, depth + 1)
            if is_empty and name not in _SILENT:
                address = _json(values).get("url", "")
                if "embed" in name and str(address).startswith("http"):
                    return shortcodes.embed(address)
                notes.append(f"the block “{name}” was left out")
            return "\n"

        content = _COMMENT.sub("", _BLOCK.sub(replace, content))
        return _BLANK_LINES.sub("\n", content).strip()

    def picture(self, address, number, *, alt="", caption=""):
        """The key of a picture in a body; None, and a note, where it cannot be had."""
        attachment = self.survey.attachments.get(number or "")
        if attachment is None:
            number = self.survey.by_url.get(url_key(address))
            attachment = self.survey.attachments.get(number or "")
        url = (attachment and attachment.url) or address
        if url.startswith("//"):
            url = f"https:{url}"
        elif url.startswith("/") and self.survey.site:
            url = f"https://{self.survey.site}{url}"
        if not url or url.startswith("data:"):
            return None
        key = self.desk.media.take(
            url,
            source_id=self.source_id(number) if attachment else None,
            caption=caption or (plain(attachment.caption) if attachment else ""),
            alt_text=plain(alt or (attachment.alt if attachment else "")),
        )
        if key is None:
            self.missing.append(f"{url[:300]} ({self.desk.media.reason(url)})")
        return key


def _json(values):
    try:
        found = json.loads(values or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _shown(match):
    """An address that stands alone: shown in the story, or a link."""
    url = match[1].replace("&amp;", "&")
    if is_shown(url):
        return shortcodes.embed(url)
    return f'<p><a href="{escape(url)}">{escape(url)}</a></p>'


def _is_file(path):
    return "/wp-content/uploads/" in path or is_picture_path(path)
