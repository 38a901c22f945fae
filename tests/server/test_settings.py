"""Settings: read from the environment, refused in one sentence that names the variable."""

from pathlib import Path

import pytest

from server.settings import SETTINGS, Settings, SettingsError, read_settings


def test_the_defaults_make_a_server_for_this_machine_alone() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port, settings.origin) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert not settings.secure


def test_every_setting_has_a_field_a_default_and_a_sentence() -> None:
    assert {setting.name for setting in SETTINGS} == set(Settings.__struct_fields__)
    assert all(setting.help.endswith(".") for setting in SETTINGS)


def test_what_is_chosen_beats_the_environment() -> None:
    assert read_settings({"SIGHTLINE_PORT": "9000"}, {"port": "9001"}).port == 9001


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SIGHTLINE_PORT", "0", "a whole number from 1 to 65535"),
        ("SIGHTLINE_PORT", "eighty", "a whole number"),
        ("SIGHTLINE_PORT", "٣", "a whole number"),
        ("SIGHTLINE_SESSION_HOURS", "1000", "from 1 to 168"),
        ("SIGHTLINE_KILL_SWITCH", "maybe", "yes or no"),
        ("SIGHTLINE_TLS_KEY", "no/such/file", "the path of a file that is there"),
        ("SIGHTLINE_ORIGIN", "https://a.example/path", "a scheme, a host"),
        ("SIGHTLINE_ORIGIN", "ftp://a.example", "a scheme, a host"),
        ("SIGHTLINE_ORIGIN", "https://[oops", "a scheme, a host"),
        ("SIGHTLINE_ORIGIN", "https://a.example:99999", "a scheme, a host"),
        ("SIGHTLINE_HOST", "http://x/", "an address or a name"),
    ],
)
def test_a_bad_setting_is_named_with_what_it_must_be(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        read_settings({variable: value})
    assert variable in str(refused.value)
    assert "\n" not in str(refused.value)


def test_plain_http_is_for_ones_own_machine_only() -> None:
    with pytest.raises(SettingsError, match="only work over https"):
        read_settings({"SIGHTLINE_ORIGIN": "http://sightline.example"})
    with pytest.raises(SettingsError, match="only work over https"):
        read_settings({"SIGHTLINE_HOST": "0.0.0.0"})


def test_localhost_and_its_number_are_one_place() -> None:
    assert read_settings({"SIGHTLINE_ORIGIN": "http://localhost"}).hosts == {
        "localhost",
        "127.0.0.1",
        "[::1]",
    }
    assert "http://localhost:8000" in read_settings({}).origins


def test_https_knows_one_host_only() -> None:
    assert read_settings({"SIGHTLINE_ORIGIN": "https://a.example"}).hosts == {"a.example"}


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.touch()
    with pytest.raises(SettingsError, match="belong together"):
        read_settings({"SIGHTLINE_TLS_CERTIFICATE": str(certificate)})


def test_a_certificate_makes_the_origin_https(tmp_path: Path) -> None:
    for name in ("certificate", "key"):
        (tmp_path / name).touch()
    environment = {
        "SIGHTLINE_TLS_CERTIFICATE": str(tmp_path / "certificate"),
        "SIGHTLINE_TLS_KEY": str(tmp_path / "key"),
        "SIGHTLINE_HOST": "::1",
    }
    assert read_settings(environment).origin == "https://[::1]:8000"
