"""How mail clients introduce the letters they quote, in the languages of our users."""
# ruff: noqa: RUF001

import re

# Verbs of the line above a quote ("Anna wrote:"), without their objects.
WROTE = (
    r"wrote|writes",  # English
    r"schrieb|schreibt|geschrieben",  # German
    r"a\s+[ée]crit|[ée]crit",  # French
    r"escribi[óo]|ha\s+escrito|escribe",  # Spanish
    r"escreveu|escreve",  # Portuguese
    r"ha\s+scritto|scrisse|scrive",  # Italian
    r"schreef|geschreven|schrijft",  # Dutch
    r"napisa[łl]\(?a?\)?|napisał\(-a\)|pisze|nadesłał\(?a?\)?",  # Polish
    r"написала?|писала?|пишет|написал\(а\)",  # Russian
    r"написав|написала|пише|писав",  # Ukrainian
    r"napsal\(?a?\)?|píše|napísal\(?a?\)?",  # Czech, Slovak
    r"skrev|skriver",  # Swedish, Danish, Norwegian
    r"kirjoitti",  # Finnish
    r"yazdı|yazmış|yazmıştır",  # Turkish
    r"írta|írja",  # Hungarian
    r"a\s+scris|scrie",  # Romanian
    r"έγραψε|написа|pisao\s+je|je\s+napisao(?:/la)?|napisal\(a\)|đã\s+viết|menulis",
    r"のメール|が書きました|は書きました|さんは書きました|のメッセージ",  # Japanese
    r"写道|寫道|写到|寫到|撰写",  # Chinese
    r"작성|쓴\s*글|썼습니다|쓰셨습니다|썼음|보낸\s*메일",  # Korean
    r"كتب|كتبت|تكتب|كتابة\s+ما\s+يلي|يكتب",  # Arabic
    r"כתב|כתבה|כותב|מאת|כתב/ה",  # Hebrew
)
VERB = re.compile("|".join(WROTE), re.IGNORECASE)

# First words of that line. What is wrapped over several lines is joined back to one of these.
OPENER = re.compile(
    r"""
    (?:
      On\s | Am\s | Den\s | Op\s | Le\s | El\s | Il\s | Em\s | No\s+dia | Dne | Dňa | Dnia
    | W\s+dniu | În\s | Pe\s | Data\s | Στις | Vào\s | Pada\s
    | في\s | بتاريخ | ב-?\s?\d | בתאריך
    | (?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s                     # English days
    | (?:mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)[a-z]{0,8}[.,]?\s+\d      # German, Dutch
    | (?:пн|вт|ср|чт|пт|сб|вс|нд)[,.]?\s                               # Russian, Ukrainian
    | (?:po|út|st|čt|pá|so|ne)\s+\d                                    # Czech
    | (?:pon|wt|śr|czw|pt|sob|niedz)[^\s]{0,9}[,.]?\s                  # Polish
    | (?:man|tir|tor|lør|søn|mån|tis|ons|tors|fre|lör|sön)[a-zåäö]{0,5}[.,]?\s
    | (?:ma|ti|ke|to|pe|la|su)\s+\d                                    # Finnish
    | \d{1,2}[./]\s?(?:\d{1,2}[./]|[^\W\d]) | \d{1,2}\s+[^\W\d]{3,12}\.?,?\s+\d{4}
    | \d{4}[-/.年년]
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Writers who speak of themselves do not introduce a quote.
OWN_WORDS = re.compile(
    r"\b(?:I|we|you|they|ich|wir|je|j|nous|vous|yo|nosotros|eu|nós|io|noi|ik|wij|я|мы|ми|jag|vi|jeg)\b",
)

# Header keys above an answered mail, by role; a block belongs to one language.
HEADER_KEYS: dict[str, dict[str, str]] = {
    "en": {
        "from": "from",
        "date": "sent|date|sent at|received",
        "to": "to",
        "copy": "cc|bcc",
        "subject": "subject",
        "other": "reply-to|importance|attachments|priority",
    },
    "de": {
        "from": "von",
        "date": "gesendet|datum|gesendet am",
        "to": "an",
        "copy": "cc|kopie|bcc",
        "subject": "betreff",
        "other": "antwort an|priorität|wichtigkeit|anlagen|antwort-an",
    },
    "fr": {
        "from": "de|expéditeur",
        "date": "envoyé|envoyé le|date|envoyé à",
        "to": "à|a|pour|destinataire",
        "copy": "cc|copie|copie à",
        "subject": "objet|sujet",
        "other": "répondre à|importance|pièces jointes",
    },
    "es": {
        "from": "de|desde",
        "date": "enviado|enviado el|fecha|enviado a",
        "to": "para|a",
        "copy": "cc|cco",
        "subject": "asunto",
        "other": "responder a|importancia",
    },
    "pt": {
        "from": "de",
        "date": "enviado|enviada|enviado em|enviada em|data",
        "to": "para",
        "copy": "cc",
        "subject": "assunto",
        "other": "responder a|importância|responder para",
    },
    "it": {
        "from": "da",
        "date": "inviato|data|inviato il",
        "to": "a",
        "copy": "cc|ccn",
        "subject": "oggetto",
        "other": "rispondi a|priorità",
    },
    "nl": {
        "from": "van",
        "date": "verzonden|datum|verstuurd",
        "to": "aan",
        "copy": "cc|kopie",
        "subject": "onderwerp",
        "other": "antwoord aan|urgentie",
    },
    "pl": {
        "from": "od|nadawca",
        "date": "wysłano|data|wysłane",
        "to": "do",
        "copy": "dw|cc|kopia",
        "subject": "temat",
        "other": "odpowiedz do|ważność",
    },
    "ru": {
        "from": "от|от кого",
        "date": "отправлено|дата|послано",
        "to": "кому",
        "copy": "копия|cc",
        "subject": "тема",
        "other": "важность",
    },
    "uk": {
        "from": "від|від кого",
        "date": "надіслано|дата|відправлено",
        "to": "кому|до",
        "copy": "копія|cc",
        "subject": "тема",
    },
    "cs": {
        "from": "od",
        "date": "odesláno|datum|odoslané|dátum",
        "to": "komu|pro",
        "copy": "kopie|kópia|cc",
        "subject": "předmět|predmet",
    },
    "sv": {
        "from": "från",
        "date": "skickat|datum|skickades",
        "to": "till",
        "copy": "kopia|cc",
        "subject": "ämne",
    },
    "da": {
        "from": "fra",
        "date": "sendt|dato",
        "to": "til",
        "copy": "cc|kopi",
        "subject": "emne",
    },
    "fi": {
        "from": "lähettäjä|keneltä",
        "date": "lähetetty|päivämäärä|päiväys|pvm",
        "to": "vastaanottaja|kenelle",
        "copy": "kopio|cc",
        "subject": "aihe",
    },
    "tr": {
        "from": "kimden|gönderen",
        "date": "gönderildi|gönderme tarihi|tarih|gönderilme tarihi",
        "to": "kime|alıcı",
        "copy": "bilgi|cc",
        "subject": "konu",
    },
    "hu": {
        "from": "feladó",
        "date": "elküldve|dátum|küldve",
        "to": "címzett",
        "copy": "másolatot kap|másolat|cc",
        "subject": "tárgy",
    },
    "ro": {
        "from": "de la|expeditor",
        "date": "trimis|data|trimis la",
        "to": "către|catre",
        "copy": "cc",
        "subject": "subiect",
    },
    "el": {
        "from": "από",
        "date": "στάλθηκε|ημερομηνία|αποστολή",
        "to": "προς",
        "copy": "κοιν.|κοιν|cc",
        "subject": "θέμα",
    },
    "ja": {
        "from": "差出人|送信者|from",
        "date": "送信日時|日付|日時|送信|date|sent",
        "to": "宛先|to",
        "copy": "cc|写し",
        "subject": "件名|subject",
    },
    "zh": {
        "from": "发件人|寄件者|發件人|寄件人|发送人|自",
        "date": "发送时间|日期|傳送時間|寄件日期|时间|發送時間|已傳送|发送日期|已发送",
        "to": "收件人|收件者|至",
        "copy": "抄送|副本|抄送人",
        "subject": "主题|主旨|主題",
    },
    "ko": {
        "from": "보낸 사람|보낸사람|발신|발신인",
        "date": "보낸 날짜|날짜|보낸날짜|발신 날짜|보냄|전송",
        "to": "받는 사람|받는사람|수신|받는이",
        "copy": "참조|cc",
        "subject": "제목",
    },
    "ar": {
        "from": "من",
        "date": "تم الإرسال|تاريخ الإرسال|التاريخ|تاريخ|أرسلت|مرسل",
        "to": "إلى|الى",
        "copy": "نسخة|نسخة إلى",
        "subject": "الموضوع|موضوع",
    },
    "he": {
        "from": "מאת|‏מאת",
        "date": "נשלח|תאריך|נשלחה",
        "to": "אל|לכבוד",
        "copy": "עותק|העתק",
        "subject": "נושא",
    },
}


def _roles() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for language, keys in HEADER_KEYS.items():
        for role, names in keys.items():
            for name in names.split("|"):
                found.setdefault(name, []).append((language, role))
    return {name: tuple(pairs) for name, pairs in found.items()}


# "betreff" -> (("de", "subject"),)
ROLES = _roles()
# Headers that only the raw source of a mail shows: who pastes those shows them on purpose.
RAW_HEADER = re.compile(
    r"(?:return-path|received|message-id|mime-version|dkim-signature|content-type|delivered-to)\s*:",
    re.IGNORECASE,
)

ORIGINAL = re.compile(
    r"""
      original\s+(?:message|appointment|e-?mail) | reply\s+message | replied\s+message
    | urspr(?:ü|ue)ngliche\s+(?:nachricht|e-?mail|mail) | original-?nachricht
    | originalnachricht | antwort\s+nachricht
    | message\s+d'origine | message\s+d’origine | message\s+original | message\s+initial
    | mensaje\s+original | mensagem\s+original | messaggio\s+originale | messaggio\s+orig
    | oorspronkelijk(?:e)?\s+bericht | origineel\s+bericht
    | (?:wiadomość|wiadomosc)\s+oryginalna | oryginalna\s+wiadomość | pierwotna\s+wiadomość
    | исходное\s+сообщение | оригинальное\s+сообщение
    | первоначальное\s+сообщение | вихідне\s+повідомлення | оригінальне\s+повідомлення
    | původní\s+(?:zpráva|e-mail) | pôvodná\s+správa
    | ursprungligt\s+meddelande | ursprungsmeddelande | originalmeddelande
    | oprindelig\s+(?:meddelelse|besked|mail) | opprinnelig\s+melding
    | alkuperäinen\s+viesti | orijinal\s+(?:mesaj|ileti) | özgün\s+ileti | asıl\s+ileti
    | eredeti\s+(?:üzenet|levél) | mesajul?\s+original | mesaj\s+original | αρχικό\s+μήνυμα
    | 元のメッセージ | オリジナルメッセージ | 元のメール | original\s*のメッセージ
    | 原始邮件 | 原始郵件 | 原邮件 | 回复的原邮件 | 原始信件 | 原郵件
    | 원본\s*메시지 | 원본\s*메일 | 원본메세지
    | الرسالة\s+الأصلية | رسالة\s+أصلية | הודעה\s+מקורית | ההודעה\s+המקורית
    """,
    re.VERBOSE | re.IGNORECASE,
)
FORWARDED = re.compile(
    r"""
      forwarded\s+(?:message|by|mail|e-?mail) | begin\s+forwarded\s+message
    | weitergeleitete\s+(?:nachricht|e-?mail|mail) | anfang\s+der\s+weitergeleiteten
    | message\s+(?:transféré|transmis|réexpédié) | début\s+du\s+message\s+(?:transféré|réexpédié)
    | mensaje\s+reenviado | inicio\s+del\s+mensaje\s+reenviado
    | mensagem\s+(?:encaminhada|reencaminhada) | início\s+da\s+mensagem
    | messaggio\s+inoltrato | inizio\s+messaggio\s+inoltrato
    | doorgestuurd\s+bericht | begin\s+doorgestuurd
    | (?:wiadomość\s+przekazana|przekazana\s+wiadomość|przesłana\s+wiadomość)
    | początek\s+przekazywanej | пересланное\s+(?:сообщение|письмо)
    | пересылаемое\s+(?:письмо|сообщение)
    | начало\s+переадресованного | начало\s+пересылаемого | переадресоване
    | переслане\s+повідомлення | пересланий\s+лист | přeposlaná\s+zpráva | přeposlan(?:ý|á)
    | začátek\s+přeposílané
    | preposlaná\s+správa | vidarebefordrat\s+(?:meddelande|brev) | vidarebefordrat\s+mejl
    | videresendt\s+(?:meddelelse|besked|mail|melding|e-post) | start\s+på\s+videresendt
    | edelleen\s*lähetetty | välitetty\s+viesti | edelleenlähetetty
    | iletilen\s+(?:mesaj|ileti|posta) | yönlendirilen\s+ileti | iletilmiş
    | továbbított\s+(?:üzenet|levél) | mesaj\s+(?:redirecționat|redirectionat|transmis)
    | προωθημένο\s+μήνυμα | 転送(?:された)?メッセージ | 転送メール
    | 转发的?邮件 | 轉寄的?郵件 | 转发(?:的)?(?:邮件|消息|信息) | 轉寄郵件 | 已转发的邮件
    | 전달된\s*(?:메시지|메일|편지) | 전달\s*메시지
    | رسالة\s+(?:معاد\s+توجيهها|مُعاد|معاد|تمت\s+إعادة\s+توجيهها) | الرسالة\s+المُعاد
    | הודעה\s+שהועברה | הודעה\s+מועברת
    """,
    re.VERBOSE | re.IGNORECASE,
)
# "Fwd:" and its kin at the head of a subject. "VS" is left out: a Dane forwards, a Finn answers.
FORWARD_SUBJECT = re.compile(
    r"""
    \s*
    (?:fwd? | wg | tr | rv | enc | i | doorst | pd | vb | vl | ilt | továbbítás | fs
      | 转发 | 轉寄 | 転送 | 전달 | הועבר | إعادة\s+توجيه)
    \s*[:：]
    """,
    re.VERBOSE | re.IGNORECASE,
)
