"""Every wrong setting stops the start with a sentence that names it and says what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightkeeper.configuration import BY_NAME, SETTINGS, ConfigurationError, is_loopback, load

WRONG = {
    "LIGHTKEEPER_HOST=x": (
        "LIGHTKEEPER_HOST is no setting. Perhaps LIGHTKEEPER_HOSTS is meant? docs/settings.md lists all."
    ),
    "LIGHTKEEPER_QQQ=x": "LIGHTKEEPER_QQQ is no setting. docs/settings.md lists all.",
    "LIGHTKEEPER_DEBUG=maybe": "LIGHTKEEPER_DEBUG must be true or false, not 'maybe'.",
    "LIGHTKEEPER_EFFORT=best": "LIGHTKEEPER_EFFORT must be one of quick, standard, thorough, not 'best'.",
    "LIGHTKEEPER_SERVER_THREADS=0": "LIGHTKEEPER_SERVER_THREADS must be a whole number from 1 to 512, not '0'.",
    "LIGHTKEEPER_SERVER_THREADS=-1": "LIGHTKEEPER_SERVER_THREADS must be a whole number from 1 to 512, not '-1'.",
    "LIGHTKEEPER_SERVER_THREADS=²": "LIGHTKEEPER_SERVER_THREADS must be a whole number from 1 to 512, not '²'.",
    "LIGHTKEEPER_RESCAN_DAYS=1.5": "LIGHTKEEPER_RESCAN_DAYS must be a whole number from 0 to 365, not '1.5'.",
    "LIGHTKEEPER_LISTEN=localhost:1": (
        "LIGHTKEEPER_LISTEN must be an IP address and a port such as 127.0.0.1:8000 or [::1]:8000, not 'localhost:1'."
    ),
    "LIGHTKEEPER_LISTEN=::1:80": (
        "LIGHTKEEPER_LISTEN must be an IP address and a port such as 127.0.0.1:8000 or [::1]:8000, not '::1:80'."
    ),
    "LIGHTKEEPER_LISTEN=127.0.0.1:99999": (
        "LIGHTKEEPER_LISTEN must be an IP address and a port such as 127.0.0.1:8000 or [::1]:8000, "
        "not '127.0.0.1:99999'."
    ),
    "LIGHTKEEPER_PUBLIC_URL=lightkeeper.example": (
        "LIGHTKEEPER_PUBLIC_URL must be an address such as https://lightkeeper.example, without a path, "
        "not 'lightkeeper.example'."
    ),
    "LIGHTKEEPER_PUBLIC_URL=https://a.example/x": (
        "LIGHTKEEPER_PUBLIC_URL must be an address such as https://lightkeeper.example, without a path, "
        "not 'https://a.example/x'."
    ),
    "LIGHTKEEPER_PROXIES=10.0.0.1/8": (
        "LIGHTKEEPER_PROXIES must be IP addresses or networks such as 10.0.0.0/8, not '10.0.0.1/8'."
    ),
    "LIGHTKEEPER_DATABASE_URL=mysql://u:hidden@h/n": (
        "LIGHTKEEPER_DATABASE_URL must be postgresql://user:password@host:port/name, or empty for SQLite."
    ),
    "LIGHTKEEPER_MASTER_KEY=a LIGHTKEEPER_MASTER_KEY_FILE=/b": (
        "LIGHTKEEPER_MASTER_KEY and LIGHTKEEPER_MASTER_KEY_FILE are both set: drop one."
    ),
    "LIGHTKEEPER_SECRET_KEY=a LIGHTKEEPER_SECRET_KEY_FILE=/b": (
        "LIGHTKEEPER_SECRET_KEY and LIGHTKEEPER_SECRET_KEY_FILE are both set: drop one."
    ),
    "LIGHTKEEPER_WAIT_LIMIT_MS=200": (
        "LIGHTKEEPER_WAIT_STEP_MS (250) must not be longer than LIGHTKEEPER_WAIT_LIMIT_MS (200)."
    ),
    "LIGHTKEEPER_EMAIL_PASSWORD=hidden": (
        "LIGHTKEEPER_EMAIL_PASSWORD is set, and no LIGHTKEEPER_EMAIL_HOST: name the SMTP server."
    ),
    "LIGHTKEEPER_DEMO=on LIGHTKEEPER_LISTEN=0.0.0.0:8000": (
        "LIGHTKEEPER_DEMO is for this machine alone: set LIGHTKEEPER_LISTEN and LIGHTKEEPER_PUBLIC_URL to 127.0.0.1, "
        "or switch it off."
    ),
    "LIGHTKEEPER_DEBUG=on LIGHTKEEPER_PUBLIC_URL=https://a.example": (
        "LIGHTKEEPER_DEBUG is for this machine alone: set LIGHTKEEPER_LISTEN and LIGHTKEEPER_PUBLIC_URL to 127.0.0.1, "
        "or switch it off."
    ),
}


def given(words: str, file: Path | None = None) -> dict[str, str]:
    pairs = dict(word.split("=", 1) for word in words.split())
    return {"LIGHTKEEPER_CONFIG": str(file or "/dev/null"), **pairs}


@pytest.mark.parametrize(("words", "sentence"), WRONG.items())
def test_a_wrong_setting_is_a_sentence(words: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(given(words))
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "hots = ['a']",
            "hots in {file} is no setting. Perhaps hosts is meant? docs/settings.md lists all.",
        ),
        ("debug = 'maybe'", "debug in {file} must be true or false, not 'maybe'."),
        ("listen = 1.5", "listen in {file} must be a text, a number, true or false, or a list of texts."),
        ("hosts = [1]", "hosts in {file} must be a text, a number, true or false, or a list of texts."),
        ("[qqq]\nto = 1", "qqq in {file} is no setting. docs/settings.md lists all."),
        ("demo =", "{file} is not TOML: "),
        ("\udcff", "{file} is not TOML: "),
    ],
)
def test_a_wrong_file_is_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "l.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError) as refusal:
        load(given("", file))
    assert str(refusal.value).startswith(sentence.format(file=file))


def test_a_file_that_was_named_and_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="none.toml cannot be read: No such file or directory."):
        load(given("", tmp_path / "none.toml"))


def test_the_environment_comes_before_the_file_and_the_file_before_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "l.toml"
    file.write_text("effort = 'quick'\nserver_threads = 8\nhosts = ['a.example', 'b.example']\ndemo = true\n")
    loaded = load(given("LIGHTKEEPER_EFFORT=thorough", file))
    assert (loaded["effort"], loaded["server_threads"], loaded["demo"]) == ("thorough", 8, True)
    assert loaded["hosts"] == ("a.example", "b.example")
    assert loaded["session_hours"] == BY_NAME["session_hours"].default
    assert loaded.sources == {
        "effort": "LIGHTKEEPER_EFFORT", "server_threads": f"server_threads in {file}", "hosts": f"hosts in {file}",
        "demo": f"demo in {file}",
    }  # fmt: skip


def test_no_secret_is_printed() -> None:
    secrets = {setting.variable: "s3cret" for setting in SETTINGS if setting.secret}
    secrets |= {"LIGHTKEEPER_DATABASE_URL": "postgresql://u:s3cret@h/n", "LIGHTKEEPER_EMAIL_HOST": "mail.example"}
    loaded = load(given("") | secrets)
    assert "s3cret" not in repr(loaded) + str(loaded) + f"{loaded}"
    assert "(secret)" in repr(loaded)


def test_what_follows_from_several_settings() -> None:
    loaded = load(
        given("LIGHTKEEPER_LISTEN=[::1]:80 LIGHTKEEPER_PUBLIC_URL=https://a.example/ LIGHTKEEPER_DATA_DIR=/d")
    )
    assert loaded.listen == ("::1", 80)
    assert (loaded["public_url"], loaded.public_host) == ("https://a.example", "a.example")
    assert loaded.secure
    assert not loaded.local
    assert (loaded.master_key_file, loaded.secret_key_file) == (Path("/d/keys/master.key"), Path("/d/keys/secret.key"))


def test_loopback_is_known_by_name_and_by_number() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "a.localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "localhost.example", ""]))  # noqa: S104


def test_every_setting_has_a_word_of_help_and_a_default_of_its_kind() -> None:
    for setting in SETTINGS:
        assert setting.help, setting.name
        if isinstance(setting.default, str | int) and not isinstance(setting.default, bool):
            assert setting.parse(str(setting.default)) == setting.default, setting.name
