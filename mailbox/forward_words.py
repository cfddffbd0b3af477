"""How programs frame a forwarded mail, beyond the words that replies have in common with them."""
# ruff: noqa: RUF001

import re

# Frames of languages whose replies need no frame.
MORE_FRAMES = re.compile(
    r"""
      proslijeđena\s+poruka | prosleđena\s+poruka | прослеђена\s+порука     # Croatian, Serbian
    | posredovano\s+sporočilo | препратено\s+съобщение                      # Slovenian, Bulgarian
    | missatge\s+reenviat | edastatud\s+kiri | pārsūtīts? [^\n]{0,20} | persiųstas\s+laiškas
    | pesan\s+(?:yang\s+)?diteruskan | mesej\s+dimajukan | thư\s+(?:được\s+)?chuyển\s+tiếp
    | ข้อความที่ส่งต่อ | अग्रेषित\s+संदेश | پیام\s+(?:هدایت|ارسال)\s+شده
    | start\s+of\s+forwarded\s+message | vidaresend | framsend\s+skilaboð
    | прямо\s+пересланное | переадресация | пересылаемое
    """,
    re.VERBOSE | re.IGNORECASE,
)

# What closes the frame again ("----- End forwarded message -----"); not part of the mail.
FRAME_END = re.compile(
    r"""
    [-=*_–—\s]{2,20}
    (?: end\s+(?:of\s+)?(?:the\s+)?forwarded\s+(?:message|mail)
      | ende\s+der\s+weitergeleiteten\s+nachricht | fin\s+du\s+message\s+(?:transféré|réexpédié)
      | fin\s+del\s+mensaje\s+reenviado | fine\s+(?:del\s+)?messaggio\s+inoltrato
      | fim\s+da\s+mensagem\s+(?:encaminhada|reencaminhada) | einde\s+doorgestuurd\s+bericht
      | koniec\s+(?:wiadomości\s+przekazanej|przekazywanej\s+wiadomości)
      | (?:конец|завершение)\s+пересылаемого\s+(?:сообщения|письма) | slut\s+på\s+videresendt
      | 転送メッセージここまで | 转发邮件结束
    )
    .{0,60}
    """,
    re.VERBOSE | re.IGNORECASE,
)

# "VS:" is a forward in Danish and Norwegian and an answer in Finnish: the header block tells.
AMBIGUOUS_SUBJECT = re.compile(r"\s*vs\s*:", re.IGNORECASE)
MORE_SUBJECT = re.compile(
    r"\s*(?:\[[^\]\n]{1,30}\]\s*)?(?:fwd?|wg|tr|rv|πρθ|vidarebefordrat|videresendt|prosl)\s*[:：]",
    re.IGNORECASE,
)
# "Fwd:" and its kin, and "Re:" and its kin, in front of the subject that was the customer's.
PREFIX = re.compile(
    r"""
    \s* (?: fwd? | wg | tr | rv | enc | i | doorst | pd | vb | vl | ilt | i̇lt | fs | vs | πρθ
          | továbbítás | 转发 | 轉寄 | 転送 | 전달 | הועבר | vidarebefordrat | videresendt )
    \s* [:：] \s*
    """,
    re.VERBOSE | re.IGNORECASE,
)
