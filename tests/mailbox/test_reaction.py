"""Receipts, recalls and reactions are told from mail that somebody wrote."""
# ruff: noqa: RUF001

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.parse import parse
from postdesk.mailbox.reaction import Reaction, reaction

LETTER = "<t.1042.k3f9@example.com>"


def mail(body: str, *, subject: str = "Re: Order 17", kind: str = "text/plain") -> bytes:
    lines = [
        "From: Petra Kunde <petra@kunde.example>",
        "To: support@example.com",
        f"Subject: {subject}",
        f"In-Reply-To: {LETTER}",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}; charset=utf-8" if kind == "text/plain" else f"Content-Type: {kind}",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\n".join([*lines, "", body]).replace("\n", "\r\n").encode()


def read(raw: bytes) -> Reaction | None:
    return reaction(parse(raw), raw)


def gmail(words: str, said: str = '{"version":1,"emoji":"👍"}') -> bytes:
    return mail(
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
        f"--b\nContent-Type: text/vnd.google.email-reaction+json; charset=utf-8\n\n{said}\n--b--\n",
        kind='multipart/alternative; boundary="b"',
    )


QUOTE = "\n\nOn Mon, 3 Aug 2026 at 10:00, Support <support@example.com> wrote:\n> Is it well?\n"


@pytest.mark.parametrize(
    "words",
    [
        "👍\n\nPetra Kunde reacted via Gmail <https://mail.example.com/about>" + QUOTE,
        "👍\n\nPetra Kunde hat über Gmail reagiert" + QUOTE,
        "👍",
    ],
)
def test_an_emoji_by_gmail_is_a_reaction(words: str) -> None:
    assert read(gmail(words)) == Reaction("reaction", "👍", LETTER)


def test_an_emoji_that_is_the_whole_mail_is_a_reaction() -> None:
    raw = mail('{"emoji":"🎉","version":1}', kind="text/vnd.google.email-reaction+json")
    assert read(raw) == Reaction("reaction", "🎉", LETTER)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(gmail("👍 but please cancel the second parcel"), id="words beside it"),
        pytest.param(gmail("Thanks", '{"version":2,"emoji":"👍"}'), id="another version"),
        pytest.param(gmail("Thanks", '{"version":1,"emoji":"call me"}'), id="words as emoji"),
        pytest.param(gmail("Thanks", '{"version":1,"emoji":17}'), id="a number"),
        pytest.param(gmail("Thanks", '{"version":1,'), id="broken"),
        pytest.param(gmail("Thanks", "[" * 2000), id="nested without end"),
    ],
)
def test_what_only_looks_like_gmails_is_a_mail(raw: bytes) -> None:
    assert read(raw) is None


@pytest.mark.parametrize(
    "words",
    [
        "Petra Kunde reacted to your message:",
        "[Like] Petra Kunde reacted to your message:",
        "Petra Kunde hat auf Ihre Nachricht reagiert:",
        "Petra Kunde a réagi à votre message :",
        "Petra Kunde ha reaccionado a tu mensaje:",
        "Petra Kunde reagiu à sua mensagem:",
        "Petra Kunde ha reagito al tuo messaggio:",
        "Petra Kunde heeft gereageerd op uw bericht:",
        "Petra Kunde zareagowała na Twoją wiadomość:",
        "Petra Kunde отреагировала на ваше сообщение:",
        "Petra Kunde відреагувала на ваше повідомлення:",
        "Petra Kunde zareagovala na vaši zprávu:",
        "Petra Kunde reagerade på ditt meddelande:",
        "Petra Kunde reagerede på din meddelelse:",
        "Petra Kunde reagerte på meldingen din:",
        "Petra Kunde reagoi viestiisi:",
        "Petra Kunde, iletinize tepki verdi:",
        "Petra Kunde reagált az üzenetére:",
        "Petra Kunde さんがあなたのメッセージにリアクションしました:",
        "Petra Kunde 对你的邮件做出了反应:",
        "Petra Kunde님이 메시지에 반응했습니다:",
    ],
)
def test_a_reaction_by_outlook_is_told_in_its_language(words: str) -> None:
    quoted = (
        "\n________________________________\n"
        "From: Support <support@example.com>\nSent: Monday, August 3, 2026 10:00\n"
        "To: Petra Kunde <petra@kunde.example>\nSubject: Order 17\n\nIs it well?\n"
    )
    found = read(mail(words + quoted))
    assert found is not None
    assert (found.kind, found.of) == ("reaction", LETTER)
    assert "Petra Kunde" in found.words


@pytest.mark.parametrize(
    "words",
    [
        "Liked “Is it well?”",
        "Emphasized “We will send it on Monday.”",
        "Reacted 🎉 to “Done”",
        "Laughed at \"Parcel\"",
        "Gefällt „Wir senden es am Montag“",
        "A aimé « Bonjour Petra »",
        "Le encantó “Listo”",
    ],
)  # fmt: skip
def test_a_tapback_of_a_phone_is_a_reaction(words: str) -> None:
    assert read(mail(words)) == Reaction("reaction", words, LETTER)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ('Petra Kunde would like to recall the message, "Order 17".', "Recall: Order 17"),
        ("Petra Kunde möchte die Nachricht „Order 17“ zurückrufen.", "Rückruf: Order 17"),
        ("Petra Kunde souhaite rappeler le message « Order 17 ».", "Rappel : Order 17"),
        ("Petra Kunde desea recuperar el mensaje “Order 17”.", "Recuperar: Order 17"),
        ("Petra Kunde gostaria de cancelar a mensagem “Order 17”.", "Cancelar: Order 17"),
        ("Petra Kunde desidera richiamare il messaggio “Order 17”.", "Richiamo: Order 17"),
        ("Petra Kunde wil het bericht “Order 17” intrekken.", "Intrekken: Order 17"),
        ("Petra Kunde chce odwołać wiadomość „Order 17”.", "Odwołanie: Order 17"),
        ("Petra Kunde хочет отозвать сообщение «Order 17».", "Отзыв: Order 17"),
        ("Petra Kunde хоче відкликати повідомлення «Order 17».", "Відкликання: Order 17"),
        ("Petra Kunde chce odvolat zprávu „Order 17“.", "Odvolání: Order 17"),
        ("Petra Kunde vill återkalla meddelandet ”Order 17”.", "Återkalla: Order 17"),
        ("Petra Kunde vil gerne tilbagekalde meddelelsen ”Order 17”.", "Tilbagekald: Order 17"),
        ("Petra Kunde vil gjerne tilbakekalle meldingen «Order 17».", "Tilbakekall: Order 17"),
        ("Petra Kunde haluaa peruuttaa viestin ”Order 17”.", "Peruutus: Order 17"),
        ("Petra Kunde “Order 17” iletisini geri çağırmak istiyor.", "Geri Çağır: Order 17"),
    ],
)
def test_a_recall_is_told_in_its_language(words: str, subject: str) -> None:
    assert read(mail(words, subject=subject)) == Reaction("recall", words, LETTER)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("I liked “The Parcel”, but not the film.", "Re: Order 17"),
        ("Liked it", "Re: Order 17"),
        ("Petra Kunde reacted to your message: and so do I. Please call me.", "Re: Order 17"),
        ("Nobody reacted to your message:\nplease ask them again, it is urgent", "Re: Order 17"),
        ('I would like to recall the message, "Order 17". Can you delete it?', "Re: Invoice"),
        ("I would like to recall the message of yesterday.", "Recall: Order 17"),
        ("👍", "Re: Order 17"),
        ("Thanks!", "Re: Order 17"),
        ("", ""),
    ],
)
def test_what_a_person_wrote_is_a_mail(words: str, subject: str) -> None:
    assert read(mail(words, subject=subject)) is None


def receipt(disposition: str, *, original: str = f"Original-Message-ID: {LETTER}\n") -> bytes:
    return mail(
        "--b\nContent-Type: text/plain\n\nYour message was opened on Monday.\n"
        "--b\nContent-Type: message/disposition-notification\n\n"
        "Reporting-UA: kunde.example; Mail 1\nFinal-Recipient: rfc822;petra@kunde.example\n"
        f"{original}Disposition: {disposition}\n--b--\n",
        subject="Read: Order 17",
        kind='multipart/report; report-type=disposition-notification; boundary="b"',
    )


@pytest.mark.parametrize(
    ("disposition", "kind"),
    [
        ("manual-action/MDN-sent-manually; displayed", "read receipt"),
        ("automatic-action/MDN-sent-automatically;displayed/error", "read receipt"),
        ("manual-action/MDN-sent-manually; deleted", "not read"),
        ("automatic-action/MDN-sent-automatically; failed", "not read"),
    ],
)
def test_a_receipt_says_whether_the_letter_was_read(disposition: str, kind: str) -> None:
    found = read(receipt(disposition))
    assert found == Reaction(
        "read receipt" if kind == "read receipt" else "not read",
        "Your message was opened on Monday.",
        LETTER,
    )


def test_a_receipt_without_the_letters_id_has_that_of_the_thread() -> None:
    found = read(receipt("manual-action/MDN-sent-manually; displayed", original=""))
    assert found is not None
    assert found.of == LETTER


def test_a_bounce_is_no_receipt() -> None:
    raw = mail("--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--\n",
               kind='multipart/report; boundary="b"')  # fmt: skip
    assert read(raw) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a ", "[", "“", "Liked “", "reacted to ", " ", "die Nachricht "])
def test_long_nonsense_is_read_in_no_time(piece: str) -> None:
    for length in (150, 590, 1400, 100_000):
        read(mail(piece * (length // len(piece)), subject="Recall: a"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=500))
def test_nothing_ever_raises(noise: bytes) -> None:
    read(noise)
    read(gmail("👍")[:-30] + noise)
    read(receipt("displayed")[:-40] + noise)
