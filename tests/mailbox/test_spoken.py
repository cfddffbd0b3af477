# ruff: noqa: RUF001
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.spoken import SAMPLE, guess
from postdesk.mailbox.spoken_words import WORDS

MAILS = [
    ("en", "Hello, I cannot log in since this morning. Could you please reset my password?"),
    ("en", "The parcel arrived, but the box was open and two of the cups are broken."),
    ("en", "hi, we still need the invoice for october. thanks"),
    ("en", "It doesn't print. I've tried another cable and it's the same."),
    ("de", "Guten Tag, meine Rechnung vom Oktober ist doppelt. Bitte prüfen Sie das."),
    (
        "de",
        "Seit heute früh kann ich mich nicht mehr anmelden, das Kennwort wird nicht angenommen.",
    ),
    ("de", "hallo, koennt ihr mir bitte die rechnung noch einmal schicken? danke"),
    ("de", "Der Drucker im zweiten Stock druckt nur noch leere Seiten."),
    ("fr", "Bonjour, je n'arrive plus à me connecter depuis ce matin. Merci de votre aide."),
    ("fr", "Le colis est arrivé, mais deux des tasses sont cassées."),
    ("fr", "bonjour, pouvez vous m'envoyer la facture d'octobre svp ? merci"),
    ("fr", "J’ai été débité deux fois pour la même commande. Que faire ?"),
    ("es", "Buenos días, no puedo entrar en mi cuenta desde ayer. ¿Me pueden ayudar?"),
    ("es", "El paquete ha llegado, pero dos de las tazas están rotas."),
    ("es", "hola, todavia no tengo la factura de octubre. gracias"),
    ("pt", "Bom dia, não consigo entrar na minha conta desde ontem. Podem ajudar?"),
    ("pt", "A encomenda chegou, mas duas das canecas estão partidas."),
    ("pt", "ola, ainda nao recebi a fatura de outubro. obrigado"),
    ("it", "Buongiorno, da ieri non riesco più ad accedere al mio account."),
    ("it", "Il pacco è arrivato, ma due delle tazze sono rotte."),
    ("it", "Salve, potete mandarmi la fattura di ottobre? Grazie e cordiali saluti"),
    ("nl", "Goedemorgen, ik kan sinds gisteren niet meer inloggen. Kunt u mij helpen?"),
    ("nl", "Het pakket is aangekomen, maar twee van de kopjes zijn kapot."),
    ("nl", "hallo, zou u mij de factuur van oktober nog eens kunnen sturen? bedankt"),
    ("pl", "Dzień dobry, od wczoraj nie mogę się zalogować. Proszę o pomoc."),
    ("pl", "Paczka dotarła, ale dwie filiżanki są rozbite. Co mam teraz zrobić?"),
    (
        "pl",
        "witam, czy moglbym prosic o fakture za pazdziernik? nie dostalem jej jeszcze. dziekuje",
    ),
    ("ja", "お世話になっております。昨日からログインできません。ご確認をお願いいたします。"),
    ("ja", "荷物は届きましたが、カップが二つ割れていました。"),
    ("ja", "Invoice 2026-118 の件です。二重に請求されています。"),
    ("ar", "السلام عليكم، لا أستطيع الدخول إلى حسابي منذ أمس. هل يمكنكم مساعدتي؟"),
    ("ar", "وصل الطرد ولكن اثنين من الأكواب مكسوران. ما الحل؟ شكرا لكم على المساعدة"),
    ("sv", "Hej, jag kan inte logga in sedan i går. Kan ni hjälpa mig?"),
    ("sv", "Paketet har kommit men två av kopparna är trasiga."),
    (
        "da",
        "Hej, jeg har ikke modtaget fakturaen for oktober. Kan I sende noget? Tak og venlig hilsen",
    ),
    ("nb", "Hei, jeg har ikke mottatt fakturaen. Kan dere sende den på nytt? Takk"),
    ("cs", "Dobrý den, od včerejška se nemohu přihlásit. Můžete mi prosím pomoci?"),
    ("ca", "Bon dia, no puc entrar al meu compte des d'ahir. Em podeu ajudar amb això?"),
    (
        "tr",
        "Merhaba, dünden beri hesabıma giremiyorum. Bana yardım eder misiniz? Çok teşekkür ederim",
    ),
    ("ru", "Здравствуйте, со вчерашнего дня я не могу войти. Помогите, пожалуйста."),
    ("uk", "Добрий день, я не можу увійти до свого кабінету. Допоможіть, будь ласка."),
    ("bg", "Здравейте, не мога да вляза в профила си от вчера. Моля, помогнете ми."),
    ("fa", "سلام، من از دیروز نمی توانم وارد حساب شوم. لطفا کمک کنید. ممنون"),
    ("zh", "您好，我从昨天起就不能登录了，请帮我看一下。"),
    ("zh", "包裹到了，但是有兩個杯子是破的，請問怎麼辦？謝謝你們。"),
    ("ko", "안녕하세요, 어제부터 로그인이 안 됩니다. 확인 부탁드립니다."),
]

UNCLEAR = [
    "",
    " \n ",
    "Thanks, works",
    "Danke, geht wieder",
    "ok",
    "Petra Kunde",
    "Invoice 2026-118",
    "1042 4711 0815",
    "https://shop.example/orders/4711?lang=de",
    "田中",
    "株式会社東京商事御中",  # a name; it could be Chinese as well
    "Bună ziua, am primit factura, dar nu pot să deschid fișierul atașat.",
    "Hei, sain laskun, mutta en voi avata liitettä. Voisitteko auttaa?",
    "Kedves Ügyfélszolgálat! Nem tudom megnyitni a csatolt számlát.",
    "Selamat pagi, saya tidak bisa membuka faktur yang Anda kirim.",
    # Two languages at once.
    "Guten Tag, die Anlage ist leer. Bitte noch einmal. Hello, the file is empty. Please send it.",
    "お世話になっております。Hello, the file is empty, please send it once more to all of us.",
    "안녕하세요 ありがとうございます",
]


@pytest.mark.parametrize(("language", "mail"), MAILS)
def test_a_short_mail_is_known_by_its_words_or_its_script(language: str, mail: str) -> None:
    assert guess(mail) == language


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_not_clear_is_not_guessed(text: str) -> None:
    assert guess(text) == ""


def test_every_language_is_tried() -> None:
    assert {language for language, _ in MAILS} == {*WORDS, "ja", "ko", "zh"}


def test_names_from_elsewhere_do_not_change_the_language() -> None:
    assert guess("Hello, this is 田中 from 東京商事. I have a question about the invoice.") == "en"


@pytest.mark.parametrize("language", WORDS)
def test_each_word_stands_once_in_its_language(language: str) -> None:
    words = WORDS[language].split()
    assert len(words) == len(set(words)) and WORDS[language].lower() == WORDS[language]


@given(st.text())
def test_whatever_is_written_something_is_said(text: str) -> None:
    assert guess(text) in {"", *WORDS, "ja", "ko", "zh"}


@given(st.text(min_size=SAMPLE, max_size=SAMPLE + 20), st.text())
def test_only_the_beginning_is_read(beginning: str, more: str) -> None:
    """So a longer mail costs no more."""
    assert guess(beginning + more) == guess(beginning)


@given(st.lists(st.sampled_from(MAILS), min_size=2, max_size=2, unique=True))
def test_a_mail_is_never_taken_for_a_third_language(mails: list[tuple[str, str]]) -> None:
    (one, first), (other, second) = mails
    assert guess(f"{first} {second}") in ("", one, other)
