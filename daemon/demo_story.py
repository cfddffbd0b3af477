"""The story of the demo: a small support day, worked from mail clients alone."""

import struct
import zlib

from postdesk.daemon.demo_stage import Person, Stage

PETRA = Person("Petra Kunde", "petra@kunde.example")
JONAS = Person("Jonas Falk", "jonas@werk.example")
SHOP = Person("Shop System", "noreply@shop.example")
ANNA = Person("Anna Berg", "anna@example.com")
BOB = Person("Bob Stone", "bob@example.com")


def play(stage: Stage) -> None:
    """From the first mail to a customer who says by a word that it is solved."""
    stage.writes(
        PETRA,
        "Invoice 4711 is wrong",
        "Hello,\n\nthe sum on page two of invoice 4711 is wrong: VAT is counted twice.\n\nPetra",
    )
    stage.replies(ANNA, "Dear Petra,\n\nyou are right. A corrected invoice is on its way.")
    stage.replies(ANNA, "ok")
    stage.replies(PETRA, "Thank you for being so quick! Can I pay by the end of the month?")
    stage.replies(ANNA, "#urgency 2\n#tag +billing\n\nOf course, the month's end is fine.")
    stage.replies(BOB, "#note\nShe is right, the form counts VAT twice. I will tell the shop.")
    stage.replies(BOB, "ok")
    stage.writes(
        JONAS,
        "Der Drucker druckt rosa",
        "Guten Tag,\n\nseit heute früh druckt unser Gerät alles in Rosa, siehe Bild.\n\nJ. Falk",
        file=picture(),
    )
    stage.replies(
        BOB,
        "#solution\n\nGuten Tag Herr Falk,\n\nbitte tauschen Sie die Cyan-Patrone.",
        about="[#2]",
    )
    stage.replies(JONAS, "yes", about="Drucker")
    stage.sends_by_machine(SHOP, "Order 1093 was shipped", "Your order has left our warehouse.")
    stage.replies(PETRA, "It is paid.", about="4711")
    stage.replies(ANNA, "#clsoe\n\nAll is paid, thank you.", about="[#1] ")
    stage.replies(ANNA, "ok", about="Not sent:")
    stage.replies(PETRA, "Sorry to come back: page three has the same mistake.")


def picture() -> bytes:
    """A pink PNG of 8 by 8 pixels."""
    lines = b"".join(b"\0" + b"\xff\x8c\xc8" * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
