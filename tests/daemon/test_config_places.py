"""What is found out about a config beside what its values tell: with its place all the same."""

from pathlib import Path

import pytest

from postdesk.daemon.config import BadConfig, load

MINIMAL = '[desk]\naddress = "support@example.com"\n'


def test_half_of_a_certificate_hides_no_other_mistake(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        MINIMAL + '[smtp]\ntls_key = "key.pem"\nmax_size = "big"\nlisen = ""'
    )
    with pytest.raises(BadConfig) as bad:
        load(tmp_path / "config.toml", {})
    told = str(bad.value)
    for place in ("config.toml:4:11: smtp.tls_key", "config.toml:5:12: ", "config.toml:6:1: "):
        assert place in told


@pytest.mark.parametrize(
    ("reply", "warned"),
    [
        ("help@example.com", True),
        ("support@example.com", False),
        ("help+{mark}@example.com", False),
    ],
)
def test_answers_to_another_plain_address_are_warned_of(
    tmp_path: Path, reply: str, warned: bool
) -> None:
    (tmp_path / "config.toml").write_text(f'{MINIMAL}reply = "{reply}"\n')
    warnings = "\n".join(load(tmp_path / "config.toml", {}).warnings)
    assert (f"config.toml:3:9: desk.reply: answers come to {reply}" in warnings) is warned
    assert warned or not warnings


def test_what_is_found_out_later_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'{MINIMAL}[relay]\npassword = "xyz"\n')
    config = load(tmp_path / "config.toml", {"POSTDESK_RELAY__URL": "sendmail:"})
    told = str(config.mistake(("relay", "password"), "is old"))
    assert "config.toml:4:12: is old" in told and "xyz" not in told
    assert (
        str(config.mistake(("relay", "url"), "is old")) == "environment POSTDESK_RELAY__URL: is old"
    )
    assert str(config.mistake(("smtp", "tls_cert"), "is old")) == "is old"
