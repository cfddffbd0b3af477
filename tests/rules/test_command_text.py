"""Code, settings, paths and talk pasted into an answer hold no mail up."""

import pytest

from postdesk.rules.command import classify

C = """Try this one:
#include <stdio.h>
#include "close.h"
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#undef MIN
#ifdef __linux__
#pragma once
#endif
#else
int main(void) { return 0; }
"""
SHELL = """Log in and look:
#!/bin/sh
# apt update
/usr/bin/find . -name core
/etc/init.d/postdesk restart
/close/to/the/edge
!$
!!
./close
$ close
.closed/file
"""
SSHD = """Your sshd_config should say
#Port 22
#AddressFamily any
#ListenAddress 0.0.0.0
#PermitRootLogin prohibit-password
#StrictModes yes
#PubkeyAuthentication yes
#UseDNS no
#UsePAM yes
#Banner none
and nothing else.
"""
MARKDOWN = """Here it is
# How it went
## Close
### Note
#### Solution
* one
* two
- close the lid
1. close
> #close
[close](https://example.com/#close)
`#close`
*important*
that is all
"""
CHAT_TALK = """Hello Petra
#1042 is fixed
#42
# 7
#hashtag is what they call it
/me waves
/s
/o\\
!important
!!!
@petra look
@ the office
@closer
.gitignore
... and so on
C# is a language
close the door, please
Done
I did #close it
Please do not #close this
http://example.com/#close
-close
+close
~close
%close
$close
close:
closed!
:close
(#close)
"#close"
#-close
#_close
#4close
/close/
!important: read this line before you go on with anything
#thisisnotevenclosetoaverb
Bye
"""
OTHERS = """Guten Tag
#включить
#关闭了吗
#日本
# 종료
Tschüß
"""
PROSE = [C, SHELL, SSHD, MARKDOWN, CHAT_TALK, OTHERS]


@pytest.mark.parametrize(
    ("block", "line"),
    [(block, line) for block in PROSE for line in block.splitlines()[1:-1]],
)
def test_these_lines_are_text(block: str, line: str) -> None:
    reading = classify(["Hello", line, "Bye"])
    assert reading.commands == reading.doubts == ()
    assert reading.text == (0, 1, 2)


@pytest.mark.parametrize("block", PROSE)
def test_whole_answers_are_text(block: str) -> None:
    lines = block.splitlines()
    assert classify(lines).text == tuple(range(len(lines)))
