"""Mails about code, settings and chat: nothing in them is run, and nothing is cut out of them.

Where a line of them is exactly a command the mail is held; no more can be told from words alone.
"""

import pytest
from command_desk import context

from postdesk.rules.agent_mail import Held, Run, read_agent_mail

TEXT = {
    "C": """The header must guard itself:

#ifndef LIMIT_H
#define LIMIT_H
#include <stddef.h>
#if defined(__STDC_VERSION__)
#error "too new"
#endif
/* close the file */
//note: 7 is enough
#pragma GCC poison gets
#endif

Then it compiles.""",
    "shell": """Put this into a file:

#!/usr/bin/env bash
set -euo pipefail
## clean up
/usr/bin/find /tmp -name 'core*' -delete
./configure && make
!!
$ sudo -i
#

and run it once.""",
    "root prompt": """You typed

# apt-get update
# systemctl reload nginx
# ls /etc/close.d
# exit

and the last one was too early.""",
    "sshd_config": """Your file should say

#Port 22
#ListenAddress ::
#HostKey /etc/ssh/ssh_host_ed25519_key
#LogLevel INFO
#MaxSessions 10
#TCPKeepAlive yes
#ClientAliveInterval 0
#Subsystem sftp /usr/libexec/sftp-server
PermitRootLogin no

and nothing else.""",
    "Markdown": """Here is the draft:

# What is new
## For customers
### Longer titles: no limit
- [ ] close the survey
- [x] take pictures
1. #1042 is fixed
2. see [#close](https://example.com/#close)
> #close is what he wrote
`#take` and `/assign` in one line
***
| # | name |

Tell me what you think.""",
    "chat": """The transcript:

[10:01] petra: /close
[10:02] bot: I do not know "/close", try !help
petra> #done
* anna waves
/me is away for lunch
/msg petra hello
/join #helpdesk
!seen petra
!weather Berlin

I cannot see an error in it.""",
    "Cisco": """The configuration begins with

!
version 15.2
!
hostname router
!
interface GigabitEthernet0/1
 no shutdown
!
end

and the rest is as it was.""",
    "CSS": """Use this:

.button { color: red; }
#main { margin: 0; }
@media print { body { display: none } }
@import url("x.css");
#close-button { float: right; }

It is all you need.""",
    "Python": """Do it so:

@cached_property
def total(self):
    #: the sum
    # type: ignore
    return 7  # seven

Then it is quick.""",
    "YAML": """The settings:

---
# yamllint disable
close: true
note: "yes"
!Ref Bucket
!Sub "${x}"
#  - a
...

That is the file.""",
    "LaTeX": """Write

\\section{Close}
\\note{x}
\\begin{document}
\\end{document}
%close

and run it twice.""",
    "make": """The lines are

.PHONY: all
.SUFFIXES:
all: close
\t@echo done
\t@bobby --help
#.SILENT:

with tabs, not spaces.""",
    "hashtags": """We posted it:

#summer #sale
#newarrival
#picoftheday
#1 in Europe
#50percent

It was seen 4,000 times.""",
    "prices": """Your quote:

#  Item            Price
1  Toner        49.90 EUR
2  Drum         99.00 EUR
!  Shipping      4.90 EUR
/  Discount     10 %

It is valid for a week.""",
    "paths": """Look into

/var/log/mail.log
/etc/postfix/
/close/to/home
/list.txt
/o=Example/ou=People
//server/share
/24 is the mask

one after the other.""",
    "diff": """The change is

--- a/close.c
+++ b/close.c
@@ -1,2 +1,2 @@
-#define OLD
+#define NEW

and it is small.""",
    "mails": """He wrote:

Dear team,
my number is #4711.
@support please answer!
...and soon.

That was on Monday.""",
}
HELD = {
    "a prompt with our verb": "You typed\n\n# show version\n# list\n\nand it is wrong.",
    "a bot with our verb": "In the chat:\n\n/help\n\nshows them all.",
    "a heading of one word": "The draft:\n\n# Solution\n\nPress it.\n\nGood?",
    "a customer's command": "He wrote\n#close\nand it was not.",
    "a slash command": "They said\n/close\nin Slack.",
    "a bot's mark": "They said\n!close\nin Discord.",
    "somebody types": "Please type:\n\n#status",
    "CSS of our verb": "Use\n.note { color: red }\nhere.",
    "an id of our verb": "Use\n#list { margin: 0 }\nhere.",
    "Velocity": "Use\n#if($x)\n yes\n#end\n#if($y)\n no\n#end\nhere.",
    "a setting of the shell": "Use\n#set -x\nset -e\nhere.",
    "a setting like our verb": "Use\n#Match User anoncvs\nhere.",
    "a slip in code": "Use\n#fin\nhere.",
}


@pytest.mark.parametrize("kind", TEXT)
def test_nothing_of_it_is_a_command(kind: str) -> None:
    found = read_agent_mail(TEXT[kind], context())
    assert isinstance(found, Run)
    assert (found.orders, found.text) == ((), TEXT[kind])


@pytest.mark.parametrize("kind", TEXT)
def test_commands_around_it_are_done_and_leave_it_whole(kind: str) -> None:
    found = read_agent_mail(f"#take\n\n{TEXT[kind]}\n\n#close", context())
    assert isinstance(found, Run)
    assert ([order.verb for order in found.orders], found.text) == (["take", "close"], TEXT[kind])


@pytest.mark.parametrize("kind", HELD)
def test_what_is_exactly_a_command_is_asked_about(kind: str) -> None:
    assert isinstance(read_agent_mail(HELD[kind], context()), Held)


@pytest.mark.parametrize("kind", HELD)
def test_in_a_fence_it_is_text(kind: str) -> None:
    fenced = f"Dear Petra,\n```\n{HELD[kind]}\n```\nRegards"
    found = read_agent_mail(fenced, context())
    assert isinstance(found, Run) and found.text == fenced
