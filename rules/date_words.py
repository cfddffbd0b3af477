# ruff: noqa: RUF001 - letters of other scripts
"""The words of dates in the languages of our agents, folded, each with its meaning."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from postdesk.rules.textmatch import fold

Kind = Literal[
    "weekday",  # 0, Monday, to 6
    "month",  # 1 to 12
    "shift",  # days from today
    "end",  # of this day, week or month: 0, 1, 2
    "begin",  # of the next week or month: 1, 2
    "unit",  # minute, hour, day, week, month, business day: 0 to 5
    "hour",  # behind the number of an hour: "17 Uhr"
    "part",  # of a day: the hour it is taken for
    "half",  # 0 before noon, 12 after
    "until",
    "at",
    "in",
    "next",
    "filler",
]
Meaning = tuple[Kind, int]
MINUTE, HOUR, DAY, WEEK, MONTH, BUSINESS_DAY = range(6)

# Alef with its signs, final forms, and what only adorns: people write them or not.
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ـ": ""})
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670]")


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Entries are parted by "|", words for the same thing by ", "."""

    weekdays: str
    months: str
    days: str  # today | tomorrow | the day after
    units: str  # minutes | hours | days | weeks | months | business days
    hour: str = ""
    parts: str = ""  # of a day, each with an hour: "12 noon, midday|14 afternoon"
    halves: str = ""  # before | after noon
    ends: str = ""  # of the day | of the week | of the month
    begins: str = ""  # next week | next month
    until: str = ""
    at: str = ""
    span: str = ""  # in front of a length of time (or behind it): "in"
    next: str = ""  # which week it means, people do not agree on
    filler: str = ""
    hours_are_times: bool = False  # "17h", "17 heures" is how a time is written, too
    day_first: bool | None = True  # 3/4 is 3 April; None: some say so, some not
    dotted_days: bool = False  # 3.4 is 3 April and never a time


WORDS: Mapping[str, Words] = {
    "en": Words(
        weekdays="monday, mon|tuesday, tue, tues|wednesday, wed|thursday, thu, thur, thurs"
        "|friday, fri|saturday, sat|sunday, sun",
        months="january, jan|february, feb|march, mar|april, apr|may|june, jun|july, jul"
        "|august, aug|september, sep, sept|october, oct|november, nov|december, dec",
        days="today|tomorrow, tmrw, tmr|day after tomorrow",
        units="m, min, mins, minute, minutes|h, hr, hrs, hour, hours|d, day, days"
        "|w, wk, week, weeks|mo, month, months"
        "|bd, business day, business days, working day, working days, workday, workdays",
        hour="o'clock, oclock, uhr",
        parts="9 morning|12 noon, midday|14 afternoon|18 evening",
        halves="am, a.m|pm, p.m",
        ends="eod, end of day, end of the day, cob, close of business"
        "|eow, end of week, end of the week|eom, end of month, end of the month",
        begins="next week|next month",
        until="until, till, til, by, before",
        at="at, @",
        span="in, for, from now",
        next="next",
        filler="on, the, of, this, coming, st, nd, rd, th, and",
        day_first=None,
    ),
    "de": Words(
        weekdays="montag, mo|dienstag, di|mittwoch, mi|donnerstag, do|freitag, fr"
        "|samstag, sonnabend, sa|sonntag, so",
        months="januar, jänner, jan|februar, feber, feb|märz, mär, mrz|april, apr|mai|juni, jun"
        "|juli, jul|august, aug|september, sep, sept|oktober, okt|november, nov|dezember, dez",
        days="heute|morgen|übermorgen",
        units="m, min, minute, minuten|h, std, stunde, stunden|t, tag, tage, tagen"
        "|wo, woche, wochen|monat, monate, monaten|arbeitstag, arbeitstage, arbeitstagen"
        ", werktag, werktage, werktagen",
        hour="uhr",
        parts="9 früh, vormittag|12 mittag, mittags|14 nachmittag|18 abend",
        halves="vormittags|nachmittags, abends",
        ends="feierabend, dienstschluss|ende der woche|monatsende, ende des monats",
        begins="nächste woche, kommende woche|nächsten monat, kommenden monat",
        until="bis, bis zum, bis spätestens, vor",
        at="um, gegen",
        span="in, für",
        next="nächsten, nächster, nächste, nächstes",
        filler="am, den, der, dem, zum, diesen, dieser, kommenden, ab, und",
        dotted_days=True,
    ),
    "fr": Words(
        weekdays="lundi, lun|mardi, mar|mercredi, mer|jeudi, jeu|vendredi, ven|samedi, sam"
        "|dimanche, dim",
        months="janvier, janv, jan|février, févr, fév|mars|avril, avr|mai|juin|juillet, juil"
        "|août|septembre, sept, sep|octobre, oct|novembre, nov|décembre, déc",
        days="aujourd'hui|demain|après-demain, apres demain",
        units="min, minute, minutes|h, heure, heures|j, jour, jours|sem, semaine, semaines"
        "|mois|jo, jour ouvré, jours ouvrés, jour ouvrable, jours ouvrables",
        parts="9 matin|12 midi|14 après-midi|18 soir",
        halves="du matin|de l'après-midi, du soir",
        ends="fin de journée|fin de semaine, fin de la semaine|fin de mois, fin du mois",
        begins="semaine prochaine|mois prochain",
        until="jusqu'à, jusqu'au, jusque, jusqu'a ce que, avant, d'ici, d'ici à, d'ici au",
        at="à, vers",
        span="dans, pendant, pour, en",
        next="prochain, prochaine",
        filler="le, la, l', du, de, ce, au, er, et",
        hours_are_times=True,
    ),
    "es": Words(
        weekdays="lunes, lun|martes, mar|miércoles, mié|jueves, jue|viernes, vie|sábado, sáb"
        "|domingo, dom",
        months="enero, ene|febrero, feb|marzo|abril, abr|mayo, may|junio, jun|julio, jul"
        "|agosto, ago|septiembre, setiembre, sep, sept|octubre, oct|noviembre, nov|diciembre, dic",
        days="hoy|mañana|pasado mañana",
        units="min, minuto, minutos|h, hora, horas|d, día, días|sem, semana, semanas|mes, meses"
        "|día hábil, días hábiles, día laborable, días laborables",
        parts="12 mediodía",
        halves="de la mañana|de la tarde, de la noche",
        ends="fin del día, final del día|fin de la semana, final de la semana"
        "|fin de mes, final de mes",
        begins="próxima semana, semana que viene, semana próxima|próximo mes, mes que viene",
        until="hasta, hasta el, antes de, antes del, para",
        at="a las, a la, a, hasta las, antes de las",
        span="en, dentro de, durante, por",
        next="próximo, próxima, siguiente",
        filler="el, la, del, de, este, y",
        hours_are_times=True,
    ),
    "pt": Words(
        weekdays="segunda-feira, segunda, seg|terça-feira, terça, ter|quarta-feira, quarta, qua"
        "|quinta-feira, quinta, qui|sexta-feira, sexta, sex|sábado, sáb|domingo, dom",
        months="janeiro, jan|fevereiro, fev|março|abril, abr|maio, mai|junho, jun|julho, jul"
        "|agosto, ago|setembro, set|outubro, out|novembro, nov|dezembro, dez",
        days="hoje|amanhã|depois de amanhã",
        units="min, minuto, minutos|h, hora, horas|d, dia, dias|sem, semana, semanas|mês, meses"
        "|dia útil, dias úteis",
        parts="12 meio-dia, meio dia",
        halves="da manhã|da tarde, da noite",
        ends="fim do dia, final do dia|fim da semana, final da semana|fim do mês, final do mês",
        begins="próxima semana, semana que vem, na próxima semana|próximo mês, mês que vem",
        until="até, até ao, até à, até o, até a, antes de, antes do",
        at="às, as, à, ao",
        span="em, daqui a, dentro de, durante, por",
        next="próximo, próxima, seguinte",
        filler="na, no, o, a, de, do, da, este, esta, e",
        hours_are_times=True,
    ),
    "it": Words(
        weekdays="lunedì, lun|martedì, mar|mercoledì, mer|giovedì, gio|venerdì, ven|sabato, sab"
        "|domenica, dom",
        months="gennaio, gen|febbraio, feb|marzo|aprile, apr|maggio, mag|giugno, giu|luglio, lug"
        "|agosto, ago|settembre, set, sett|ottobre, ott|novembre, nov|dicembre, dic",
        days="oggi|domani|dopodomani",
        units="min, minuto, minuti|h, ora, ore|g, gg, giorno, giorni|sett., settimana, settimane"
        "|mese, mesi|giorno lavorativo, giorni lavorativi",
        parts="9 mattina|12 mezzogiorno|14 pomeriggio|18 sera",
        halves="di mattina, del mattino|di pomeriggio, del pomeriggio, di sera",
        ends="fine giornata|fine della settimana|fine mese",
        begins="prossima settimana, settimana prossima|prossimo mese, mese prossimo",
        until="fino a, fino al, entro, prima di",
        at="alle, alle ore, all', ore, entro le, fino alle, prima delle",
        span="tra, fra, in, per",
        next="prossimo, prossima",
        filler="il, lo, la, l', di, del, questo, e, le",
        hours_are_times=True,
    ),
    "nl": Words(
        weekdays="maandag, ma|dinsdag, di|woensdag, wo|donderdag, do|vrijdag, vr|zaterdag, za"
        "|zondag, zo",
        months="januari, jan|februari, feb|maart, mrt|april, apr|mei|juni, jun|juli, jul"
        "|augustus, aug|september, sep, sept|oktober, okt|november, nov|december, dec",
        days="vandaag|morgen|overmorgen",
        units="min, minuut, minuten|u, uur, uren|d, dag, dagen|week, weken|maand, maanden"
        "|werkdag, werkdagen",
        parts="9 ochtend|14 middag|18 avond",
        halves="'s ochtends|'s avonds",
        ends="einde van de dag, eind van de dag|einde van de week, eind van de week"
        "|einde van de maand, eind van de maand",
        begins="volgende week, komende week|volgende maand, komende maand",
        until="tot, tot en met, t/m, uiterlijk, voor",
        at="om",
        span="over, binnen, na",
        next="volgende, aanstaande",
        filler="op, de, het, deze, en",
        hours_are_times=True,
    ),
    "pl": Words(
        weekdays="poniedziałek, poniedziałku, pon, pn|wtorek, wtorku, wt|środa, środę, środy, śr"
        "|czwartek, czwartku, czw|piątek, piątku, pt, pią|sobota, sobotę, soboty, sob"
        "|niedziela, niedzielę, niedzieli, niedz, nd",
        months="styczeń, stycznia, sty|luty, lutego, lut|marzec, marca, mar|kwiecień, kwietnia, kwi"
        "|maj, maja|czerwiec, czerwca, cze|lipiec, lipca, lip|sierpień, sierpnia, sie"
        "|wrzesień, września, wrz|październik, października, paź|listopad, listopada, lis"
        "|grudzień, grudnia, gru",
        days="dziś, dzisiaj|jutro, jutra|pojutrze, pojutrza",
        units="min, minuta, minuty, minut|h, godz, godzina, godzinę, godziny, godzin"
        "|d, dzień, dni|tydz, tydzień, tygodnie, tygodni|miesiąc, miesiące, miesięcy"
        "|dr, dzień roboczy, dni robocze, dni roboczych",
        parts="12 południe, południa",
        halves="rano|po południu, wieczorem",
        ends="koniec dnia, końca dnia|koniec tygodnia, końca tygodnia"
        "|koniec miesiąca, końca miesiąca",
        begins="przyszły tydzień, w przyszłym tygodniu, przyszłego tygodnia"
        "|przyszły miesiąc, w przyszłym miesiącu, przyszłego miesiąca",
        until="do, przed",
        at="o, o godz, o godzinie, godz, godzina",
        span="za, przez",
        next="przyszły, przyszłą, następny, następną",
        filler="w, we, na, dnia, i",
        dotted_days=True,
    ),
    "ja": Words(
        weekdays="月曜日, 月曜|火曜日, 火曜|水曜日, 水曜|木曜日, 木曜|金曜日, 金曜|土曜日, 土曜"
        "|日曜日, 日曜",
        months="1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月",
        days="今日, 本日, きょう|明日, あした, あす|明後日, あさって",
        units="分, 分間|時間|日間, 日後|週間, 週|か月, ヶ月, カ月|営業日",
        hour="時",
        parts="12 正午",
        halves="午前|午後",
        ends="終業, 今日中, 本日中|今週中|今月中, 月末",
        begins="来週|来月",
        until="まで, までに",
        at="",
        span="後",
        filler="に, の, は, 、",
        day_first=False,
    ),
    "ar": Words(
        weekdays="الاثنين, الإثنين, اثنين|الثلاثاء, ثلاثاء|الأربعاء, اربعاء|الخميس, خميس"
        "|الجمعة, جمعة|السبت, سبت|الأحد, أحد",
        months="يناير, كانون الثاني|فبراير, شباط|مارس, آذار|أبريل, إبريل, نيسان|مايو, أيار"
        "|يونيو, حزيران|يوليو, تموز|أغسطس, آب|سبتمبر, أيلول|أكتوبر, تشرين الأول"
        "|نوفمبر, تشرين الثاني|ديسمبر, كانون الأول",
        days="اليوم|غدا|بعد غد",
        units="دقيقة, دقائق|ساعة, ساعات|يوم, أيام|أسبوع, أسابيع|شهر, أشهر, شهور|يوم عمل, أيام عمل",
        parts="12 الظهر, ظهرا",
        halves="صباحا, ص|مساء, م",
        ends="نهاية اليوم, نهاية الدوام|نهاية الأسبوع|نهاية الشهر",
        begins="الأسبوع القادم, الأسبوع المقبل|الشهر القادم, الشهر المقبل",
        until="حتى, إلى, لغاية, قبل",
        at="الساعة, عند, في الساعة",
        span="بعد, خلال, لمدة",
        next="القادم, القادمة, المقبل, المقبلة",
        filler="يوم, في, من, و",
    ),
}


def folded(text: str) -> str:
    """The form in which words of dates compare: ``fold``, decimal digits, plain Arabic letters."""
    if text.isascii():
        return text.lower()
    plain = _ARABIC_MARKS.sub("", fold(text)).translate(_ARABIC).replace("\u2019", "'")
    return "".join(str(int(char)) if char.isdecimal() else char for char in plain)


def words_of(language: str) -> Words:
    """The words of a language (``pt-BR``: those of ``pt``), English where we have none."""
    return WORDS.get(language.partition("-")[0].lower(), WORDS["en"])


@cache
def lexicon(language: str) -> Mapping[str, Meaning]:
    """What each phrase means to an agent of this language; English is understood, too.

    Where both languages have a word, the agent's own wins.
    """
    own = words_of(language)
    return {**dict(_entries(WORDS["en"])), **dict(reversed([*_entries(own)]))}


def _entries(words: Words) -> Iterator[tuple[str, Meaning]]:
    """Every phrase, folded; of one that stands twice the first is meant."""
    tables: tuple[tuple[Kind, str, int], ...] = (
        ("weekday", words.weekdays, 0),
        ("month", words.months, 1),
        ("shift", words.days, 0),
        ("end", words.ends, 0),
        ("begin", words.begins, 1),
        ("hour", words.hour, 0),
        ("unit", words.units, 0),
        ("until", words.until, 0),
        ("at", words.at, 0),
        ("in", words.span, 0),
        ("next", words.next, 0),
        ("filler", words.filler, 0),
    )
    for kind, table, first in tables:
        for value, phrases in enumerate(table.split("|"), first):
            yield from ((folded(phrase), (kind, value)) for phrase in _phrases(phrases))
    for value, phrases in enumerate(words.halves.split("|")):
        yield from ((folded(phrase), ("half", 12 * value)) for phrase in _phrases(phrases))
    for part in words.parts.split("|"):
        hour, _, phrases = part.partition(" ")
        yield from ((folded(phrase), ("part", int(hour))) for phrase in _phrases(phrases))


def _phrases(phrases: str) -> list[str]:
    return [phrase.strip() for phrase in phrases.split(",") if phrase.strip()]
