"""What each format's reader makes of an agency's bytes, hostile ones included."""

import json
from datetime import UTC, datetime

import pytest

from articles.wire import reading
from articles.wire.item import UnreadableItemError, moment, urgency, whole

G2 = """<?xml version="1.0" encoding="{encoding}"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:a:1" version="3"
    standard="NewsML-G2" xml:lang="fr">
  <rightsInfo><copyrightHolder><name>Agence</name></copyrightHolder>
    <copyrightNotice>© Agence</copyrightNotice>
    <usageTerms>Not outside France</usageTerms></rightsInfo>
  <itemMeta><itemClass qcode="ninat:{kind}"/>
    <provider qcode="nprov:AGENCE"><name>Agence</name></provider>
    <versionCreated>2026-03-01T10:00:00+01:00</versionCreated>
    <embargoed>2026-03-02T06:00:00Z</embargoed>
    <pubStatus qcode="stat:{status}"/><edNote>Call the desk.</edNote>
    <signal qcode="sig:{signal}"/></itemMeta>
  <contentMeta><located><name>Brest</name></located><by>Par Éva Lune</by>
    <subject><name>Harbour</name></subject><slugline>ferry-1</slugline>
    <headline>Le ferry repart</headline>
    <description role="drol:summary">Il repart.</description></contentMeta>
  <contentSet>{content}</contentSet>
</newsItem>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head>
<body><h1>Sub</h1><p>One &amp; <em>two</em></p><script>x()</script></body></html>
</inlineXML>"""
IN_NITF = """<inlineXML contenttype="application/nitf+xml"><nitf><body>
<body.head><hedline><hl1>Other</hl1></hedline></body.head>
<body.content><p>One.</p><hl2>Two</hl2></body.content></body></nitf></inlineXML>"""
NITF = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.4/nitf.dtd">
<nitf baselang="nb-NO"><head><title>T</title>
<docdata management-status="{status}"><doc-id id-string="x_7"/>
<du-key key="x" version="7"/>
<date.issue norm="2026-03-01T10:00:00"/><date.release norm="20260302T060000Z"/>
<date.expire norm="20260401T000000Z"/><ed-msg info="Ring vakta"/><urgency ed-urg="5"/>
<doc.copyright holder="Byrået" year="2026"/><doc.rights limitations="Ikke arkiv"/>
<key-list><keyword key="ferje"/></key-list></docdata></head>
<body><body.head><hedline><hl1>Ferja går</hl1></hedline><byline>Av Åse Moe</byline>
<abstract>Den går.</abstract><dateline>Oslo</dateline></body.head>
<body.content><p>Én.</p><media media-type="image"><media-reference source="a.jpg"/>
<media-caption>Ferja</media-caption><media-producer>Foto AS</media-producer></media>
<table><tr><td>1</td></tr></table></body.content></body></nitf>"""
RITZAU = """<RBNews><NewsID>r-1</NewsID><version>2</version>
<headline>Færgen sejler</headline>
<PublishDate>2026-03-01T10:00:00.5</PublishDate><town>Aarhus</town>
<content>&lt;p&gt;Den sejler.&lt;/p&gt;</content><byLine>Bo Ø</byLine>
<Annuleret>{gone}</Annuleret></RBNews>"""


def g2(
    content=XHTML, *, kind="text", status="usable", signal="update", encoding="utf-8"
):
    return G2.format(
        content=content, kind=kind, status=status, signal=signal, encoding=encoding
    ).encode(encoding)


def ninjs(**values):
    return {"uri": "urn:a:1", "headline": "Ferry", "body_html": "<p>One</p>", **values}


def dialect(**values):
    """As newsroom systems write it, with a guid and names of their own."""
    return {"guid": "tag:a:1", "headline": "Ferry", "priority": 6, **values}


RSS = """
<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Port Office</title><link>https://port.example/</link><language>fr</language>
<copyright>© Port</copyright><atom:link rel="self" href="https://port.example/feed"/>
<item>{item}</item></channel></rss>"""


def rss(item):
    return RSS.format(item=item).encode()


def atom(entry, *, feed=""):
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">'
        f"<id>tag:port</id><title>Hafen</title>{feed}<entry>{entry}</entry></feed>"
    ).encode()


def one(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    found, reasons = reading.read(data)
    assert reasons == []
    [item] = found
    return item


def refused(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    try:
        found, reasons = reading.read(data)
    except UnreadableItemError as error:
        return str(error)
    assert found == []
    return reasons[0]


def test_newsml_g2_is_read_whole():
    item = one(g2())

    assert (item.guid, item.version, item.language) == ("urn:a:1", "3", "fr")
    assert (item.headline, item.standfirst) == ("Le ferry repart", "Il repart.")
    assert item.body == "<h2>Sub</h2><p>One &amp; <em>two</em></p>"
    assert (item.byline, item.dateline) == (["Par Éva Lune"], "Brest")
    assert (item.provider, item.ed_note) == ("Agence", "Call the desk.")
    assert item.copyright_notice == "© Agence"
    assert item.usage_terms == "Not outside France"
    assert item.embargoed_until == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert item.version_created_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert item.keywords == ["Harbour"]
    assert not item.is_withdrawn


def test_newsml_g2_carries_nitf_and_plain_text():
    assert one(g2(IN_NITF)).body == "<p>One.</p><h2>Two</h2>"
    plain = "<inlineData contenttype='text/plain'>One &lt;b&gt;\n\nTwo</inlineData>"
    assert one(g2(plain)).body == "<p>One &lt;b&gt;</p><p>Two</p>"


def test_newsml_g2_in_the_encoding_that_it_names():
    assert one(g2(encoding="iso-8859-1")).copyright_notice == "© Agence"


@pytest.mark.parametrize(
    "data",
    [
        g2(status="canceled"),
        g2(signal="kill"),
        NITF.format(status="killed").encode("latin-1"),
        RITZAU.format(gone="true").encode(),
        ninjs(pubstatus="canceled"),
        {"uri": "urn:a:1", "pubStatus": "cancelled"},
    ],
)
def test_withdrawal_is_told_in_each_format(data):
    assert one(data).is_withdrawn


def test_news_message_gives_its_texts_with_its_pictures():
    item = g2().decode().partition("?>")[2]
    picture = G2.format(
        content="<remoteContent href='s.jpg' width='100' contenttype='image/jpeg'/>"
        "<remoteContent href='l.jpg' width='900' contenttype='image/jpeg'/>",
        kind="picture", status="usable", signal="x", encoding="utf-8",
    ).partition("?>")[2]  # fmt: skip
    bad = item.replace("urn:a:1", "")
    data = f"<newsMessage><itemSet>{item}{picture}{bad}</itemSet></newsMessage>"

    found, reasons = reading.read(data.encode())

    assert [one.guid for one in found] == ["urn:a:1"]
    assert [one.href for one in found[0].pictures] == ["l.jpg"]
    assert reasons == ["It has no guid, by which versions are known."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (g2(kind="concept"), "of class concept"),
        (b"<packageItem guid='a'/>", "a package of other items"),
        (b"<planningItem guid='a'/>", "a plan for coverage"),
        (b"<newsMessage><itemSet/></newsMessage>", "no news item"),
        (b"<urlset/>", "none of NewsML-G2"),
        (b"<nitf><head/></nitf>", "no doc-id"),
        (b"<RBNews/>", "no NewsID"),
        (b"<newsItem", "no whole XML"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{", "no whole JSON"),
        (b"[" * 100_000, "no whole JSON"),
        (b'{"a": "\xff"}', "no whole JSON"),
        (b"[]", "list is empty"),
        (b"[1]", "must be a JSON object"),
        (b"x" * 5_000_001, "larger than 5 MB"),
        ({}, "no uri"),
        (dialect(usageterms={"a": 1}), "“usageterms” is of the wrong type"),
        (dialect(version=1.2), "“version” is of the wrong type"),
        (dialect(associations="a"), "“associations” is of the wrong type"),
        (dialect(pubstatus="commissioned"), "no pubStatus"),
        (b"<rss/>", "no channel"),
        (rss(item="<link>/a</link>"), "neither a headline nor a text"),
        ({"version": "https://jsonfeed.org/version/1", "items": 1}, "no list of items"),
    ],
)
def test_what_is_no_story_is_refused_in_words(data, reason):
    assert reason in refused(data)


BOMB = b"""<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<newsItem guid="&b;"/>"""
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<newsItem guid="&a;"/>"""


@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_entities_are_never_read(data):
    assert "entities" in refused(data)


def test_depth_is_bounded():
    assert "nested too deeply" in refused(b"<a>" * 100_000)


def test_nitf_is_read_whole():
    item = one(NITF.format(status="usable").encode("latin-1"))

    assert (item.guid, item.version, item.language) == ("x", "7", "nb-NO")
    assert (item.headline, item.standfirst) == ("Ferja går", "Den går.")
    assert item.body == "<p>Én.</p>\n<table><tr><td>1</td></tr></table>"
    assert (item.byline, item.dateline) == (["Av Åse Moe"], "Oslo")
    assert item.embargoed_until == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert item.expires_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert (item.copyright_notice, item.usage_terms) == ("© 2026 Byrået", "Ikke arkiv")
    assert (item.ed_note, item.urgency, item.keywords) == ("Ring vakta", 5, ["ferje"])
    [picture] = item.pictures
    assert (picture.href, picture.caption) == ("a.jpg", "Ferja")
    assert picture.credit_line == "Foto AS"


def test_ritzau_is_read_whole():
    item = one(RITZAU.format(gone="false").encode())

    assert (item.guid, item.version, item.body) == ("r-1", "2", "<p>Den sejler.</p>")
    assert (item.headline, item.byline, item.dateline) == (
        "Færgen sejler", ["Bo Ø"], "Aarhus",
    )  # fmt: skip


def test_ninjs_1_is_read_whole():
    item = one(
        ninjs(
            version="4", byline="Ada", located="Trieste", language="it",
            infosource=[{"name": "AG"}],
            embargoed="2026-03-02T06:00:00+00:00", expires="2026-04-01T00:00:00Z",
            copyrightnotice="© AG", usageterms="No archives", ednote="Call.",
            subject=[{"name": "Sea"}], description_text="Short.", urgency=2,
            associations={"main": {
                "uri": "urn:a:2", "type": "picture", "byline": "Bo",
                "description_text": "A boat",
                "renditions": {"original": {"href": "https://a.example/o.jpg"},
                               "thumbnail": {"href": "https://a.example/t.jpg"}}}},
        )
    )  # fmt: skip

    assert (item.version, item.byline, item.dateline) == ("4", ["Ada"], "Trieste")
    assert item.embargoed_until == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert (item.copyright_notice, item.usage_terms) == ("© AG", "No archives")
    assert (item.provider, item.keywords, item.urgency) == ("AG", ["Sea"], 2)
    [picture] = item.pictures
    assert picture.href == "https://a.example/o.jpg"
    assert (picture.caption, picture.credit_line) == ("A boat", "Bo")


def test_ninjs_3_is_read_whole():
    item = one(
        {
            "uri": "urn:a:1", "type": "text", "versionCreated": "2026-03-01T10:00:00Z",
            "headlines": [{"value": "Ferry"}], "pubStatus": "usable",
            "bodies": [{"contentType": "text/plain", "value": "One\nTwo"},
                       {"contentType": "text/html", "value": "<p>One</p>"}],
            "descriptions": [{"value": "Short."}], "by": "Ada",
            "subjects": [{"name": "Sea"}], "urgency": 2,
            "associations": [{
                "name": "a", "uri": "b", "type": "picture",
                "renditions": [{"name": "main", "href": "https://a.example/m.jpg"}]}],
        }
    )  # fmt: skip

    assert (item.headline, item.body, item.byline) == ("Ferry", "<p>One</p>", ["Ada"])
    assert (item.standfirst, item.keywords) == ("Short.", ["Sea"])
    assert [picture.href for picture in item.pictures] == ["https://a.example/m.jpg"]


def test_list_keeps_what_is_sound_of_it():
    data = {"items": [ninjs(), {"headline": "no id"}, ninjs(uri="urn:a:2")]}

    found, reasons = reading.read(json.dumps(data).encode())

    assert [item.guid for item in found] == ["urn:a:1", "urn:a:2"]
    assert len(reasons) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T10:00:00+0100", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("20260301T100000Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-02-31T10:00:00Z", None),
        ("tomorrow", None),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
    ],
)
def test_times_of_all_makes(value, expected):
    assert moment(value) == expected


# What IPTC's schema asks ------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"uri": 7}, "“uri” must be text"),
        ({"version": 1.2}, "“version” must be text"),
        ({"usageterms": {"a": 1}}, "“usageterms” must be text"),
        ({"body_html": ["a"]}, "“body_html” must be text"),
        ({"body_": "a"}, "“body_” is no property of ninjs"),
        ({"title": None}, "“title” must be text"),
        ({"urgency": 0}, "“urgency” must be a whole number from 1 to 9"),
        ({"urgency": True}, "“urgency” must be a whole number from 1 to 9"),
        ({"mime_type": "a"}, "“mime_type” is no property of ninjs"),
        ({"type": "story"}, "“type” says “story”"),
        ({"pubstatus": "commissioned"}, "“pubstatus” says “commissioned”"),
        ({"person": "Ada"}, "“person” must be a list"),
        ({"subjects": [{"weight": 1}]}, "“weight” is no property of “subjects 1”"),
        ({"headlines": [{"role": "main"}]}, "“headlines 1” has no value"),
        ({"renditions": [{"href": "a"}]}, "“renditions 1” has no name"),
        ({"associations": [{"uri": "a"}]}, "“associations 1” has no name"),
        ({"associations": "a"}, "“associations” must be a list"),
        ({"associations": {"a": {"uri": "a", "b": 1}}}, "“b” is no property of"),
        ({"places": [{"geojson": {"coordinates": [1, 2]}}]}, "is no GeoJSON"),
        ({"rightsinfo": {"linkedrights": "a", "encodedrights": "b"}}, "one only"),
        ({"people": [{"contactInfo": [{"name": "a"}]}]}, "needs value or address"),
        ({"eventDetails": {"dates": {"startDate": "a", "expectedStartDate": "b"}}},
         "“eventdetails.dates” needs startdate or expectedstartdate"),
        ({"standard": "http://iptc.org/"}, "“standard” must be an object"),
    ],
)  # fmt: skip
def test_ninjs_that_does_not_follow_its_schema_is_refused(values, reason):
    assert reason in refused(ninjs(**values))


def test_endless_ninjs_is_refused():
    document = {"uri": "a"}
    for _ in range(20):
        document = {"uri": "a", "associations": {"a": document}}

    assert "nested too deeply" in refused(document)


def test_properties_of_an_agencys_own_are_taken_where_the_source_says_so():
    data = json.dumps(ninjs(desk="Sea")).encode()

    [item], reasons = reading.read(data, adds_its_own=True)

    assert (item.headline, reasons) == ("Ferry", [])
    assert one(dialect(desk="Sea")).guid == "tag:a:1"


@pytest.mark.parametrize(
    "document",
    [
        {"uri": "a"},
        {"uri": "a", "description_new": "b", "altids": {"x": "y"}, "renditions": {}},
        {"uri": "a", "place": [{"name": "Oslo", "geometry_geojson": {"type": "x"}}]},
        {"uri": "a", "altIds": [{"role": "r", "value": "v"}], "wordcount": 3},
        {"uri": "a", "standard": {"name": "ninjs", "version": "3.0"}},
        {"uri": "a", "rightsInfo": {"langId": "a", "linkedRights": "b"}},
    ],
)
def test_ninjs_that_follows_its_schema_is_taken_however_little_it_says(document):
    assert one(document).guid == "a"


@pytest.mark.parametrize("kind", ["picture", "graphic"])
def test_ninjs_picture_carries_its_file_caption_and_rights(kind):
    item = one(
        {
            "uri": "urn:p:1", "type": kind, "by": "Ada Lens", "copyrightNotice": "© AG",
            "usageTerms": "Not online", "headlines": [{"value": "Ferry"}],
            "descriptions": [{"role": "writer", "value": "www.a.example"},
                             {"role": "caption", "value": "A ferry sails."}],
            "renditions": [{"name": "small", "href": "https://a.example/s", "width": 9},
                           {"name": "x", "href": "https://a.example/l", "width": 90},
                           {"name": "film", "href": "https://a.example/f", "width": 99,
                            "contentType": "video/mp4"}],
        }
    )  # fmt: skip

    assert (item.kind, item.standfirst) == (kind, "A ferry sails.")
    [picture] = item.pictures
    assert (picture.href, picture.caption) == ("https://a.example/l", "A ferry sails.")
    assert (picture.credit_line, picture.usage_terms) == ("Ada Lens", "Not online")


def test_film_and_event_say_in_the_note_what_cannot_be_taken_in():
    film = one(ninjs(type="video", renditions=[{"name": "m", "href": "https://a/v"}]))
    event = one(ninjs(eventDetails={"dates": {"startDate": "2026-05-01T10:00:00Z"}}))

    assert (film.kind, film.ed_note) == ("video", "https://a/v")
    assert (event.kind, event.ed_note) == ("event", "Starts: 2026-05-01T10:00:00Z")


def test_newsml_g2_picture_is_an_item_of_its_own():
    content = "<remoteContent href='l.jpg' width='900' contenttype='image/jpeg'/>"

    item = one(g2(content, kind="picture"))

    assert (item.kind, item.standfirst) == ("picture", "Il repart.")
    assert [picture.href for picture in item.pictures] == ["l.jpg"]


# Feeds ------------------------------------------------------------------------------


def test_rss_is_read_whole():
    item = one(
        rss(
            "<title>Tom &amp;amp; the ferry</title><link>/news/1</link>"
            "<guid isPermaLink='false'>17</guid>"
            "<author>a@port.example (Ada Moe)</author><dc:creator>b@x.org</dc:creator>"
            "<pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate>"
            "<category>Sea</category><description>Short &lt;b&gt;one&lt;/b&gt;"
            "</description><content:encoded>"
            "<![CDATA[<p>It <a href='/q'>sails</a>.</p>]]>"
            "</content:encoded><media:content url='https://port.example/f.jpg'>"
            "<media:credit>Bo</media:credit></media:content>"
        )
    )

    assert item.guid == "https://port.example/ 17"
    assert (item.headline, item.standfirst) == ("Tom & the ferry", "Short one")
    assert item.body == '<p>It <a href="https://port.example/q">sails</a>.</p>'
    assert (item.byline, item.keywords, item.language) == (["Ada Moe"], ["Sea"], "fr")
    assert (item.provider, item.copyright_notice) == ("Port Office", "© Port")
    assert item.web_url == "https://port.example/news/1"
    assert item.version_created_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    [picture] = item.pictures
    assert (picture.href, picture.credit_line) == ("https://port.example/f.jpg", "Bo")


def test_atom_is_read_whole():
    item = one(
        atom(
            "<id>tag:port:1</id><title type='html'>A &amp;lt;b</title>"
            "<updated>2026-03-01T10:00:00Z</updated>"
            "<link href='https://port.example/1'/><category term='s' label='See'/>"
            "<summary>Kurz</summary><content type='xhtml'>"
            "<div xmlns='http://www.w3.org/1999/xhtml'><p>Sie <i>fährt</i>.</p></div>"
            "</content>",
            feed="<author><name>Ada</name><email>a@port.example</email></author>",
        )
    )

    assert (item.guid, item.headline, item.language) == ("tag:port:1", "A <b", "de")
    assert (item.standfirst, item.body) == ("Kurz", "<p>Sie <em>fährt</em>.</p>")
    assert (item.byline, item.provider) == (["Ada"], "Hafen")
    assert (item.web_url, item.keywords) == ("https://port.example/1", ["See"])


def test_json_feed_is_read_whole():
    item = one(
        {
            "version": "https://jsonfeed.org/version/1.1", "title": "Port",
            "home_page_url": "https://port.example", "items": [{
                "id": 7, "url": "https://port.example/7", "title": "Ferry",
                "content_text": "One\nTwo", "date_published": "2026-03-01T10:00:00Z",
                "authors": [{"name": "Ada"}], "tags": ["Sea"],
                "image": "https://port.example/f.png"}],
        }
    )  # fmt: skip

    assert (item.guid, item.body) == ("https://port.example 7", "<p>One</p><p>Two</p>")
    assert (item.byline, item.keywords) == (["Ada"], ["Sea"])
    assert [one.href for one in item.pictures] == ["https://port.example/f.png"]


@pytest.mark.parametrize(
    ("entry", "href"),
    [
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>https://port.example/a</link>", "https://port.example/a"),
        ("<guid>https://port.example/b</guid>", "https://port.example/b"),
        ("<guid isPermaLink='false'>https://port.example/b</guid>", ""),
    ],
)
def test_only_addresses_of_the_web_are_kept(entry, href):
    assert one(rss(f"<title>A</title>{entry}")).web_url == href


def test_feed_without_entries_is_no_fault():
    data = b"<rss><channel><title>A</title></channel></rss>"

    assert reading.read(data) == ([], [])


def test_words_that_are_no_markup_become_paragraphs():
    item = one(rss("<title>A</title><description>Tea &amp;amp; toast</description>"))

    assert item.body == "<p>Tea &amp; toast</p>"


def test_picture_of_the_text_is_taken_where_the_feed_names_none():
    text = "<img width='1' src='https://t.example/p.gif'><img src='/a.png' alt='Boat'>"
    item = one(
        rss(
            "<title>A</title><link>https://port.example/1</link>"
            f"<description><![CDATA[{text}]]></description>"
        )
    )

    [picture] = item.pictures
    assert (picture.href, picture.caption) == ("https://port.example/a.png", "Boat")


@pytest.mark.parametrize("value", ["²", "٣", "9" * 5000, "1.5", "-1", "", None])
def test_number_that_is_none_is_left_out(value):
    assert whole(value) is None
    assert urgency(value) is None
