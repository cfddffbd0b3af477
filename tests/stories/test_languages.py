"""Each customer is written to in her language: as stored, as she declares, or as she writes."""

from pathlib import Path

import pytest
from stories.town import PEOPLE, Heard
from stories.town import town as a_town

from postdesk.templates.words import say

BELIEVING = '[identity]\nreply = "token"\ncommand = "token"'
DUTCH = """
[organisation."kunde.example"]
language = "nl"
"""
GERMAN = "Guten Tag, meine Rechnung ist doppelt. Bitte prüfen Sie das."
MAILS = [
    ("en", "Hello, I cannot log in since this morning. Please help."),
    ("de", GERMAN),
    ("fr", "Bonjour, je n'arrive plus à me connecter depuis ce matin."),
    ("es", "Buenos días, no puedo entrar en mi cuenta desde ayer."),
    ("pt", "Bom dia, não consigo entrar na minha conta desde ontem."),
    ("it", "Buongiorno, da ieri non riesco più ad accedere al mio account."),
    ("nl", "Goedemorgen, ik kan sinds gisteren niet meer inloggen."),
    ("pl", "Dzień dobry, od wczoraj nie mogę się zalogować. Proszę o pomoc."),
    ("ja", "昨日からログインできません。ご確認をお願いいたします。"),
    ("ar", "السلام عليكم، لا أستطيع الدخول إلى حسابي منذ أمس."),
]


def language_of(receipt: Heard) -> str:
    """The one language whose words the receipt has."""
    spoken = [tag for tag, _ in MAILS if say("unproven.subject", tag) in receipt.subject]
    assert len(spoken) == 1 and f'lang="{spoken[0]}"' in receipt.html
    return spoken[0]


@pytest.mark.parametrize(("language", "text"), MAILS)
def test_everybody_is_answered_in_the_language_she_writes(
    tmp_path: Path, language: str, text: str
) -> None:
    own = {"en": "de"}.get(language, "en")
    desk = f'language = "{own}"'
    with a_town(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", desk=desk) as town:
        petra = town.person("petra@elsewhere.example", "Petra")
        petra.writes("1042", text)
        assert language_of(petra.hears()) == language
        assert town.ticket(1)["language"] == language


@pytest.mark.parametrize(
    "text", ["Twice?", "Bună ziua, am primit factura, dar nu pot să deschid fișierul atașat."]
)
def test_what_is_not_clear_is_answered_in_the_language_of_the_desk(
    tmp_path: Path, database_url: str, text: str
) -> None:
    with a_town(tmp_path, database_url, desk='language = "de"') as town:
        petra = town.person("petra@elsewhere.example", "Petra")
        petra.writes("Invoice 2026-118", text)
        assert language_of(petra.hears()) == "de"


def test_a_german_mail_to_an_english_desk_gets_german_letters_whose_words_are_understood(
    tmp_path: Path, database_url: str
) -> None:
    with a_town(tmp_path, database_url, more=BELIEVING) as town:
        petra, anna = town.person("petra@elsewhere.example", "Petra"), "anna@example.com"
        petra.writes("Rechnung", GERMAN)
        petra.hears("von Ihrer Adresse ist eine Nachricht bei uns angekommen")
        agent = town.person(anna)
        agent.hears("Reply → Petra (customer)")  # what agents are shown is in their own
        agent.replies("#solution\nSie bekommen eine neue.")
        asked = petra.hears("Ist die Sache damit gelöst?")
        petra.replies("Ja, danke.", to=asked)
        petra.hears("Ihre Anfrage #1 ist abgeschlossen.")
        assert town.ticket(1)["status"] == "closed"


def test_what_is_stored_goes_before_what_a_mail_declares_and_that_before_how_it_reads(
    tmp_path: Path, database_url: str
) -> None:
    french = {"Content-Language": "fr-CH"}
    with a_town(tmp_path, database_url, people=PEOPLE + DUTCH) as town:
        viola = town.person("vip@kunde.example")
        viola.writes("Facture", "Bonjour, je n'arrive plus à me connecter.", headers=french)
        assert language_of(viola.hears()) == "de"  # hers
        petra = town.person("petra@kunde.example")
        petra.writes("Rechnung", GERMAN, headers=french)
        assert language_of(petra.hears()) == "nl"  # her company's
        eve = town.person("eve@elsewhere.example")
        eve.writes("Rechnung", GERMAN, headers=french)
        assert language_of(eve.hears()) == "fr"
        assert town.ticket(3)["language"] == "fr-CH"


def test_what_a_colleague_passes_on_is_read_and_not_what_her_mail_program_declares(
    tmp_path: Path, database_url: str
) -> None:
    text = f"""---------- Forwarded message ---------
From: Petra Kunde <petra@elsewhere.example>
Date: Mon, 23 Nov 2026 at 08:12
Subject: Rechnung
To: <anna@example.com>

{GERMAN}
"""
    with a_town(tmp_path, database_url, more=BELIEVING) as town:
        anna = town.person("anna@example.com")
        anna.writes("Fwd: Rechnung", text, headers={"Content-Language": "en-GB"})
        anna.replies("ok", to=anna.hears(subject="Not sent:"))
        assert town.ticket(1)["language"] == "de"
