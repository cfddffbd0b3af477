"""Mail of our own invention to measure with: the same seed gives the same bytes.

``mixed`` is what a desk gets, 61 KiB on average: plain letters, replies with their quotes, pages
of HTML, old charsets, and files of 30 KiB to 1 MiB. ``small`` is the same without the files, 3 KiB
on average. Every mail has a sender, a Message-ID and a date of its own.
"""

import random
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

KIB = 1024
SMALLEST_FILE, LARGEST_FILE = 30 * KIB, 1024 * KIB
FIRST_DAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MIXES: Mapping[str, Mapping[str, int]] = {  # shares in percent
    "mixed": {"plain": 30, "quoted": 20, "alternative": 25, "charset": 10, "attachment": 15},
    "small": {"plain": 36, "quoted": 23, "alternative": 29, "charset": 12},
}


class Tongue(NamedTuple):
    """A language: its words, the charset of its old mailers, and how they introduce a quote."""

    charset: str
    words: str  # with blanks between them
    wrote: str  # str.format: when, who


TONGUES = (
    Tongue(
        "iso-8859-1",
        "the printer on our second floor stopped again after lunch and nobody can send an "
        "invoice since then please tell us when somebody may look at it thank you for your "
        "help we tried another cable but the light stays red",
        "On {when}, {who} wrote:",
    ),
    Tongue(
        "iso-8859-1",
        "der Drucker im zweiten Stock druckt seit heute früh nicht mehr und wir müssen noch "
        "Rechnungen für größere Kunden schicken können Sie bitte prüfen ob die Straße stimmt "
        "vielen Dank für Ihre Mühe",
        "Am {when} schrieb {who}:",
    ),
    Tongue(
        "iso-8859-15",
        "la commande du mois passé est arrivée sans le câble prévu et notre atelier à Genève "
        "ne peut pas travailler pourriez vous vérifier s'il vous plaît où elle est restée "
        "merci d'avance",
        "Le {when}, {who} a écrit :",
    ),
    Tongue(
        "windows-1252",
        "el pedido de la semana pasada llegó dañado y todavía esperamos una respuesta ¿pueden "
        "enviarnos otro antes del miércoles? la dirección no cambió muchas gracias",
        "El {when}, {who} escribió:",
    ),
    Tongue(
        "koi8-r",
        "принтер на втором этаже опять не работает и мы не можем отправить счета нашим "
        "клиентам подскажите пожалуйста когда придёт мастер спасибо за помощь",
        "{when} пользователь {who} написал:",
    ),
    Tongue(
        "iso-2022-jp",
        "二階の印刷機が 今朝から 動きません。 請求書を 送れないので、 "
        "至急 見て いただけますか。 よろしく お願いします。",
        "{when} {who}:",
    ),
)
MOSTLY = (TONGUES[0], TONGUES[0], TONGUES[1], TONGUES[2], TONGUES[3])
FIRST = ("Petra", "Max", "Ivo", "Lena", "Zoë", "Jürgen", "Amélie", "Nadia", "Tomás", "Ines")
LAST = ("Kunde", "Berg", "Holm", "Müller", "Faro", "Ortega", "Weiss", "Lindgård", "Sommer")


class Mailer:
    """Writes mails one after the other; holds the dice and the number of the next mail."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.number = 0

    def plain(self, _: float) -> bytes:
        """A letter in UTF-8, one to three KiB of words."""
        tongue = self.dice.choice(MOSTLY)
        return self._mail(tongue, text_part(self.letter(tongue, self.dice.randint(10, 40))))

    def quoted(self, _: float) -> bytes:
        """A short answer above the letters it answers."""
        tongue = self.dice.choice(MOSTLY)
        text = self.letter(tongue, self.dice.randint(2, 8))
        for depth in range(self.dice.randint(1, 3)):
            wrote = tongue.wrote.format(when=self.when(depth), who="Support <support@example.com>")
            lines = self.letter(tongue, self.dice.randint(6, 12)).split("\n")
            text += "\n".join(
                ["", ">" * depth + wrote, *(">" * depth + f"> {line}" for line in lines)]
            )
        root = f"<letter.{self.number}@example.com>"
        return self._mail(
            tongue, text_part(text), subject="Re: ", more=f"In-Reply-To: {root}\nReferences: {root}"
        )

    def alternative(self, _: float) -> bytes:
        """A text with its page beside it."""
        tongue = self.dice.choice(MOSTLY)
        text = self.letter(tongue, self.dice.randint(8, 26))
        return self._mail(tongue, self._multipart("alternative", text_part(text), self.page(text)))

    def charset(self, _: float) -> bytes:
        """A letter from before everything was UTF-8, in base64, quoted-printable or 8bit."""
        tongue = self.dice.choice(TONGUES[1:])
        text = self.letter(tongue, self.dice.randint(6, 24))
        encoding = self.dice.choice(["base64", "quoted-printable", "8bit"])
        return self._mail(tongue, text_part(text, tongue.charset, encoding))

    def attachment(self, place: float) -> bytes:
        """A letter with a file; ``place`` (0 to 1) says which of all sizes it has."""
        tongue = self.dice.choice(MOSTLY)
        size = int(SMALLEST_FILE * (LARGEST_FILE / SMALLEST_FILE) ** place)
        kind, name = self.dice.choice([
            ("image/png", "screen.png"), ("application/pdf", "rechnung.pdf"),
            ("application/zip", "logs.zip"),
        ])  # fmt: skip
        file = (
            f'Content-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="{name}"\n\n'
        ).encode() + encodebytes(self.dice.randbytes(size))
        text = text_part(self.letter(tongue, self.dice.randint(3, 8)))
        return self._mail(tongue, self._multipart("mixed", text, file))

    # Words

    def sentence(self, tongue: Tongue) -> str:
        words = self.dice.choices(tongue.words.split(), k=self.dice.randint(5, 16))
        return " ".join([words[0].capitalize(), *words[1:]]) + self.dice.choice("...?!")

    def letter(self, tongue: Tongue, sentences: int) -> str:
        """Paragraphs in lines of about 72 characters, and often a signature."""
        lines = [self.sentence(tongue).split(" ")[0] + ","]
        for _ in range(sentences):
            lines.append("" if self.dice.random() < 0.3 else lines.pop())
            for word in self.sentence(tongue).split(" "):
                if len(lines[-1]) + len(word) > 72:
                    lines.append("")
                lines[-1] = f"{lines[-1]} {word}".strip()
        if self.dice.random() < 0.5:
            lines += ["", "-- ", self.person(), f"Tel. +49 30 {self.dice.randint(10**5, 10**6)}"]
        return "\n".join(lines) + "\n"

    def page(self, text: str) -> bytes:
        """The same words as a client writes them in HTML, with its habits around them."""
        blocks = [
            f'<p class="MsoNormal" style="margin:0cm;font-size:11.0pt">'
            f'<span style="color:#1F497D" lang="EN-US">{escape(paragraph)}</span></p>'
            for paragraph in text.replace("-- \n", "").split("\n\n")
        ]
        if self.dice.random() < 0.5:
            blocks[0] = blocks[0].replace(",", "&nbsp;<b>!</b>", 1)
        head = (
            '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
            "<style><!-- p.MsoNormal {margin:0cm; font-family:Calibri,sans-serif} --></style>"
            '</head><body lang="EN-US" link="blue"><div class="WordSection1">\n'
        )
        whole = head + "\n".join(blocks) + "\n</div></body></html>\n"
        return text_part(whole, encoding="quoted-printable", subtype="html")

    def person(self) -> str:
        return f"{self.dice.choice(FIRST)} {self.dice.choice(LAST)}"

    def when(self, days: int) -> str:
        return f"{FIRST_DAY - timedelta(days=days, minutes=self.number):%Y-%m-%d %H:%M}"

    # Form

    def _multipart(self, subtype: str, *parts: bytes) -> bytes:
        mark = f"=_part_{self.number}_{self.dice.getrandbits(64):x}"
        opening = f'Content-Type: multipart/{subtype}; boundary="{mark}"\n\n'
        middle = b"".join(f"\n--{mark}\n".encode() + part for part in parts)
        return opening.encode() + middle.removeprefix(b"\n") + f"\n--{mark}--\n".encode()

    def _mail(self, tongue: Tongue, entity: bytes, subject: str = "", more: str = "") -> bytes:
        """The header of a real way through three servers above the entity; CRLF line ends."""
        self.number += 1
        person, host = self.person(), f"kunde{self.number % 97}.example"
        moment = FIRST_DAY + timedelta(seconds=37 * self.number)
        date, ident = format_datetime(moment), f"{self.dice.getrandbits(96):x}"
        title = " ".join(self.dice.choices(tongue.words.split(), k=self.dice.randint(2, 6)))
        lines = [
            f"Return-Path: <user{self.number}@{host}>",
            f"Received: from mx.example.com (mx.example.com [192.0.2.7])\n\tby desk.example.com "
            f"with ESMTPS id {ident[:12]}\n\tfor <support@example.com>; {date}",
            f"Received: from out.{host} (out.{host} [198.51.100.{self.number % 250}])\n"
            f"\tby mx.example.com (Postfix) with ESMTP id {ident[12:22]}; {date}",
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={host}; s=mail;\n"
            f"\th=from:to:subject:date:message-id; bh={ident}=;\n\tb={ident * 3}",
            f"From: {_encoded(person)} <user{self.number}@{host}>",
            "To: Support <support@example.com>",
            f"Subject: {subject}{_encoded(title)}",
            f"Date: {date}",
            f"Message-ID: <{self.number}.{ident}@{host}>",
            "MIME-Version: 1.0",
        ]
        head = "\n".join([*lines, more] if more else lines).encode() + b"\n"
        return (head + entity).replace(b"\n", b"\r\n")


def text_part(
    text: str, charset: str = "utf-8", encoding: str = "8bit", subtype: str = "plain"
) -> bytes:
    """One text as an entity, headers first."""
    raw = text.encode(charset, "replace")
    if encoding == "base64":
        raw = encodebytes(raw)
    elif encoding == "quoted-printable":
        raw = b2a_qp(raw, istext=True)
    head = (
        f"Content-Type: text/{subtype}; charset={charset}\n"
        f"Content-Transfer-Encoding: {encoding}\n\n"
    )
    return head.encode() + raw


def _encoded(words: str) -> str:
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=900).encode()


def corpus(kind: str, count: int, seed: int = 1) -> list[bytes]:
    """So many mails of ``mixed``, of ``small``, or all of one sort ("plain", "quoted", ...)."""
    mailer = Mailer(seed)
    sorts: Mapping[str, Callable[[float], bytes]] = {
        "plain": mailer.plain,
        "quoted": mailer.quoted,
        "alternative": mailer.alternative,
        "charset": mailer.charset,
        "attachment": mailer.attachment,
    }
    shares = MIXES.get(kind, {kind: 100})
    deck = [name for name, share in shares.items() for _ in range(-(-count * share // 100))]
    mailer.dice.shuffle(deck)
    # Even steps over the sizes of files, so that a small corpus weighs what a large one does.
    places = [(step + 0.5) / len(deck) for step in range(len(deck))]
    mailer.dice.shuffle(places)
    return [sorts[name](place) for name, place in zip(deck[:count], places, strict=False)]
