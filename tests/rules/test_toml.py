"""Places in TOML, and mistakes a person can find."""

import tomllib
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.toml import Document, Mistake, decode, did_you_mean, read_toml
from postdesk.rules.toml_places import Path

SAMPLE = dedent(
    """\
    # a comment with [table] and key = 1
    title = "top"   # desk.name = 3
    owner.name = "Max"

    [desk]
    "quoted key" = 'a # b'
      indented = true
    long = \"\"\"
    name = "not a key"
    [nor.a.table]
    \"\"\"
    list = [
      "one",  # ]
      "two]",
      { deep = [1, 2] },
    ]
    [desk.inner.most]
    x.y."z.w" = 2026-11-23 10:00:00
    inline = { a = 1, b.c = { d = "}" }, 'e' = [] }
    [[rule]]
    name = "first"
    [rule.when]
    subject = '''it's
    here'''
    [[rule]]
    name = "second"
    when.subject.any_word = ["x"]
    [[rule.then]]
    tag = "vip"
    [inner]
    after = 1
    """
)


def document(text: str) -> Document:
    read = read_toml("c.toml", text)
    assert isinstance(read, Document), str(read)
    return read


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), (2, 1), (2, 9)),
        (("owner",), (3, 1), (3, 1)),
        (("owner", "name"), (3, 7), (3, 14)),
        (("desk",), (5, 2), (5, 2)),
        (("desk", "quoted key"), (6, 1), (6, 16)),
        (("desk", "indented"), (7, 3), (7, 14)),
        (("desk", "long"), (8, 1), (8, 8)),
        (("desk", "list"), (12, 1), (12, 8)),
        (("desk", "list", 0), (13, 3), (13, 3)),
        (("desk", "list", 1), (14, 3), (14, 3)),
        (("desk", "list", 2), (15, 3), (15, 3)),
        (("desk", "list", 2, "deep"), (15, 5), (15, 12)),
        (("desk", "list", 2, "deep", 1), (15, 16), (15, 16)),
        (("desk", "inner"), (17, 7), (17, 7)),
        (("desk", "inner", "most"), (17, 13), (17, 13)),
        (("desk", "inner", "most", "x", "y", "z.w"), (18, 5), (18, 13)),
        (("desk", "inner", "most", "inline", "a"), (19, 12), (19, 16)),
        (("desk", "inner", "most", "inline", "b", "c", "d"), (19, 27), (19, 31)),
        (("desk", "inner", "most", "inline", "e"), (19, 38), (19, 44)),
        (("rule",), (20, 3), (20, 3)),
        (("rule", 0), (20, 3), (20, 3)),
        (("rule", 0, "name"), (21, 1), (21, 8)),
        (("rule", 0, "when", "subject"), (23, 1), (23, 11)),
        (("rule", 1), (25, 3), (25, 3)),
        (("rule", 1, "name"), (26, 1), (26, 8)),
        (("rule", 1, "when", "subject", "any_word", 0), (27, 26), (27, 26)),
        (("rule", 1, "then", 0, "tag"), (29, 1), (29, 7)),
        (("inner", "after"), (31, 1), (31, 9)),
        (("inner", "missing", "deeper"), (30, 2), (30, 2)),
        (("nowhere",), (1, 1), (1, 1)),
    ],
)
def test_every_key_and_value_has_its_place(
    path: Path, key: tuple[int, int], value: tuple[int, int]
) -> None:
    read = document(SAMPLE)
    assert (read.place(path), read.value_place(path)) == (key, value)


def test_windows_line_ends_and_a_byte_order_mark_change_no_place() -> None:
    read = document("\ufeff" + SAMPLE.replace("\n", "\r\n"))
    assert read.value == tomllib.loads(SAMPLE)
    assert read.place(("inner", "after")) == (31, 1)
    assert document("\ufeffa = 1").place(("a",)) == (1, 1)


def test_an_explicit_table_is_preferred_to_the_one_its_child_implied() -> None:
    assert document("[a.b]\n[a]\nx = 1").place(("a",)) == (2, 2)


BROKEN = {
    'a = "x\nb = 1': """\
        c.toml:1:7: the line ends inside a text: a closing quote is missing
            a = "x
                  ^""",
    "[t]\na = 1\n a = 2": """\
        c.toml:3:2: t.a: defined twice, first in line 2
             a = 2
             ^""",
    "[a]\n[b]\n[a]": """\
        c.toml:3:2: a: defined twice, first in line 1
            [a]
             ^""",
    "[[a]]\n[a]": """\
        c.toml:2:3: this name is already used for something else
            [a]
              ^""",
    "a = [1]\n[[a]]": """\
        c.toml:2:3: a: defined twice, first in line 1
            [[a]]
              ^""",
    "a = { b = 1, b = 2 }": """\
        c.toml:1:14: a.b: defined twice, first in line 1
            a = { b = 1, b = 2 }
                         ^""",
    "a.b = 1\n[a]": """\
        c.toml:2:3: this name is already used for something else
            [a]
              ^""",
    "host = mail.example.com": """\
        c.toml:1:8: this is no value; texts stand in quotes
            host = mail.example.com
                   ^""",
    "port 993": """\
        c.toml:1:6: a = is missing after the key
            port 993
                 ^""",
    "[desk\nname = 1": """\
        c.toml:1:6: a ] is missing here, or quotes around a name with @ or other signs
            [desk
                 ^""",
    "b = 1\na = [1,\n2\nc = 1": """\
        c.toml:3:1: this list goes on wrongly: after this a comma or a ] is missing
            2
            ^""",
    "a = [1, 2  # x\n]\nb = [1 2]": """\
        c.toml:3:8: this list goes on wrongly: before this a comma or a ] is missing
            b = [1 2]
                   ^""",
    "b = 1\na = [[1],\n2\n\n": """\
        c.toml:2:5: this list never ends: a ] is missing
            a = [[1],
                ^""",
    'a = """\nx\n\n': '''\
        c.toml:1:5: this text never ends: a closing quote is missing
            a = """
                ^''',
    'a = "C:\\q"': """\
        c.toml:1:10: a \\ stands in a text; write it twice, or use 'single quotes'
            a = "C:\\q"
                     ^""",
    "every = 60s": """\
        c.toml:1:11: something is left over after the value; texts stand in quotes
            every = 60s
                      ^""",
    "= 1": """\
        c.toml:1:1: here a key or a [table] should begin
            = 1
            ^""",
    "x = 1\na = " + "9" * 5000: f"""\
        c.toml:2:5: this number has too many digits
            a = {"9" * 116}
                ^""",
    "a = " + "[" * 5000: "c.toml:1:1: lists or tables are nested too deeply",
    "\tname\t= oops": """\
        c.toml:1:9: this is no value; texts stand in quotes
            \tname\t= oops
            \t    \t  ^""",
    '"日本" = oops': """\
        c.toml:1:8: this is no value; texts stand in quotes
            "日本" = oops
                     ^""",
}


@pytest.mark.parametrize(("text", "told"), BROKEN.items())
def test_broken_toml_is_a_mistake_with_a_place(text: str, told: str) -> None:
    assert str(read_toml("c.toml", text)) == dedent(told)


def test_a_mistake_far_to_the_right_still_shows_its_caret() -> None:
    mistake = Mistake("c.toml", 1, 901, "wrong", "x" * 900 + "!" + "y" * 900)
    shown, caret = str(mistake).splitlines()[1:]
    assert len(shown) < 130
    assert shown[caret.index("^")] == "!"


def test_control_characters_never_reach_the_terminal() -> None:
    assert "\x1b" not in str(Mistake("c.toml", 1, 1, "wrong", "a = '\x1b[31m'"))


def test_a_mistake_without_a_line_names_its_file_only() -> None:
    assert str(Mistake("environment X", 0, 0, "is wrong")) == "environment X: is wrong"
    assert str(Mistake("", 0, 0, "is wrong")) == "is wrong"


def test_bytes_that_are_not_utf8_are_told_with_their_place() -> None:
    assert str(decode("c.toml", b"a = 1\nb = 'M\xfcller'\n")) == (
        "c.toml:2:7: this byte is not UTF-8; save the file as UTF-8\n"
        "    b = 'M\ufffdller'\n"
        "          ^"
    )
    assert decode("c.toml", "\ufeffä = 1".encode()) == "ä = 1"
    assert isinstance(decode("c.toml", "a = 1".encode("utf-16")), Mistake)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("polll", ', did you mean "poll"?'),
        ("Poll", ', did you mean "poll"?'),
        ("send-delay", ', did you mean "send_delay"?'),
        ("zebra", ""),
        ("", ""),
        ("poll" * 1000, ""),
    ],
)
def test_a_close_name_is_proposed(word: str, told: str) -> None:
    assert did_you_mean(word, ["host", "poll", "send_delay"]) == told


# Documents made of every way to write a key and a value.
NAMES = st.sampled_from(["a", "b-1", "c_2", "8", "with space", "dot.ted", "h#sh", "ünï", '"q"', ""])
SCALARS = st.sampled_from(
    ["1", "-2.5", "true", "1979-05-27 07:32:00", '"x # y"', "'[x]'", '"a\\"]b"', "[]", "{}", "inf"]
)
LONG_TEXTS = st.sampled_from(['"""m\nn = 1\n"q" """', "'''l\n[t]\n'''", '"""a""b\\""""""'])
VALUES = st.recursive(
    SCALARS | LONG_TEXTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: "[ # c ]\n " + ",\n\t".join(v) + " ]"),
        st.lists(inner, max_size=3).map(lambda v: "[" + ",".join(v) + ",]" if v else "[ ]"),
        st.dictionaries(NAMES, inner.filter(lambda v: "\n" not in v), max_size=3).map(
            lambda d: "{ " + ", ".join(f"{quoted(k)} = {v}" for k, v in d.items()) + " }"
        ),
    ),
    max_leaves=6,
)
TABLES = st.dictionaries(NAMES, VALUES, max_size=4)
DOCUMENTS = st.tuples(
    TABLES, st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.booleans(), TABLES))
)


def quoted(name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain else '"' + name.replace('"', '\\"') + '"'


def written(top: dict[str, str], tables: list[tuple[list[str], bool, dict[str, str]]]) -> str:
    lines = [f"{quoted(k)} = {v}  # end" for k, v in top.items()]
    for names, array, table in tables:
        header = " . ".join(map(quoted, names))
        lines.append(f"[[ {header} ]]" if array else f"  [{header}] # [x]")
        lines += [f"\t{quoted(k)}={v}" for k, v in table.items()]
    return "\n".join(lines)


def every_path(value: object, path: Path = ()) -> list[Path]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for key, below in inner for found in every_path(below, (*path, key)))]


@given(DOCUMENTS)
def test_the_located_line_holds_the_key(
    parts: tuple[dict[str, str], list[tuple[list[str], bool, dict[str, str]]]],
) -> None:
    text = written(*parts)
    read = read_toml("c.toml", text)
    if isinstance(read, Mistake):
        assert 1 <= read.line <= text.count("\n") + 1
        return
    lines = text.split("\n")
    for path in every_path(read.value)[1:]:
        line, column = read.place(path)
        names = [part for part in path if isinstance(part, str)]
        if isinstance(path[-1], str):
            assert lines[line - 1][column - 1 :].startswith(quoted(names[-1]))
        if isinstance(path[-1], str) and path in read._places.values:
            line, column = read.value_place(path)
            rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
            assert tomllib.loads(first_value(rest))["v"] is not None


def first_value(rest: str) -> str:
    """The shortest beginning of ``rest`` that is a TOML value: a place inside one has none."""
    for end in range(1, len(rest) + 1):
        try:
            tomllib.loads(text := f"v = {rest[:end]}")
        except ValueError:
            continue
        return text
    raise AssertionError(f"no value begins here: {rest!r}")


@given(st.one_of(st.text(), st.text(alphabet="ab=.[]{}\"'#,\\\n\t1 ", max_size=60)))
def test_no_text_ever_raises(text: str) -> None:
    read = read_toml("c.toml", text)
    if isinstance(read, Document):
        for path in every_path(read.value):
            read.place(path)
    assert str(read)


@given(st.binary(max_size=60))
def test_no_bytes_ever_raise(raw: bytes) -> None:
    assert isinstance(decode("c.toml", raw), str | Mistake)
