"""How mail programs tell of a reaction or a recall, in the languages of our users."""
# ruff: noqa: RUF001

import re

# "Petra Kunde reacted to your message:", as Outlook writes where reactions cannot be shown.
OUTLOOK = (
    r"reacted\s+to\s+your\s+(?:message|e-?mail)",
    r"hat\s+auf\s+(?:Ihre|deine)\s+(?:Nachricht|E-?Mail)\s+reagiert",
    r"a\s+r[ée]agi\s+[àa]\s+(?:votre|ton)\s+(?:message|e-?mail|courrier)",
    r"(?:ha\s+reaccionado|reaccion[óo])\s+a\s+(?:tu|su)\s+(?:mensaje|correo)",
    r"reagiu\s+[àa]o?\s+(?:sua|tua|seu|teu)\s+(?:mensagem|e-?mail)",
    r"ha\s+reagito\s+al(?:la)?\s+(?:tuo|tua|suo|sua)\s+(?:messaggio|e-?mail)",
    r"heeft\s+(?:gereageerd\s+op\s+(?:uw|je)\s+bericht|op\s+(?:uw|je)\s+bericht\s+gereageerd)",
    r"zareagował(?:a|\(-?a\))?\s+na\s+(?:Twoją|Twój|twoją)\s+(?:wiadomość|e-?mail)",
    r"отреагировал(?:а|\(-?а\))?\s+на\s+ваше\s+(?:сообщение|письмо)",
    r"(?:відреагува(?:в|ла)(?:\(-?ла\))?|реагує)\s+на\s+ваше\s+повідомлення",
    r"(?:zareagoval|reagoval)(?:a|\(-?a\))?\s+na\s+(?:vaši|vaša|vašu|tvoji)\s+(?:zprávu|správu)",
    r"reagerade\s+på\s+ditt\s+(?:meddelande|mejl)",
    r"(?:reagerede|har\s+reageret)\s+på\s+din\s+(?:meddelelse|besked|mail)",
    r"reagerte\s+på\s+(?:meldingen\s+din|din\s+melding)",
    r"reagoi\s+viestiisi",
    r"(?:iletinize|mesajınıza)\s+tepki\s+verdi",
    r"reagált\s+az\s+(?:Ön\s+)?üzenetére",
    r"a\s+reacționat\s+la\s+mesajul\s+(?:dvs\.?|tău)",
    r"αντέδρασε\s+στο\s+μήνυμ[άα]\s+σας",
    r"(?:さん)?[がは]あなたのメッセージに(?:反応|リアクション)しました",
    r"(?:对|對)(?:你|您)的(?:邮件|郵件|消息|訊息)(?:做出|作出)了?(?:反应|回应|反應|回應)",
    r"님이\s*(?:귀하의\s*|내\s*)?메시지에\s*(?:반응을?\s*(?:보냈습니다|표시했습니다)|반응했습니다)",
    r"تفاعل(?:ت)?\s+مع\s+رسالتك",
    r"הגיב(?:ה)?\s+להודעה\s+שלך",
)

# "Petra Kunde reacted via Gmail", the words beside Gmail's emoji.
GMAIL = (
    r"reacted\s+via",
    r"hat\s+über\s+Gmail\s+reagiert|hat\s+reagiert\s+über",
    r"a\s+réagi\s+(?:via|avec)",
    r"(?:ha\s+reaccionado|reaccionó)\s+(?:a\s+través\s+de|con|mediante|desde)",
    r"reagiu\s+(?:pelo|via|através\s+do|usando\s+o)",
    r"ha\s+reagito\s+(?:tramite|con|via)",
    r"heeft\s+(?:gereageerd\s+)?via",
    r"zareagował(?:a|\(-?a\))?\s+(?:przez|w|za\s+pomocą)",
    r"отреагировал(?:а|\(-?а\))?\s+(?:через|в)",
    r"reagerade\s+via|reagerede\s+via|reagerte\s+via",
)

# What a phone writes for a tapback: a verb, and the whole message in quotation marks.
TAPBACK = (
    r"Liked|Loved|Disliked|Laughed\s+at|Emphasi[sz]ed|Questioned",
    r"Reacted\s+\S{1,16}\s+(?:to|with)",
    r"Removed\s+(?:a|an)\s+(?:like|heart|dislike|laugh|exclamation|question\s+mark)\s+from",
    r"Gefällt(?:\s+mir)?:?|Geliebt:?|Gefällt\s+nicht:?|Gelacht\s+über|Betont:?|Hinterfragt:?",
    r"A\s+aimé|A\s+adoré|N['’]a\s+pas\s+aimé|A\s+ri\s+de|A\s+mis\s+en\s+évidence|A\s+souligné",
    r"Le\s+gustó|Le\s+encantó|No\s+le\s+gustó|Se\s+rio\s+de|Enfatizó|Cuestionó",
    r"Curtiu|Amou|Não\s+curtiu|Riu\s+de|Enfatizou|Questionou",
    r"Piace|Ha\s+adorato|Non\s+piace|Ha\s+riso\s+per|Ha\s+enfatizzato",
)

# 'Petra Kunde would like to recall the message, "Order 17".' The subject stands in quotes.
RECALL = (
    r"would\s+like\s+to\s+recall\s+the\s+(?:message|e-?mail)",
    r"(?:möchte|würde\s+gern)[^\n]{0,20}\s+die\s+(?:Nachricht|E-?Mail)[^\n]{1,250}zurückrufen",
    r"(?:souhaite(?:rait)?|voudrait|désire)\s+rappeler\s+le\s+(?:message|courrier)",
    r"(?:desea|quiere|quisiera|desearía)\s+(?:recuperar|anular|retirar)\s+el\s+(?:mensaje|correo)",
    r"(?:gostaria\s+de|deseja|quer)\s+(?:cancelar|recuperar|anular|recolher)\s+a\s+mensagem",
    r"(?:desidera|vorrebbe|vuole)\s+(?:richiamare|annullare|ritirare)\s+il\s+messaggio",
    r"(?:wil|zou)[^\n]{0,20}\s+het\s+bericht[^\n]{1,250}intrekken",
    r"(?:chce|chciał(?:a|\(a\))?by)\s+(?:odwołać|wycofać)\s+wiadomość",
    r"(?:хочет|хотел(?:а|\(-?а\))?\s+бы|желает)\s+отозвать\s+(?:сообщение|письмо)|отзывает\s+сообщение",
    r"(?:хоче|хотів\s+би|бажає)\s+відкликати\s+(?:повідомлення|лист)",
    r"(?:chce|by\s+chtěl(?:a|\(a\))?|si\s+přeje|žádá\s+o)\s+(?:odvolat|stáhnout|odvolání)\s+zpráv[uy]",
    r"(?:vill|önskar)\s+återkalla\s+(?:meddelandet|brevet)",
    r"(?:vil\s+gerne|ønsker\s+at)\s+tilbagekalde\s+(?:meddelelsen|mailen)",
    r"(?:vil\s+gjerne|ønsker\s+å)\s+tilbakekalle\s+(?:meldingen|e-posten)",
    r"(?:haluaa|haluaisi)\s+(?:peruuttaa|kutsua\s+takaisin|palauttaa)\s+viestin",
    r"(?:iletisini|iletiyi|mesajını)\s+geri\s+(?:çağırmak|almak)\s+istiyor",
    r"(?:vissza\s+szeretné\s+hívni|visszahívná)[^\n]{1,250}üzenetet",
    r"メッセージ[^\n]{0,250}(?:取り消し|取り消そう|リコール)",
    r"(?:想要?|希望|要|将|將)(?:撤回|收回|召回)(?:此|以下)?(?:邮件|郵件|訊息|消息)",
    r"메시지[^\n]{0,250}(?:회수|취소)하려고",
)

NAME = r"[^\n:：]{1,80}?"
QUOTED = r"[\"“”„«»‹›『「]\s*(?P<quoted>[^\n]{0,500}?)\s*[\"“”‟«»‹›』」]"


def any_of(phrases: tuple[str, ...]) -> str:
    """One pattern for all of them."""
    return f"(?:{'|'.join(phrases)})"


OUTLOOK_REACTION = re.compile(rf"{NAME}[\s,]*{any_of(OUTLOOK)}\s*[:：.!]?", re.IGNORECASE)
GMAIL_REACTION = re.compile(rf"{NAME}\s+{any_of(GMAIL)}.{{0,20}}Gmail.{{0,60}}", re.IGNORECASE)
GMAIL_GERMAN = re.compile(rf"{NAME}\s+hat\s+über\s+Gmail\s+reagiert\b.{{0,60}}", re.IGNORECASE)
TAPBACK_LINE = re.compile(rf"{any_of(TAPBACK)}\s+{QUOTED}")
RECALL_WISH = re.compile(any_of(RECALL), re.IGNORECASE)
IN_QUOTES = re.compile(QUOTED)
