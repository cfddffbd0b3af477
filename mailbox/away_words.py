"""How out-of-office notes read, in the languages of our users."""
# ruff: noqa: RUF001

import re

# Asked of small letters: that way a place where no branch can begin is passed over at once.
AWAY = re.compile(
    r"""
    \b(?:
      out\s+of\s+(?:the\s+)?office | auto(?:matic|mated)?[\s-]*(?:reply|response) | autoreply
    | i(?:\s+am|['’]m)\s+(?:currently\s+|now\s+)?
      (?:away|on\s+(?:annual\s+|parental\s+)?(?:leave|holiday|vacation))
    | (?:limited|no)\s+access\s+to\s+(?:my\s+)?e-?mail
    | abwesenheits(?:notiz|meldung|nachricht|assistent|benachrichtigung)
    | (?:bin|befinde\s+mich)\s .{0,40}
      \b(?:nicht\s+(?:im\s+büro|im\s+haus|erreichbar)|abwesend|im\s+urlaub|außer\s+haus)
    | automatische\s+(?:antwort|rückantwort)
    | absen(?:ce|te?)\s+du\s+bureau | réponse\s+automatique | message\s+automatique
    | (?:je\s+suis|serai)\s+(?:actuellement\s+)?(?:absente?|en\s+congés?|en\s+vacances)
    | respuesta\s+automática | fuera\s+de\s+(?:la\s+)?oficina
    | (?:estoy|estaré)\s+(?:de\s+vacaciones|ausente)
    | resposta\s+automática | fora\s+do\s+escritório | ausência\s+temporária
    | (?:estou|estarei)\s+(?:de\s+férias|ausente)
    | risposta\s+automatica | fuori\s+(?:sede|ufficio) | (?:sono|sarò)\s+(?:in\s+ferie|assente)
    | automatisch\s+antwoord | afwezigheids(?:bericht|melding) | afwezig\s+wegens
    | (?:ben|momenteel)\s .{0,30}\b(?:afwezig|met\s+vakantie|op\s+vakantie|niet\s+op\s+kantoor)
    | odpowiedź\s+automatyczna | automatyczna\s+odpowiedź | poza\s+biurem
    | (?:jestem|przebywam)\s+na\s+urlopie
    | автоответ | автоматический\s+ответ | (?:нахожусь|буду)\s+в\s+отпуске | отсутствую\s+(?:на|в)
    | автоматична\s+відповідь | автовідповідь | (?:перебуваю|буду)\s+у\s+відпустці
    | automatická\s+odpověď | (?:jsem|mimo)\s .{0,20}\b(?:na\s+dovolené|mimo\s+kancelář|kancelář)
    | autosvar | automatiskt\s+svar | frånvaromeddelande
    | jag\s+är\s .{0,20}\b(?:på\s+semester|ledig)
    | automatisk\s+svar | jeg\s+er\s .{0,20}\b(?:på\s+ferie|ikke\s+på\s+kontoret|fraværende)
    | automaattinen\s+vastaus | poissaoloilmoitus | (?:olen|olen\s+nyt)\s+(?:lomalla|poissa)
    | otomatik\s+(?:yanıt|cevap) | ofis\s+dışında(?:yım)? | izinde(?:yim|\s+olacağım)
    | automatikus\s+válasz | házon\s+kívül | szabadságon\s+(?:vagyok|leszek)
    | răspuns\s+automat | (?:sunt|voi\s+fi)\s+(?:în\s+concediu|plecat)
    | αυτόματη\s+απάντηση | εκτός\s+γραφείου
    )
    | 自動(?:返信|応答) | 不在(?:通知|のため|にして) | (?:休暇|出張)(?:中|のため)
    | 自动(?:回复|答复) | 自動(?:回覆|回復) | 不在办公室 | 正在休假 | (?:休假|出差)(?:中|期间|期間)
    | 자동\s*(?:회신|응답|답장) | 부재\s*중 | 휴가\s*중
    | رد\s+(?:تلقائي|آلي) | خارج\s+المكتب | في\s+إجازة
    | מענה\s+אוטומטי | תשובה\s+אוטומטית | (?:אינני|לא)\s+במשרד | (?:נמצא|נמצאת)\s+בחופשה
    """,
    re.VERBOSE,
)
