"""Words of every script, files, and pictures, from the customer to the agent and back."""

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest
from stories.town import Town
from stories.town import town as a_town

# One grey pixel: the smallest PNG that is one.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize(
    ("subject", "asked", "answered", "charset"),
    [
        ("請求書の件", "金額が間違っています。", "新しい請求書をお送りします。", "iso-2022-jp"),
        ("Счёт неверен", "Сумма неправильная.", "Новый счёт уже в пути.", "koi8-r"),
        ("الفاتورة خاطئة", "المبلغ غير صحيح.", "سنرسل فاتورة جديدة.", "utf-8"),
        ("Party 🎉", "Does it open at 8? 🕗🎈", "Yes 👍🏽 see you there 🥳", "utf-8"),
    ],
)
def test_every_script_arrives_as_it_was_written(
    town: Town, subject: str, asked: str, answered: str, charset: str
) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes(subject, "", change=lambda mail: mail.set_content(asked, charset=charset))
    told = anna.hears(asked)
    assert subject in told.subject
    anna.replies(answered)
    petra_hears = next(x for x in town.letters_to(petra.address) if answered in x.text)
    assert subject in petra_hears.subject
    assert town.ticket(1)["title"] == subject
    assert [m["text"] for m in town.ticket(1)["messages"]] == [asked, answered]


def test_files_go_along_both_ways(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")

    def with_files(mail: EmailMessage) -> None:
        mail.add_attachment(b"%PDF-1.4 scan", "application", "pdf", filename="Rechnung März.pdf")
        mail.add_attachment(b"a;b\n1;2\n", "text", "csv", filename="../../etc/passwd")

    petra.writes("Invoice", "See the scan.", change=with_files)
    told = anna.hears("See the scan.")
    assert told.files["Rechnung März.pdf"] == b"%PDF-1.4 scan"
    assert set(told.files) == {"Rechnung März.pdf", "passwd"}
    assert [a["name"] for a in town.ticket(1)["messages"][0]["attachments"]] == [
        "Rechnung März.pdf",
        "passwd",
    ]

    def with_file(mail: EmailMessage) -> None:
        mail.add_attachment(bytes(range(256)) * 40, "application", "zip", filename="new.zip")

    anna.replies("The new one is attached.", change=with_file)
    answer = next(x for x in town.letters_to(petra.address) if "new one" in x.text)
    assert answer.files == {"new.zip": bytes(range(256)) * 40}


def html_reply(mail: EmailMessage) -> None:
    """As Gmail writes it: formatting, a list, a picture where it stands, the quote in a div."""
    mail.clear_content()
    mail.set_content(
        "Please do this:\n\n - open the lid\n - press [image: button.png]\n\nmore <https://x.example/a>"
        "\n\nOn Mon, 23 Nov 2026 at 10:00 Petra via Support <support@example.com> wrote:\n"
        "> secret internal words\n"
    )
    mail.add_alternative(
        "<div>Please do <b>this</b>:</div><ul><li>open the lid</li>"
        '<li>press <img src="cid:b1" alt="button.png"></li></ul>'
        '<div><a href="https://x.example/a" onclick="x()">more</a>'
        '<img src="https://spy.example/p.gif"></div>'
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, 23 Nov 2026 at 10:00 Petra via '
        'Support &lt;<a href="mailto:support@example.com">support@example.com</a>&gt; wrote:<br>'
        "</div><blockquote>secret internal words</blockquote></div>",
        subtype="html",
    )
    parts = mail.get_payload()
    assert isinstance(parts, list)
    html = parts[1]
    assert isinstance(html, EmailMessage)
    html.add_related(PIXEL, "image", "png", cid="<b1>", filename="button.png")


def test_an_agents_formatting_and_pictures_arrive_and_nothing_else(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "How do I open it? These are secret internal words.")
    petra.hears()
    anna.hears()
    anna.replies("", change=html_reply)
    answer = petra.hears("Please do this:")
    assert "<b>this</b>" in answer.html or "<strong>this</strong>" in answer.html
    assert "<li>open the lid" in answer.html
    assert 'href="https://x.example/a"' in answer.html
    assert "cid:b1" in answer.html and answer.files == {"button.png": PIXEL}
    for word in ("secret", "spy.example", "onclick", "gmail_quote"):
        assert word not in answer.mail.as_string(), word
    assert "open the lid" in answer.text


def test_a_customers_picture_reaches_the_agent(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")

    def with_picture(mail: EmailMessage) -> None:
        mail.set_content("It looks like this: [picture]")
        mail.add_alternative(
            '<p>It looks like this: <img src="cid:p1"></p><script>x()</script>', subtype="html"
        )
        parts = mail.get_payload()
        assert isinstance(parts, list) and isinstance(parts[1], EmailMessage)
        parts[1].add_related(PIXEL, "image", "png", cid="<p1>", filename="shot.png")

    petra.writes("Screen", "", change=with_picture)
    told = anna.hears("It looks like this")
    assert told.files["shot.png"] == PIXEL
    assert "<script" not in told.html


def test_a_mail_of_25_mb_is_read_and_told(tmp_path: Path, database_url: str) -> None:
    with a_town(tmp_path, database_url, workers="real") as town:
        petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
        big = bytes(range(256)) * 71_500  # 18.3 MB, 25 MB as base64

        def with_film(mail: EmailMessage) -> None:
            mail.add_attachment(big, "video", "mp4", filename="film.mp4")

        mail = petra.writes("Film", "See the film.", change=with_film)
        assert len(mail.as_bytes()) > 24_000_000
        petra.hears()
        told = anna.hears("See the film.")
        assert told.files["film.mp4"] == big


def test_an_html_only_mail_is_read(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    html = "<html><body><p>Hello,</p><p>my <b>printer</b> is <i>on fire</i>.</p></body></html>"
    petra.writes("Printer", "", change=lambda m: m.set_content(html, subtype="html"))
    anna.hears("printer is on fire.")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"this is no mail at all",
        b"From: petra@kunde.example\r\nContent-Type: multipart/mixed\r\n\r\nlost\r\n",
        b"From: petra@kunde.example\r\nSubject: \xff\xfe\x00\r\n\r\nwords \x00 here\r\n",
        b"From: =?x?q?y?= <a@b@c>\r\nFrom: petra@kunde.example\r\n\r\ntwo\r\n",
    ],
)
def test_broken_mail_is_a_ticket(town: Town, raw: bytes) -> None:
    town.deliver("petra@kunde.example", ["support@example.com"], raw)
    assert town.tickets() == 1
    assert town.house.spool.counts() == {"new": 0, "held": 0, "done": 1}
    assert len(town.letters_to("anna@example.com")) == 1
