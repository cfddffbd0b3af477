"""Mails that take parsers down: they raise, hang, recurse, or eat memory."""

HEAD = b"From: petra@kunde.example\r\nSubject: x\r\n"


def nested(depth: int) -> bytes:
    layers = (
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (number, number)
        for number in range(depth)
    )
    return HEAD + b"".join(layers) + b"\r\nhello"


def parts(count: int, body: bytes = b"") -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (b"--b\r\n\r\n" + body) * count
    )


TORTURE = {
    "nothing": b"",
    "one newline": b"\r\n",
    "a thousand layers": nested(1000),
    "twenty layers of much": nested(19) + b"x" * 5_000_000,
    "100,000 empty parts": parts(100_000),
    "50,000 recipients": b"To: " + b"a@b.example, " * 50_000 + b"\r\n" + HEAD + b"\r\nhi",
    "20,000 Received": b"Received: from a by b; now\r\n" * 20_000 + HEAD + b"\r\nhi",
    "a huge Subject": b"Subject: =?utf-8?q?" + b"a" * 1_100_000 + b"?=\r\n" + HEAD + b"\r\nhi",
    "many words in Subject": b"Subject: " + b"=?utf-8?b?YQ==?= " * 60_000 + b"\r\n\r\nhi",
    "20,000 quotes in From": b'From: "' + b'"' * 20_000 + b"\r\n\r\nhi",
    "escaped quotes in From": b'From: "' + b'\\"' * 20_000 + b"\r\n\r\nhi",
    "much of Content-Type": HEAD + b"Content-Type: text/plain" + b"; a=b" * 40_000 + b"\r\n\r\nhi",
    "pieces of a name": HEAD
    + b"Content-Type: a/b"
    + b"".join(b";\r\n n*%d*=%%41" % number for number in range(10_000))
    + b"\r\n\r\nhi",
    "brackets in To": b"To: " + b"(" * 300 + b"\r\n" + HEAD + b"\r\nhi",
    "a date far away": b"Date: Mon, 23 Nov 99999999999 10:00:00 +0000\r\n" + HEAD + b"\r\nhi",
    "NUL in the charset": HEAD + b"Content-Type: text/plain; charset=a\x00b\r\n\r\n\xfcber",
    "zlib as a charset": HEAD + b"Content-Type: text/plain; charset=zlib\r\n\r\nx\x9c\xff",
    "idna as a charset": HEAD + b"Content-Type: text/plain; charset=idna\r\n\r\n\xff..",
    "angles in Message-ID": b"Message-ID: " + b"<" * 100_000 + b"\r\n" + HEAD + b"\r\nhi",
    "angles in References": b"References: " + b"<a " * 100_000 + b"\r\n" + HEAD + b"\r\nhi",
    "20 MB of base64": HEAD
    + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + (b"QUJD" * 19 + b"\r\n") * 260_000,
    "base64 in many pieces": HEAD
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + b"QUI=\r\n" * 300_000,
    "a million newlines": HEAD + b"\r\n" + b"\r\n" * 1_000_000,
    "a long line": HEAD + b"\r\n" + b"x" * 5_000_000,
    "a header without end": HEAD + b"X: " + b"y\r\n z" * 1_000_000,
    "boundaries that are none": parts(1, b"--b x\r\n" * 300_000),
    "lines like boundaries": HEAD
    + b"Content-Type: multipart/mixed; boundary=none\r\n\r\n"
    + b"--x \r\n" * 500_000,
    "one boundary for all": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 5_000,
    "begins without ends": HEAD + b"\r\n" + b"begin 644 a\r\n#YOUR\r\n" * 100_000,
    "sentences that begin": HEAD + b"\r\n" + b"begin 644 a\r\nx y\r\n" * 200_000 + b"end\r\n",
    "soft breaks": HEAD
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + b"= \t" * 500_000,
    "flowed without end": HEAD
    + b"Content-Type: text/plain; format=flowed\r\n\r\n"
    + b">" * 900_000,
    "tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "8-bit in all headers": b"\xff\xfe: \xff\r\n" + HEAD + b"To: \xff\xff\r\n\r\n\xff\xfe\x00",
}
