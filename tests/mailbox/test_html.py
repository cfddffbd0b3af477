"""HTML as lines: what is seen, what is kept of its looks, and that nothing harmful is left."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.html import as_html, as_text, plain_lines, to_lines
from postdesk.mailbox.mail import Line
from postdesk.mailbox.quote import new_words

ALLOWED = {
    **dict.fromkeys(["p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "tr"], ()),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], ()),
    **dict.fromkeys(["table", "td", "th"], ("style",)),
    **dict.fromkeys(["b", "strong", "i", "em", "u", "s", "code"], ()),
    "a": ("href",),
    "img": ("src", "alt"),
}
COLLAPSED = "border-collapse:collapse"
THIN = "border:1px solid #ccc;padding:4px 8px"


class Inspector(HTMLParser):
    """Reads our own output the way a browser would and remembers what it finds."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes something else"


def assert_harmless(html: str) -> None:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    assert not inspector.open
    for tag, attributes in inspector.found:
        assert tag in ALLOWED, tag
        assert set(attributes) <= set(ALLOWED[tag]), f"{tag} {attributes}"
        if tag == "a":
            assert (attributes["href"] or "").lower().startswith(("http:", "https:", "mailto:"))
        assert attributes.get("style", "") in ("", COLLAPSED, THIN)
        if tag == "img":
            assert (attributes["src"] or "").lower().startswith("cid:")


def text(html: str) -> str:
    return as_text(to_lines(html))


def again(html: str) -> str:
    return as_html(to_lines(html))


SEEN = {
    "divs are lines": ("<div>a</div><div>b</div>", "a\nb"),
    "an empty div of Gmail is an empty line": ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    "breaks": ("a<br>b<br><br>c", "a\nb\n\nc"),
    "paragraphs stand apart": ("<p>a</p><p>b</p>", "a\n\nb"),
    "Word's paragraphs do not": (
        '<p class="MsoNormal">a<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        '<p class="MsoNormal">b<o:p></o:p></p>',
        "a\n\nb",
    ),
    "nor those without margin": ('<p style="margin:0">a</p><p style="margin: 0cm">b</p>', "a\nb"),
    "no doubled empty lines": ("<p>a</p><p>&nbsp;</p><p><br></p><br><br><p>b</p>", "a\n\nb"),
    "white space": ("  a \n\t b&nbsp;c  ", "a b c"),
    "references": ("&lt;b&gt; &amp;amp; &#x20AC;", "<b> &amp; \u20ac"),
    "bullets": ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    "numbers": ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
    "lists in lists": ("<ul><li>a<ol><li>b<br>c</li></ol></li></ul>", "- a\n  1. b\n    c"),
    "an item without a list": ("<li>a</li>", "- a"),
    "Word's bullets": ('<p class="MsoListParagraph">\u00b7&nbsp;&nbsp;&nbsp; a</p>', "- a"),
    "a quote": ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n\nc"),
    "an indent of Gmail is no quote": (
        '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>',
        "a",
    ),
    "a heading": ("<h2>a</h2>b", "a\n\nb"),
    "preformatted": ("<pre>a\n  b\n\n\nc</pre>d", "a\n  b\n\n\nc\n\nd"),
    "kept line ends": ('<span style="white-space: pre-wrap">a\nb</span>', "a\nb"),
    "a link": ('<a href="https://x.example/a">here</a>!', "here <https://x.example/a>!"),
    "a link to itself": ('<a href="https://x.example/">x.example</a>', "x.example"),
    "an address": ('<a href="mailto:bob@example.com">bob@example.com</a>', "bob@example.com"),
    "a lying link": (
        '<a href="https://bad.example/">https://bank.example</a>',
        "https://bank.example <https://bad.example/>",
    ),
    "a picture": ('a <img src="cid:p1" alt="the lid"> b', "a [picture: the lid] b"),
    "a nameless picture": ('<img src="cid:p1">', "[picture]"),
    "a remote picture": (
        '<img src="https://x.example/a.png" alt="Our logo">',
        "[picture: Our logo]",
    ),
    "a tracking pixel": ('a<img src="https://x.example/t" width="1" height="1" alt="t">', "a"),
    "an emoji": ('well <img src="https://x.example/e" alt="\U0001f642">', "well \U0001f642"),
    "a table": (
        "<table><tr><th>Item</th><th>Price</th></tr>"
        "<tr><td><p>Lid</p></td><td>3 <b>EUR</b></td></tr></table>",
        "Item | Price\nLid | 3 EUR",
    ),
    "a table that arranges": (
        "<table><tr><td><div>a</div><div>b</div></td><td>c</td></tr><tr><td>d</td><td>e</td></tr>"
        "</table>",
        "a\nb\nc\nd\ne",
    ),
    "a table in a table": (
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
        "</td><td>e</td></tr></table>",
        "a | b\nc | d\n\ne",
    ),
    "a table of one row": (
        '<table border="1"><tr><td>Lid</td><td>3 EUR</td></tr></table>',
        "Lid | 3 EUR",
    ),
    "a table of one row, drawn by style": (
        '<table><tr><td style="width:9cm;border:solid windowtext 1.0pt">a</td><td>b</td></tr>'
        "</table>",
        "a | b",
    ),
    "a table of one row of heads": ("<table><tr><th>a</th><td>b</td></tr></table>", "a | b"),
    "one row that arranges": (
        '<table border="0" style="border:none"><tr><td>a</td><td>b</td></tr></table>',
        "a\nb",
    ),
    "a signature with a line between its columns": (
        '<table><tr><td style="border-right:1px solid #ccc">a</td><td>b</td></tr></table>',
        "a\nb",
    ),
    "a column": ("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "a\nb"),
    "a rule": ("a<hr>b", "a\n---\nb"),
    "what is not shown": (
        "<title>t</title><style>p{}</style><script>x()</script>"
        "<!-- c -->a<!--[if mso]>m<![endif]-->",
        "a",
    ),
    "nothing": ("", ""),
    "no HTML": ("a < b & c", "a < b & c"),
}


@pytest.mark.parametrize(("html", "seen"), SEEN.values(), ids=SEEN)
def test_what_is_seen(html: str, seen: str) -> None:
    assert text(html) == seen


LOOKS = {
    "formats": ("<b>a</b><i>b</i><u>c</u>", "<p><b>a</b><i>b</i><u>c</u></p>"),
    "formats over lines": ("<b>a<br>b</b>", "<p><b>a</b><br><b>b</b></p>"),
    "blocks": (
        "<ul><li>a<ul><li>b</li></ul></li></ul>c",
        "<ul><li>a<ul><li>b</li></ul></li></ul><p>c</p>",
    ),
    "quotes": (
        "a<blockquote>b<br>c</blockquote>",
        "<p>a</p><blockquote><p>b<br>c</p></blockquote>",
    ),
    "links": (
        '<a href="https://x.example/?a=1&amp;b=2" onclick="x()">a</a>',
        '<p><a href="https://x.example/?a=1&amp;b=2">a</a></p>',
    ),
    "pictures": (
        '<img src="cid:p&amp;1" alt="a&quot;b">',
        '<p><img src="cid:p&amp;1" alt="a&quot;b"></p>',
    ),
    "tables": (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td><i>d</i></td></tr></table>",
        f'<table style="{COLLAPSED}"><tr><th style="{THIN}">a</th><th style="{THIN}">b</th></tr>'
        f'<tr><td style="{THIN}">c</td><td style="{THIN}"><i>d</i></td></tr></table>',
    ),
    "preformatted": ("<pre>a\n b\n</pre>", "<pre>a\n b</pre>"),
    "rules": ("a<hr>b", "<p>a</p><hr><p>b</p>"),
    "headings": ("<h1>a</h1><p>b</p>", "<h1>a</h1><p>b</p>"),
}


@pytest.mark.parametrize(("html", "looks"), LOOKS.values(), ids=LOOKS)
def test_what_is_kept_of_its_looks(html: str, looks: str) -> None:
    assert again(html) == looks


@pytest.mark.parametrize("html", [html for html, _ in SEEN.values()])
def test_the_same_looks_come_out_of_our_own_html(html: str) -> None:
    once = again(html)
    assert again(once) == once


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<img src="https://x.example/pixel.gif">',
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" java\nscript:alert(1)">a</a>',
    '<a href="&#106;avascript:alert(1)">a</a>',
    '<a href="data:text/html,<script>x</script>">a</a>',
    '<a href="vbscript:x">a</a>',
    '<a href="cid:p1">a</a>',
    '<a href="//x.example/">a</a>',
    "<svg onload=alert(1)><a xlink:href=javascript:x><text>a</text></a></svg>",
    "<math><mtext></p><style><img src=x onerror=x></style></mtext></math>",
    "<iframe src=https://x.example></iframe><object data=x></object><embed src=x>",
    "<form action=https://x.example><input name=a><button formaction=javascript:x>b</button>",
    '<div style="background:url(https://x.example/t)">a</div>',
    '<p style="x:expression(alert(1))" onmouseover="x">a</p>',
    '<base href="https://x.example/"><link rel=stylesheet href=x><meta http-equiv=refresh>',
    "<noscript><p title='</noscript><img src=x onerror=x>'></noscript>",
    "<b title='\"><script>x</script>'>a</b>",
    '<img src="cid:a&quot; onerror=&quot;x">',
    '<a href="https://x.example/&quot; onclick=&quot;x">a</a>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<td><li></b></table><pre></ul><blockquote>",
    "<table><caption>c</caption><tr>x<td>a<td>b<tr><td><h1>c<td><hr>d</table>",
    "\0<scr\0ipt>x</scr\0ipt>",
]


@pytest.mark.parametrize("html", ATTACKS)
def test_nothing_harmful_is_left(html: str) -> None:
    assert_harmless(again(html))
    for line in to_lines(html):
        assert_harmless(line.html)


TAGS = ["a", "b", "p", "div", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "blockquote"]
TAGS += ["h1", "span", "br", "hr", "script", "style", "svg", "caption", "dl", "dt", "tbody"]
HINTS = ['href="https://x.example/"', 'class="gmail_quote"', 'style="border-top:solid"']
HINTS += ['src="cid:1"', "onclick=x", 'href="javascript:x"', 'style="white-space:pre"', ""]
PIECES = (
    st.builds("<{} {}>".format, st.sampled_from([*TAGS, "img"]), st.sampled_from(HINTS))
    | st.builds("</{}>".format, st.sampled_from(TAGS))
    | st.sampled_from(["a", " ", "\n", "&nbsp;", "From: a@b.c", "&lt;", "\u00b7&nbsp;&nbsp;"])
    | st.text(max_size=8)
)


@settings(deadline=None)  # machines differ; the timeout bounds it
@given(st.lists(PIECES, max_size=40))
def test_whatever_comes_in_well_formed_and_harmless_html_goes_out(pieces: list[str]) -> None:
    lines = to_lines("".join(pieces))
    assert_harmless(as_html(lines))
    assert_harmless(as_html(lines[1::2]))  # a cut leaves whole blocks
    assert not any("\n" in line.text or "\n" in line.html for line in lines)


@settings(deadline=None)  # machines differ; the timeout bounds it
@given(st.lists(st.sampled_from(["<div>", "<b>", "<li>", "</div>", "<td>", "</b>"]), max_size=30))
def test_no_word_is_lost(tags: list[str]) -> None:
    html = "".join(f"{tag}w{place}w" for place, tag in enumerate(tags))
    assert all(f"w{place}w" in text(html) for place in range(len(tags)))


def test_deep_text_is_not_lost() -> None:
    for tag in ("div", "blockquote", "b", "ul><li", "table><tr><td", "span"):
        assert "deep" in text(f"<{tag}>" * 2_000 + "deep")


def new(html: str) -> str:
    lines = to_lines(html)
    kept = new_words([line.text for line in lines]).kept
    return as_text([lines[place] for place in kept])


LETTER = "<div>Dear Petra,</div><div>is it here?</div>"
HEAD = (
    "<b>Von:</b> Anna &lt;anna@example.com&gt;<br>"
    "<b>Gesendet:</b> Montag, 10:15<br><b>An:</b> Petra"
)
INTRO = "En lundo, 3 mar 2025, Anna skribis"  # a language that no table of ours knows
REPLIES = {
    "Gmail": (
        '<div dir="ltr">Yes.</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{INTRO}<br></div>'
        f'<blockquote class="gmail_quote">{LETTER}</blockquote></div>'
    ),
    "Thunderbird": (
        f'<p>Yes.</p><div class="moz-cite-prefix">{INTRO}<br></div>'
        f'<blockquote type="cite" cite="mid:1@example.com">{LETTER}</blockquote>'
    ),
    "Apple": (
        '<div>Yes.<br><div><br><blockquote type="cite">'
        f"<div>{INTRO}</div><br><div>{LETTER}</div></blockquote></div></div>"
    ),
    "Yahoo": (
        '<div>Yes.</div><div id="yahoo_quoted_1" class="yahoo_quoted">'
        f"<div>{INTRO}</div>{LETTER}</div>"
    ),
    "Proton": (
        f'<div>Yes.</div><div class="protonmail_quote">{INTRO}<br>'
        f'<blockquote class="protonmail_quote" type="cite">{LETTER}</blockquote></div>'
    ),
    "Outlook, web": (
        '<div class="elementToProof">Yes.</div><div id="appendonsend"></div><hr>'
        f'<div id="divRplyFwdMsg">{HEAD}</div>{LETTER}'
    ),
    "Outlook, desktop": (
        '<div class="WordSection1"><p class="MsoNormal">Yes.<o:p></o:p></p><div>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{HEAD}</p></div></div>{LETTER}</div>'
    ),
    "a signature of Gmail": (
        '<div>Yes.</div><div class="gmail_signature" data-smartmail="gmail_signature">Petra</div>'
        f'<div class="gmail_quote"><div class="gmail_attr">{INTRO}</div>'
        f'<blockquote class="gmail_quote">{LETTER}</blockquote></div>'
    ),
}


@pytest.mark.parametrize("html", REPLIES.values(), ids=REPLIES)
def test_quotes_of_clients_are_cut_in_any_language(html: str) -> None:
    assert new(html) == "Yes."


def test_answers_between_the_quotes_of_gmail_are_kept() -> None:
    html = (
        f'<div class="gmail_quote"><div class="gmail_attr">{INTRO}</div>'
        '<blockquote class="gmail_quote">here?</blockquote><div>Yes.</div>'
        '<blockquote class="gmail_quote">when?</blockquote><div>Today.</div>'
        '<blockquote class="gmail_quote">Anna</blockquote></div>'
    )
    kept = [line for line in new(html).split("\n") if line.strip("> ")]
    assert kept[-4:] == ["> here?", "Yes.", "> when?", "Today."]


def test_a_mail_forwarded_by_gmail_is_kept() -> None:
    html = (
        '<div>See below.</div><div class="gmail_quote"><div class="gmail_attr">'
        "---------- Forwarded message ---------<br>From: Anna &lt;anna@example.com&gt;<br>"
        f"Subject: Parcel</div>{LETTER}</div>"
    )
    assert new(html).endswith("is it here?")


def test_each_line_knows_its_blocks() -> None:
    lines = to_lines("<ul><li>a</li><li>b</li></ul><blockquote>c</blockquote>")
    kinds = [tuple(block.partition(":")[0] for block in line.path) for line in lines if line.text]
    assert kinds == [("ul", "li"), ("ul", "li"), ("blockquote",)]
    assert lines[0].path[0] == lines[1].path[0] and lines[0].path[1] != lines[1].path[1]


def test_cut_lines_leave_whole_blocks() -> None:
    lines = to_lines("<ul><li>a</li><li>b</li></ul><p>c</p>")
    assert as_html(lines[1:]) == "<ul><li>b</li></ul><p>c</p>"


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("<b> & c", "<p>&lt;b&gt; &amp; c</p>"),
        (
            "see https://x.example/a?b=1&c=2.",
            '<p>see <a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>.</p>',
        ),
        (
            "(<http://x.example/(a)>)",
            '<p>(&lt;<a href="http://x.example/(a)">http://x.example/(a)</a>&gt;)</p>',
        ),
        ("javascript://x ftp://x bob@example.com", "<p>javascript://x ftp://x bob@example.com</p>"),
    ],
)
def test_plain_lines_become_paragraphs_with_their_links(plain: str, html: str) -> None:
    assert as_html(tuple(plain_lines(plain))) == html


def test_a_formatted_line_gets_no_second_link() -> None:
    line = Line("x", '<a href="https://x.example/">https://x.example/</a>')
    assert as_html([line]) == f"<p>{line.html}</p>"


def test_a_page_past_the_limits_gives_its_words_as_plain_lines() -> None:
    body = "<p>a <b>b</b></p><blockquote><div>c</div></blockquote><style>x</style>d"
    lines = to_lines(body + "<br>" * 20_001)
    assert as_text(lines) == "a b\n> c\nd"
    assert not any(line.path for line in lines)


def test_a_picture_as_data_does_not_make_a_page_too_big() -> None:
    html = f'<b>a</b><img src="data:image/png;base64,{"QUJD" * 200_000}">'
    assert again(html) == "<p><b>a</b></p>"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + "x",
        "<b>" * 9_000 + "<br>a" * 9_000,
        "<blockquote>x" * 19_000,
        "<div class=gmail_quote>" * 9_999 + "x",
        "<ul><li>x" * 9_000,
        "<table><tr><td>x" * 6_000,
        "<a " * 100_000,
        "<!--" * 100_000,
        "<" * 400_000,
        "<script>" * 50_000,
        "&" * 500_000,
        "a" * 3_000_000,
        "<style><!--" * 30_000,
        "data:" * 200_000,
    ],
    ids=lambda html: html[:16],
)
def test_no_page_takes_long(html: str) -> None:
    assert_harmless(as_html(to_lines(html)[:100]))
