"""The story's form as a browser sends it back."""

from django.urls import reverse
from lxml import html


def change_url(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def form_data(response):
    """What the open story form would send now, as a dict of names to values."""
    page = html.fromstring(response.content.decode())
    [form] = page.xpath("//form[@id='article_form']")
    fields = form.xpath(".//input|.//textarea|.//select")
    fields += page.xpath("//input[@form='article_form']")
    data = {}
    for field in fields:
        name, kind = field.get("name"), field.get("type")
        is_off = kind in {"checkbox", "radio"} and field.get("checked") is None
        if not name or is_off or kind in {"submit", "button", "file"}:
            continue
        if name.startswith("_") or "__prefix__" in name:
            continue
        if field.tag == "select":
            chosen = field.xpath(".//option[@selected]/@value")
            if not chosen:
                continue
            data[name] = chosen[0]
        elif field.tag == "textarea":
            data[name] = field.text_content().removeprefix("\n")
        else:
            data[name] = field.get("value") or ("on" if kind == "checkbox" else "")
    return data


def opened(client, article):
    """The data of the story's form, opened by this client."""
    response = client.get(change_url(article))
    assert response.status_code == 200
    return form_data(response)
