"""Where a writer's words end and the signature, or the telephone's advertisement, begins."""
# ruff: noqa: RUF001

import re
from collections.abc import Sequence

# RFC 3676 4.3 has "-- "; programs correct it, cut its space or draw it in their own way.
DELIMITER = re.compile(r"(?:--|—|–|―|_{2,5}|==)\s*")
DASHES = ("--", "—", "–", "―", "__", "==")  # how a delimiter begins
EXACT = "-- "
# How much may follow a delimiter: longer texts are not a signature but a text with a rule in it.
EXACT_LIMIT = 60
LOOSE_LIMIT = 15
FOOTERS = 4  # lines of advertisement at most, one below the other
FOOTER_LIMIT = 100  # characters
LINK = re.compile(r"\s*[<(\[]?https?://\S+")

DEVICES = r"""
    (?: i-?phon | i-?pad | i-?pod | apple | mac\b | android | samsung | galaxy | huawei | xiaomi
      | redmi | pixel | nexus | nokia | htc | motorola | oneplus | blackberry | windows | outlook
      | yahoo | proton | thunderbird | k-9 | gmail | gmx | web\.de | aol | t-online | tuta | spark
      | fairemail | bluemail | airmail | mail\.ru | yandex | яндекс | fastmail | zoho | superhuman
      | naver | qq | 网易 | smart-?phone | handy | mobile | mobil | mobiel | móvil | celular
      | cellulare | telefon | telefoon | téléphone | teléfono | telefone | phone | puhelime
      | kännykä | телефон | смартфон | тел\. | tablet | device | gerät | appareil | dispositivo
      | komórk | wireless | mail | 手机 | 携帯 | スマート | 휴대 | 스마트폰 | الهاتف | هاتفي
      | جهاز | נייד | טלפון | ايفون | آيفون | אייפון | айфон | unterwegs | on\sthe\sgo )
"""
SENT = r"""
    (?: (?:this\s(?:e-?mail|message)\swas\s)?(?:sent|posted)\s(?:from|with|via|using|by)
      | von\s(?:meinem|meiner|unterwegs) | (?:gesendet|versendet)\s(?:von|mit|über|aus|via|mittels)
      | diese\snachricht\swurde\s(?:von|mit)
      | envoyé\s(?:de|depuis|à\spartir|avec|via|par)
      | enviad[oa]\s(?:desde|de|do|da|com|con|a\spartir|pel[oa]|via)
      | inviat[oa]\s(?:da|dal|dall.|con|tramite)
      | (?:verzonden|verstuurd|gestuurd)\s(?:vanaf|van|vanuit|met|via)
      | wysłan[eoy] | отправлено | надіслано | відправлено | odesláno | odoslané
      | skickat | skickades | sendt | lähetetty | elküldve | trimis | στάλθηκε | εστάλη
      | 发自 | 發自 | 从我的 | 從我的 | 传送自 | 傳送自 | 寄自 | 发送自 | 来自 | 來自
      | 나의 | 내\s | أ[ُ]?رسل | تم\sالإرسال | مرسل | נשלח )
"""
FOOTER = re.compile(
    rf"""
      [-–—_*~•\s]{{0,4}} {SENT} [^,;:!?]{{0,30}} {DEVICES} [^!?]{{0,60}}
    | .{{0,40}}{DEVICES}.{{0,30}}
      (?: gesendet | geschickt | から送信.{{0,8}} | küldve
        | 에서\s?(?:보냄|보냈습니다|보낸.{{0,4}}|전송) | gönderildi | gönderilmiştir
        | 发送 | 傳送 | 發送 ) [.!。]?
    | [^.!?]{{0,40}} outlook [^.!?]{{0,25}} \b(?:ios|android) .{{0,30}}   # "Get Outlook for iOS"
    | [^.!?]{{0,20}} \b(?:ios|android) [^.!?]{{0,20}} outlook .{{0,20}}
    | (?:sent|secured)\swith\s.{{2,40}}(?:secure|encrypted)\semail.{{0,20}}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def end_of_words(lines: Sequence[str]) -> int:
    """How many lines come before the signature; all of them when there is none.

    Lines are as written; ``> `` lines and diffs keep what looks like a delimiter in them.
    """
    end = before_footers(lines, len(lines))
    cut = _delimiter(lines, end)
    return before_footers(lines, cut) if cut < end else end


def before_footers(lines: Sequence[str], end: int) -> int:
    """Leave out advertisement at the end, and the empty lines above it."""
    for _ in range(FOOTERS):
        last = _last_written(lines, end)
        if last < 0 or not is_footer(lines[last]):
            break
        end = last
    return end


def is_footer(line: str) -> bool:
    """Whether a program wrote this line: "Sent from my iPhone"."""
    words = LINK.sub("", line[: 4 * FOOTER_LIMIT]).strip()
    return 0 < len(words) <= FOOTER_LIMIT and FOOTER.fullmatch(words) is not None


def _last_written(lines: Sequence[str], end: int) -> int:
    while end > 0 and not lines[end - 1].strip():
        end -= 1
    return end - 1


def _delimiter(lines: Sequence[str], end: int) -> int:
    """The first line that parts a signature from the words; ``end`` when none does."""
    if not any(line.startswith(DASHES) and DELIMITER.fullmatch(line) for line in lines[:end]):
        return end
    below = sum(1 for line in lines[:end] if line.strip())
    in_patch = in_code = False
    for place, line in enumerate(lines[:end]):
        below -= bool(line.strip())
        in_code ^= line.lstrip().startswith("```")
        in_patch |= line.startswith(("@@ ", "diff --git ", "--- a/"))
        if in_code or not DELIMITER.fullmatch(line) or _in_hunk(lines, place, in_patch=in_patch):
            continue
        if 0 < below <= (EXACT_LIMIT if line == EXACT else LOOSE_LIMIT):
            return place
        if below == 0:
            return place
    return end


def _in_hunk(lines: Sequence[str], place: int, *, in_patch: bool) -> bool:
    """A removed line of a patch can look like the delimiter."""
    return in_patch and lines[place + 1 : place + 2] != [] and _is_patch_line(lines[place + 1])


def _is_patch_line(line: str) -> bool:
    return line.startswith(("+", "-", " ", "@@"))
