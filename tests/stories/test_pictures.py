"""Pictures of signatures, and pictures a ticket has, are neither listed nor sent again."""

from email.message import EmailMessage

from stories.town import Town

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 80  # 20 kB
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
QUOTE = (
    '<div class="gmail_quote">On Mon, 23 Nov 2026 at 10:00 Support wrote:<br>'
    '<blockquote>{}<img src="cid:old"></blockquote></div>'
)


def page(mail: EmailMessage, html: str, *pictures: tuple[str, bytes]) -> None:
    mail.set_content(html, subtype="html")
    for cid, body in pictures:
        mail.add_related(body, "image", "png", cid=f"<{cid}>", filename=f"{cid}.png")


def names(town: Town, message: int) -> list[str]:
    return [file["name"] for file in town.ticket(1)["messages"][message]["attachments"]]


def test_a_customers_decoration_is_left_out_and_a_photo_is_told_once(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes(
        "Pump",
        "",
        change=lambda mail: page(
            mail,
            '<p>It looks like this:</p><img src="cid:photo">'
            '<p>Best regards<br>Petra</p><img src="cid:logo">',
            ("photo", PHOTO),
            ("logo", LOGO),
        ),
    )
    petra.hears()
    assert set(anna.hears("It looks like this").files) == {"photo.png"}
    assert names(town, 0) == ["photo.png"]
    anna.replies("Thank you, and the lamp?")
    answer = petra.hears("and the lamp")
    petra.replies(
        "",
        to=answer,
        quote=False,
        change=lambda mail: page(
            mail,
            "<p>It is red.</p>" + QUOTE.format("Thank you, and the lamp?"),
            ("old", PHOTO),
        ),
    )
    assert anna.hears("It is red.").files == {}

    def attached(mail: EmailMessage) -> None:
        mail.set_content("Here it is once more.")
        mail.add_attachment(PHOTO, "image", "png", filename="again.png")
        mail.add_attachment(b"%PDF", "application", "pdf", filename="plan.pdf")

    petra.replies("", to=answer, quote=False, change=attached)
    assert set(anna.hears("once more").files) == {"plan.pdf"}
    assert names(town, -1) == ["plan.pdf"]


def test_an_agents_logo_stays_here_and_her_picture_goes(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", "How do I open it?")
    petra.hears()
    told = anna.hears()
    anna.replies(
        "",
        to=told,
        quote=False,
        change=lambda mail: page(
            mail,
            '<p>Press <img src="cid:button"> <b>twice</b>.</p>'
            '<p>Regards,<br>Anna</p><img src="cid:logo">',
            ("button", LOGO),
            ("logo", LOGO[:-1]),
        ),
    )
    heard = petra.hears("Press")
    assert set(heard.files) == {"button.png"}
    assert "cid:button" in heard.html and "cid:logo" not in heard.html


def test_words_after_a_picture_are_not_lost(town: Town) -> None:
    """Apple Mail cuts a text at each picture: three parts, of which the picture is one."""
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")

    def apple(mail: EmailMessage) -> None:
        mail.set_content("It looks like this:\n")
        mail.make_mixed()
        mail.add_attachment(PHOTO, "image", "png", filename="photo.png", disposition="inline")
        mail.attach(text("and it smells of smoke.\n"))

    petra.writes("Pump", "", change=apple)
    petra.hears()
    told = anna.hears("It looks like this:")
    assert "and it smells of smoke." in told.text and set(told.files) == {"photo.png"}
    assert "and it smells of smoke." in town.ticket(1)["messages"][0]["text"]

    def answer(mail: EmailMessage) -> None:
        mail.set_content("Press the button:\n")
        mail.make_mixed()
        mail.add_attachment(LOGO, "image", "png", filename="button.png", disposition="inline")
        mail.attach(text("then wait for a minute.\n"))

    anna.replies("", to=told, quote=False, change=answer)
    heard = petra.hears("Press the button:")
    assert "then wait for a minute." in heard.text and set(heard.files) == {"button.png"}


def text(words: str) -> EmailMessage:
    part = EmailMessage()
    part.set_content(words)
    del part["MIME-Version"]
    return part


def test_the_preview_of_a_phone_shows_the_customers_first_words(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Pump", "The pump in hall two has stopped.")
    petra.hears()
    html = anna.hears().html
    hidden = html.index("display:none")
    assert html.index("The pump in hall two has stopped.") > hidden
    assert html.index("The pump in hall two has stopped.") < html.index("Reply →")
    anna.replies("", change=lambda mail: mail.set_content("<p><b>It</b> runs again.</p>", "html"))
    answer = petra.hears("It runs again.").html
    body = answer[answer.index("<body") :]
    assert "display:none" not in body
