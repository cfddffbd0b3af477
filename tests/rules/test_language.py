import pytest
from made_up import mail

from postdesk.rules.language import language_of, language_tag
from postdesk.rules.people import Customer, Organisation, People

LETTERS = ("de", "en", "pt")
GERMAN = "Guten Tag, meine Rechnung ist doppelt. Bitte prüfen Sie das."
POLISH = "Dzień dobry, od wczoraj nie mogę się zalogować. Proszę o pomoc."


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("de", "de"),
        ("DE-at", "de-AT"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("german", ""),
        ("de, en", ""),  # a mail may declare several; then none is known
        ("de_AT", ""),
        ("", ""),
    ],
)
def test_a_tag_has_its_usual_letter_case(text: str, tag: str) -> None:
    assert language_tag(text) == tag


@pytest.mark.parametrize(
    ("declared", "text", "desk", "found"),
    [
        ("", "Thanks, works", "en", "en"),  # nothing is known
        ("", "Thanks, works", "pt-BR", "pt-BR"),
        ("", GERMAN, "en", "de"),
        ("", GERMAN, "de-AT", "de-AT"),  # the desk speaks its kind of it
        ("", POLISH, "en", "en"),  # there are no letters in it
        ("", POLISH, "de", "de"),
        ("de-CH", "Thanks, works", "en", "de-CH"),
        (" PT-br ", "Thanks, works", "en", "pt-BR"),
        ("de", "Hello, I cannot log in since this morning.", "en", "de"),
        ("pl", GERMAN, "en", "de"),  # what is declared is of no use
        ("de, en", GERMAN, "en", "de"),
        ("nonsense \x00", "Thanks, works", "en", "en"),
    ],
)
def test_where_nothing_is_stored_the_mail_tells(
    declared: str, text: str, desk: str, found: str
) -> None:
    headers = (("content-language", declared),) if declared else ()
    assert language_of(mail(text, headers=headers), People(), desk, LETTERS) == found


@pytest.mark.parametrize(
    ("customer", "organisation", "found"),
    [("fr", "nl", "fr"), ("", "nl", "nl"), ("", "", "de"), ("fr", "", "fr")],
)
def test_what_is_stored_goes_before_what_is_read(
    customer: str, organisation: str, found: str
) -> None:
    petra = Customer("petra@kunde.example", language=customer)
    house = Organisation("kunde.example", language=organisation)
    people = People(customers={petra.address: petra}, organisations={house.domain: house})
    assert language_of(mail(GERMAN), people, "en", LETTERS) == found
