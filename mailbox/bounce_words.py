"""What mail servers say in prose: that a letter did not arrive, where the copy begins, and why."""
# ruff: noqa: RUF001

import re

# A mail that tells of a letter that did not arrive; asked where its headers leave a doubt.
ANNOUNCES = re.compile(
    r"""
      undeliver | undelivered\s+mail | returned\s+mail | return(?:ed)?\s+to\s+sender
    | non-?deliver | delivery\s+(?:failure|failed|has\s+failed|notification|status|problem|error)
    | deliver(?:y|ing)\s+(?:your|the|a|this)?\s*(?:mail|message|e-?mail)?[^.\n]{0,40}failed
    | fail(?:ure|ed)\s+(?:notice|delivery|to\s+deliver) | mail\s+(?:system\s+error|failure)
    | (?:not|n't|unable\s+to|cannot|impossible\s+to)\s+be\s+delivered | unable\s+to\s+deliver
    | (?:could|can|was|were|wasn't)\s*(?:not|n't)?\s*(?:able\s+to)?\s+deliver
    | not\s+be(?:en)?\s+delivered | error\s+sending\s+your\s+mail | message\s+(?:is\s+)?delayed
    | following\s+(?:address|recipient)[^\n]{0,40}(?:failed|error|problem)
    | bouncedRecipients
    | unzustellbar | nicht\s+zugestellt | zustellung[^\n]{0,30}(?:fehlgeschlagen|fehler)   # German
    | non\s+remis | échec\s+de\s+(?:la\s+)?(?:remise|distribution)                        # French
    | pas\s+pu\s+être\s+(?:remis|livré)
    | no\s+se\s+(?:ha\s+)?(?:puede|pudo|podido)\s+entregar | no\s+entregado | error\s+de\s+entrega
    | não\s+(?:pôde|foi)\s+(?:ser\s+)?entregue | falha\s+na\s+entrega                   # Portuguese
    | mancato\s+recapito | non\s+(?:è\s+stato\s+)?(?:recapitat|consegnat) | impossibile\s+recapitare
    | niet\s+(?:worden\s+)?(?:bezorgd|afgeleverd) | onbestelbaar                            # Dutch
    | nie\s+(?:można|dostarczono|udało\s+się\s+dostarczyć) | niedostarczon                  # Polish
    | недоставлен | не\s+доставлен | не\s+удалось\s+доставить | не\s+було\s+доставлено
    | nedoručiteln | nelze\s+doručit                                                        # Czech
    | kunde\s+inte\s+levereras | kunne\s+ikke\s+leveres | olevererbar | ei\s+voitu\s+toimittaa
    | teslim\s+edileme | iletileme
    | 配信できません | 送信できません | 配信不能 | エラーのため | 配信に失敗
    | 退信 | 投递失败 | 无法投递 | 無法傳遞 | 未能送达 | 배달되지 | 전송\s*실패 | 반송
    """,
    re.VERBOSE | re.IGNORECASE,
)

# The line from which on the letter itself is shown, or its headers.
COPY = re.compile(
    r"""
      (?:received | return-path | delivered-to | x-original-to | dkim-signature) \s* :
    | [-=*>\s]* (?: below\s+(?:this|the\s+next)\s+line | (?:this|below)\s+is\s+a\s+copy )
    | [-=*>\s]* (?: a\s+copy\s+of\s+(?:your|the) | (?:start\s+of\s+)?returned\s+(?:mail|message) )
    | [-=*>\s]* (?: un(?:sent|delivered)\s+message | message\s+(?:text|headers?)\s+follow )
    | [-=*>\s]* (?: original\s+(?:message|mail)(?:\s+(?:headers?|info|details))? )
      (?: \s* [-=*:.] .* | \s+ (?:follows?|attached) .* | \s* )
    | [-=*>\s]* (?: the\s+header\s+of | your\s+message\s+reads | included\s+is\s+a\s+copy )
    | [-=*>\s]* (?: ursprüngliche\s+(?:nachricht|e-?mail) | message\s+d['’]origine )
    | [-=*>\s]* (?: message\s+header\s+follows | the\s+text\s+of\s+your\s+message )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Lines whose address is not the one that failed.
OTHERS = re.compile(
    r"""
      \s* (?: from | sender | original\s+sender | reply-to | return-path | reporting-mta
        | message-?id | in-reply-to | references | x-[a-z-]+ | mail\s+from ) \s* [:<]
    | .* \b (?: assistance | help\s+desk | please\s+contact | contact\s+(?:the|your|us)
        | send\s+mail\s+to | forward\s+this | questions | support\s+at | mail\s+from: ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)

# What a line says before the address that failed. The address is the next thing on the line.
BEFORE = re.compile(
    r"""
      (?: ^ [\s>*•-]* (?: \d{1,3} [.)] \s+ )? [<'"]?
        | rcpt\s+to: \s* <? | \w\s to: \s* [<'"]? | \b to \s+ [<'"]?
        | recipients? [^:\n]{0,40} : \s* (?:\[?smtp:)? [<'"]? | for \s+ [<'"]?
        | (?:address | user | mailbox) (?:\(es\)|es)? \s* [:=]? \s* [<'"]?
        | errors?: \s* [<'"]? | "emailaddress" \s* : \s* " | [45]\d\d [ -] \s* [<'"]?
        | final-recipient: \s* (?:rfc822;)? \s* [<'"]? | [45]\.\d{1,3}\.\d{1,3} \s+ [<'"]?
      ) $
    """,
    re.VERBOSE | re.IGNORECASE,
)

DELAYED = re.compile(
    r"""
      \bdelayed\b | will\s+(?:be\s+retried|continue\s+to\s+(?:try|be)|keep\s+trying)
    | (?:this\s+is\s+(?:only\s+)?a\s+)?(?:warning|temporary\s+failure\s+report)
    | still\s+(?:being\s+retried|in\s+the\s+queue) | not\s+yet\s+been\s+delivered
    | do\s+not\s+need\s+to\s+re-?send | verzögert | retardé | retrasad | in\s+ritardo
    """,
    re.VERBOSE | re.IGNORECASE,
)

# RFC 3463 codes for servers that give only words. The first that matches is it.
REASONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (status, re.compile(words, re.VERBOSE | re.IGNORECASE))
    for status, words in (
        (
            "5.1.1",
            r"""
              (?:user|recipient|mailbox|address|account|local-?part|login)\s+(?:is\s+)?
                (?:unknown|not\s+(?:found|known|exist)|invalid|not\s+a\s+valid)
            | (?:unknown|no\s+such|invalid|non-?existent|bad)\s+
                (?:local\s+)?(?:user|recipient|mailbox|address|account|local)
            | no\s+mailbox\s+here | (?:does\s+not|doesn't|do\s+not)\s+(?:exist|have\s+an?\s+account)
            | not\s+(?:our|a)\s+(?:customer|registered) | user\s+not\s+(?:listed|found)
            | (?:couldn't|could\s+not|can't|cannot)\s+be\s+found | may\s+not\s+exist
            | (?:couldn't|could\s+not|can't|cannot)\s+find\s+(?:a\s+)?(?:user|recipient)
            | recipnotfound | not\s+listed\s+in | possibly\s+incorrect | badly\s+formatted
            | malformed\s+address | unrouteable\s+address | incorrectly\s+constructed
            | リストにありません | 見つかりません | unbekannter\s+(?:benutzer|empfänger)
            """,
        ),
        (
            "5.2.2",
            r"""
              (?:mailbox|mail\s*box|inbox|maildir|account)\s+(?:is\s+|for\s+)?[^\n]{0,30}
                (?:full\b|over\b|exceed)
            | over\s*-?quota | quota\s+(?:exceeded|full) | exceed[^\n]{0,30}(?:quota|storage)
            | out\s+of\s+(?:storage|space|disk) | insufficient\s+(?:disk|storage)
            | too\s+much\s+mail | mailbox\s+exceed
            """,
        ),
        (
            "5.2.1",
            r"""
              (?:account|mailbox|user)[^\n]{0,30}(?:disabled|suspended|inactive|locked|deactivated)
            | (?:disabled|suspended|inactive)\s+(?:account|mailbox|user|recipient)
            """,
        ),
        (
            "5.1.2",
            r"""
              (?:host|domain)[^\n]{0,30}(?:unknown|not\s+found|does\s+not\s+exist|lookup\s+failure)
            | (?:unknown|no\s+such|invalid)\s+(?:host|domain) | nxdomain | name\s+service\s+error
            | (?:couldn't|could\s+not|cannot)\s+find\s+(?:any\s+|a\s+)?(?:host|mail\s+exchanger|mx)
            """,
        ),
        (
            "5.3.4",
            r"""
              (?:message|mail|size|it)\s+(?:is\s+)?(?:too\s+(?:big|large|long)|exceeds)
            | too\s+(?:big|large)\s+(?:message|mail) | message\s+size | maximum\s+size
            """,
        ),
        (
            "5.4.6",
            r"(?:mail|routing)\s+(?:is\s+)?loop | hop\s+count | too\s+many\s+(?:hops|received)",
        ),
        (
            "5.7.1",
            r"""
              spam | black\s*list | block\s*list | \bblocked\b | \bbanned\b | relay(?:ing)?\s+denied
            | not\s+permitted\s+to\s+relay | access\s+denied | not\s+authori[sz]ed | policy
            | prohibited | rejected\s+by | content\s+rejected | authentication | reputation
            | refused\s+(?:due|because|by) | restricted
            """,
        ),
        ("5.6.0", r"\bvirus\b | infected | malware | content\s+filter"),
        (
            "4.4.7",
            r"""
              (?:retry|retries|queue)[^\n]{0,30}(?:time|exceeded|expired)
            | delivery\s+time\s+expired | failing\s+for\s+a\s+long\s+time
            | (?:undelivered|undeliverable|tried|trying|queue|aborted)[^\n]{0,30}
                \d+\s+(?:days|hours?|minutes)
            | in\s+the\s+queue\s+too\s+long | giving\s+up | timed?\s*-?out\s+of\s+queue
            """,
        ),
        (
            "4.4.1",
            r"""
              connection\s+(?:refused|timed\s+out|reset|dropped|closed) | time(?:d)?\s*-?out
            | (?:network|host)\s+(?:is\s+)?unreachable | no\s+route | network\s+error | unreachable
            | could\s+not\s+connect | deferred | not\s+accept\s+our\s+requests
            """,
        ),
    )
)
