"""What customers answer with, in ten languages; each entry is a whole message."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Said = Literal["yes", "no", "status", "reopen", "close", "stop", "help", "my tickets"]

# Language -> what is meant -> the words that mean it, parted by "|".
TABLE: Mapping[str, Mapping[Said, str]] = MappingProxyType(
    {
        "en": {
            "yes": "yes|yep|yeah|yes please|yes it is|yes it does|yes thanks|yes thank you",
            "no": "no|nope|no it isn't|no it doesn't|no not yet|not yet|no sorry",
            "status": "status|status please|my status",
            "reopen": "reopen|re-open|open again|please reopen|reopen please",
            "close": "close|close it|please close|close please|close this",
            "stop": "stop|stop please|please stop|unsubscribe|stop mails|stop emails",
            "help": "help|help me|help please",
            "my tickets": "my tickets|tickets|my requests",
        },
        "de": {
            "yes": "ja|jawohl|jo|ja bitte|ja danke|ja vielen dank|ja ist es",
            "no": "nein|nee|ne|nein danke|nein leider nicht|leider nein|noch nicht|nein noch nicht",
            "status": "status|stand|status bitte|aktueller stand",
            "reopen": "wieder öffnen|wiedereröffnen|neu öffnen|bitte wieder öffnen|öffnen",
            "close": "schließen|bitte schließen|zumachen|abschließen",
            "stop": "stopp|stop|halt|abbestellen|bitte stoppen",
            "help": "hilfe|hilfe bitte|bitte hilfe",
            "my tickets": "meine tickets|meine anfragen|meine fälle",
        },
        "fr": {
            "yes": "oui|ouais|oui merci|oui svp|oui c'est bon",
            "no": "non|non merci|non pas encore|pas encore|non désolé",
            "status": "statut|état|où en est-on|statut svp",
            "reopen": "rouvrir|réouvrir|rouvrir svp",
            "close": "fermer|clore|clôturer|fermer svp",
            "stop": "stop|arrêter|arrêt|désabonner|se désabonner",
            "help": "aide|aide svp|aidez-moi|à l'aide",
            "my tickets": "mes tickets|mes demandes",
        },
        "es": {
            "yes": "sí|si|sí gracias|sí por favor|sí muchas gracias|claro",
            "no": "no|no gracias|todavía no|aún no|no todavía no|no aún no",
            "status": "estado|estado por favor",
            "reopen": "reabrir|volver a abrir|reabrir por favor",
            "close": "cerrar|cerrar por favor|ciérralo|ciérrelo",
            "stop": "parar|alto|stop|basta|darse de baja",
            "help": "ayuda|ayuda por favor|ayúdame",
            "my tickets": "mis tickets|mis solicitudes|mis casos",
        },
        "pt": {
            "yes": "sim|sim obrigado|sim obrigada|sim por favor",
            "no": "não|nao|não obrigado|não obrigada|ainda não|não ainda não",
            "status": "estado|status|situação|estado por favor",
            "reopen": "reabrir|abrir novamente|abrir de novo|reabrir por favor",
            "close": "fechar|encerrar|fechar por favor",
            "stop": "parar|pare|stop|cancelar inscrição",
            "help": "ajuda|ajuda por favor|ajude-me",
            "my tickets": "meus tickets|os meus tickets|meus pedidos|os meus pedidos",
        },
        "it": {
            "yes": "sì|si|sì grazie|sì per favore|certo",
            "no": "no|no grazie|non ancora|no non ancora",
            "status": "stato|stato per favore",
            "reopen": "riaprire|riapri|riaprire per favore",
            "close": "chiudere|chiudi|chiudere per favore",
            "stop": "stop|basta|fermare|disiscrivimi|annulla iscrizione",
            "help": "aiuto|aiuto per favore",
            "my tickets": "i miei ticket|miei ticket|le mie richieste",
        },
        "nl": {
            "yes": "ja|jawel|ja bedankt|ja graag|ja dank u|ja dank je",
            "no": "nee|neen|nee bedankt|nog niet|nee nog niet|helaas niet",
            "status": "status|stand van zaken|status graag",
            "reopen": "heropenen|opnieuw openen|weer openen",
            "close": "sluiten|afsluiten|graag sluiten",
            "stop": "stop|stoppen|afmelden|uitschrijven",
            "help": "help|hulp|hulp graag",
            "my tickets": "mijn tickets|mijn aanvragen|mijn meldingen",
        },
        "pl": {
            "yes": "tak|tak dziękuję|tak dzięki|tak proszę|tak poproszę",
            "no": "nie|nie dziękuję|jeszcze nie|nie jeszcze nie|niestety nie",
            "status": "status|stan|status proszę",
            "reopen": "otwórz ponownie|otworzyć ponownie|wznów|wznowić|proszę otworzyć",
            "close": "zamknij|zamknąć|proszę zamknąć",
            "stop": "stop|zatrzymaj|wypisz|wypisz mnie",
            "help": "pomoc|pomocy|proszę o pomoc",
            "my tickets": "moje zgłoszenia|moje tickety|moje sprawy",
        },
        "ja": {
            "yes": "はい|はいそうです|ええ|解決しました|はい解決しました|はいありがとうございます",
            "no": "いいえ|いえ|まだです|いいえまだです|解決していません|解決しません",
            "status": "状況|ステータス|状況確認",
            "reopen": "再開|再オープン|再開してください|再開希望",
            "close": "クローズ|終了|完了|終了してください|クローズしてください",
            "stop": "停止|配信停止|ストップ|停止してください",
            "help": "ヘルプ|助けて|使い方",
            "my tickets": "マイチケット|私のチケット|チケット一覧",
        },
        "ar": {
            "yes": "نعم|نعم شكرا|اجل|ايوه",
            "no": "لا|لا شكرا|ليس بعد|لا ليس بعد|كلا",
            "status": "الحالة|حالة|حالة الطلب",
            "reopen": "إعادة فتح|اعادة الفتح|افتح مجددا",
            "close": "إغلاق|اغلق|أغلق التذكرة",
            "stop": "إيقاف|توقف|إلغاء الاشتراك",
            "help": "مساعدة|المساعدة|ساعدني",
            "my tickets": "تذاكري|طلباتي",
        },
    }
)
# Says yes to some of its speakers and no to others: it is asked again, never guessed.
TORN: Mapping[str, frozenset[str]] = MappingProxyType({"pl": frozenset({"no"})})

# "4 stars"
STARS = (
    "star|stars|stern|sterne|sternen|étoile|étoiles|estrella|estrellas|estrela|estrelas|stella"
    "|stelle|ster|sterren|gwiazdka|gwiazdki|gwiazdek|つ星|点|نجوم|نجمة|نجمتان"
    "|point|points|punkt|punkte|punkty|punti|puntos|pontos|punten"
)
THANKS = (
    "thanks|thank you|many thanks|thx|ty|thanks a lot|thank you very much|thank you so much"
    "|thanks so much|thanks again|great thanks|perfect thanks|ok thanks|okay thanks|cheers"
    "|danke|danke schön|dankeschön|vielen dank|herzlichen dank|besten dank|danke sehr|dank"
    "|super danke|ok danke|perfekt danke|danke dir|danke ihnen|ich danke ihnen|merci vielmals"
    "|merci|merci beaucoup|un grand merci|merci bien|mille mercis|merci à vous|parfait merci"
    "|gracias|muchas gracias|mil gracias|muchísimas gracias|gracias a usted|perfecto gracias"
    "|obrigado|obrigada|muito obrigado|muito obrigada|obrigadão|valeu|perfeito obrigado"
    "|grazie|grazie mille|mille grazie|molte grazie|tante grazie|grazie tante|perfetto grazie"
    "|bedankt|dank u|dank je|dank u wel|dankjewel|dank je wel|hartelijk dank|heel erg bedankt"
    "|dziękuję|dzięki|dziękuję bardzo|bardzo dziękuję|dziękujemy|wielkie dzięki|dzięki wielkie"
    "|ありがとう|ありがとうございます|ありがとうございました|どうもありがとう"
    "|どうもありがとうございます|どうもありがとうございました|感謝します|助かりました"
    "|شكرا|شكرا جزيلا|شكرا لك|شكرا لكم|جزيل الشكر|الف شكر|شكرا كثيرا"
)
