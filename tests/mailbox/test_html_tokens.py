"""The pattern that reads what nh3 wrote sees what a whole parser of HTML sees."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.html_tokens import CLEANER, Tag, Token, tokens

PIECES = st.sampled_from([
    "<p>", "</p>", "<div class='a\"b<c>'>", "</div>", '<a href="http://x.example/?a=1&copy=2">',
    "<b>", "</b>", "<table><tr><td>", "<li>", "<ol start=3>", "<img src=cid:x alt='a>b'>", "<br/>",
    "<img alt>", "<pre>\n", "<xmp><b>", "</xmp>", "<textarea>", "<noscript><b>", "<plaintext>",
    "<template>", "<svg><a>", "<math>", "<!-- <b> -->", "<![CDATA[x]]>",
    "<iframe>&lt;b&gt;</iframe>",
    '<p style="margin:0\nx" ID=x>', "&lt;", "&amp;lt;", "&nbsp;", "&copy", "&#0;", "&#x80;", "&",
    "<", ">", '"', "'", "=", "\0", "\r\n", "\f", " ", "word", "é漢🙂",
])  # fmt: skip


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(Tag(tag, end=True))

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_both_see_the_same_tokens(html: str) -> None:
    reader = Reader()
    reader.feed(CLEANER.clean(html.replace("\0", "")))
    reader.close()
    assert tokens(html) == reader.found
