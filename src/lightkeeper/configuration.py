"""Reads the configuration: ``LIGHTKEEPER_*`` variables, then an optional TOML file, then the defaults.

Every setting is one row of ``SETTINGS``; ``docs/settings.md`` describes each (a test compares them). An unknown name or
a value of the wrong kind is a ``ConfigurationError`` with a sentence that says what to do, and stops the start.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "LIGHTKEEPER_"
CONFIG_VARIABLE = "LIGHTKEEPER_CONFIG"
"""Names the TOML file; without it ``lightkeeper.toml`` in the working directory is read where there is one."""

NOT_SETTINGS = frozenset({CONFIG_VARIABLE, "LIGHTKEEPER_PHOTOS", "LIGHTKEEPER_PEER_PYTHON", "LIGHTKEEPER_DRAWINGS"})
"""Variables with the prefix that are no setting of the service: where the file is, and what the benchmarks read."""


class ConfigurationError(Exception):
    """A setting is unknown or wrong; the message says which, where it stands, and what would be right."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in TOML (``data_dir``; the variable is ``LIGHTKEEPER_DATA_DIR``), how it is read, what for.

    ``parse`` takes a text and raises ValueError with what follows the setting's name in a sentence: "must be …, not X".
    That of a secret leaves out X.
    """

    name: str
    parse: Callable[[str], Any]
    default: Any
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


def text(value: str) -> str:
    """Any text."""
    return value


def path(value: str) -> Path:
    """A path; ``~`` is the home directory."""
    return Path(value).expanduser().absolute()


def flag(value: str) -> bool:
    """Yes or no."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in known:
        raise ValueError(f"must be true or false, not {value!r}")
    return known[value.lower()]


def names(value: str) -> tuple[str, ...]:
    """Words with commas between."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {value!r}")
        return int(value)

    return parse


def choice(*choices: str) -> Callable[[str], str]:
    """One of some words."""

    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    return parse


def address(value: str) -> str:
    """An address and a port to listen on: ``127.0.0.1:8000`` or ``[::1]:8000``; a name is none."""
    host, colon, port = value.rpartition(":")
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        colon = ""
    if not colon or (":" in host) != host.startswith("[") or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ValueError(f"must be an IP address and a port such as 127.0.0.1:8000 or [::1]:8000, not {value!r}")
    return value


def web_address(value: str) -> str:
    """``https://host`` or ``http://host:port``, without a path; a slash at the end is dropped."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        good = False
    if not good or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"must be an address such as https://lightkeeper.example, without a path, not {value!r}")
    return value.rstrip("/")


def database(value: str) -> str:
    """Empty for SQLite, or ``postgresql://user:password@host:port/name``."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"postgresql", "postgres"} and parts.path.strip("/") and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be postgresql://user:password@host:port/name, or empty for SQLite")
    return value


def networks(value: str) -> tuple[str, ...]:
    """IP addresses and networks with commas between."""
    for word in names(value):
        try:
            ipaddress.ip_network(word)
        except ValueError:
            raise ValueError(f"must be IP addresses or networks such as 10.0.0.0/8, not {word!r}") from None
    return names(value)


SETTINGS: tuple[Setting, ...] = (
    Setting("data_dir", path, Path("lightkeeper-data").absolute(), "where database, vault and keys lie"),
    Setting("database_url", database, "", "postgresql://user:password@host:port/name; empty is SQLite", True),
    Setting("master_key_file", path, None, "the file of master keys; by default keys/master.key in the data directory"),
    Setting("master_key", text, "", "the master keys themselves, instead of a file", True),
    Setting(
        "secret_key_file", path, None, "the file of the web secret; by default keys/secret.key in the data directory"
    ),
    Setting("secret_key", text, "", "the web secret itself, instead of a file", True),
    Setting("demo", flag, False, "a throw-away installation on loopback that takes only its own drawings"),
    Setting("debug", flag, False, "Django's debug pages; never in production"),
    Setting("public_url", web_address, "http://127.0.0.1:8000", "the address that people and platforms use"),
    Setting("hosts", names, ("127.0.0.1", "localhost"), "host names that are answered, besides that of public_url"),
    Setting("proxies", networks, (), "addresses of reverse proxies whose X-Forwarded-For and -Proto are believed"),
    Setting("listen", address, "127.0.0.1:8000", "address and port that serve listens on"),
    Setting("server_processes", whole(1, 64), 1, "processes of serve"),
    Setting(
        "server_threads",
        whole(1, 512),
        64,
        "requests of one key that each process of serve answers at once; it has a quarter more threads",
    ),
    Setting("decode_workers", whole(0, 64), 0, "decoding processes of each process; 0 is one a core"),
    Setting("effort", choice("quick", "standard", "thorough"), "standard", "how hard pictures are searched for"),
    Setting("max_item_bytes", whole(1024, 1 << 34), 512 << 20, "the largest item that is accepted, in bytes"),
    Setting("wait_limit_ms", whole(100, 60_000), 5000, "the longest that wait=true waits, in milliseconds"),
    Setting("wait_step_ms", whole(10, 5000), 250, "answers to wait=true leave on multiples of this, in milliseconds"),
    Setting("rescan_days", whole(0, 365), 30, "days that what a clear item looked like is kept, encrypted; 0 is off"),
    Setting("probing_limit", whole(2, 10_000), 10, "near-duplicates from one uploader in 24 hours that raise an alert"),
    Setting(
        "list_stale_days", whole(0, 3650), 30, "days without an import after which a list raises an alert; 0 is off"
    ),
    Setting(
        "destruction_log",
        path,
        None,
        "the file that says what was destroyed, best on another disk; by default destructions.log in data_dir",
    ),
    Setting("backup_days", whole(0, 3650), 2, "days after which check says that the last backup is old; 0 is off"),
    Setting("outbound_allow", names, (), "hosts (host or host:port) that callbacks may reach though they are private"),
    Setting(
        "conversation_scorer_ms",
        whole(0, 60_000),
        1500,
        "milliseconds of one request with events in which texts are scored against exemplars; 0 scores none",
    ),
    Setting(
        "moments_dir",
        path,
        None,
        "a directory with your own texts/, guidance/ and report-form/ (docs/moments.md, docs/public-reports.md)",
    ),
    Setting(
        "public_form", flag, False, "the form at /report/ where anybody may report something (docs/public-reports.md)"
    ),
    Setting(
        "public_form_hourly", whole(1, 100_000), 300, "reports that the form takes in an hour, from everybody together"
    ),
    Setting("public_contact_days", whole(0, 365), 30, "days that a contact given with a report is kept, sealed"),
    Setting(
        "public_report_days", whole(0, 3650), 90, "days that what a report says is kept, sealed, after it was closed"
    ),
    Setting(
        "figures_threshold", whole(3, 100), 5, "in published figures, counts below this are withheld (docs/figures.md)"
    ),
    Setting("takedown_mail", flag, False, "send takedown notices by e-mail (docs/hotline.md)"),
    Setting("takedown_contact", text, "", "whom a takedown notice names for questions; without, email_from"),
    Setting("monitor_addresses", flag, False, "look whether addresses answer after a takedown notice: headers only"),
    Setting("hma", flag, False, "answer callers of Meta's HMA below /hma/<key>/ (docs/hma.md)"),
    Setting(
        "hosting_countries",
        path,
        None,
        "a CSV file of Internet addresses and their countries, start,end,country, for assessing addresses",
    ),
    Setting("fetch_urls", flag, False, "fetch the addresses that callers of HMA name, public ones only"),
    Setting("ncmec", choice("off", "test", "live"), "off", "whether reports are filed with NCMEC: off, test or live"),
    Setting("ncmec_user", text, "", "the user that NCMEC gave for its reporting API"),
    Setting("ncmec_password", text, "", "its password", True),
    Setting("ncmec_url", text, "", "another address of the reporting API than NCMEC's own, for tests"),
    Setting("appeal_url", text, "", "the address at which your users appeal; it goes to platforms with every decision"),
    Setting("report_email", text, "", "the e-mail address of whoever reports to authorities"),
    Setting("report_first_name", text, "", "their first name"),
    Setting("report_last_name", text, "", "their last name"),
    Setting("report_service", text, "", "the name of your service, as reports give it"),
    Setting("report_legal_url", text, "", "the address at which law enforcement finds how to ask you"),
    Setting("idle_minutes", whole(1, 240), 15, "minutes without a click after which the console locks"),
    Setting("session_hours", whole(1, 24), 12, "hours after which a sign-in ends"),
    Setting("email_host", text, "", "the SMTP server for alerts; empty sends none"),
    Setting("email_port", whole(1, 65535), 587, "its port"),
    Setting("email_user", text, "", "its user"),
    Setting("email_password", text, "", "its password", True),
    Setting("email_tls", flag, True, "STARTTLS to it"),
    Setting("email_from", text, "lightkeeper@localhost", "the sender of alerts"),
    Setting("log_level", choice("debug", "info", "warning", "error"), "info", "what is logged; never content"),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Configuration:
    """All values by name, and where each that was set came from. Printing it shows no secret."""

    values: Mapping[str, Any]
    sources: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __repr__(self) -> str:
        shown = {name: "(secret)" if BY_NAME[name].secret and value else value for name, value in self.values.items()}
        return f"Configuration({shown})"

    @property
    def listen(self) -> tuple[str, int]:
        """The address (without brackets) and the port to listen on."""
        host, _, port = self["listen"].rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def public_host(self) -> str:
        """The host name in the public address."""
        return urlsplit(self["public_url"]).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people and platforms come by HTTPS."""
        return bool(self["public_url"].startswith("https://"))

    @property
    def local(self) -> bool:
        """Whether the service is for this machine alone: it listens on loopback and is called by a loopback name."""
        return is_loopback(self.listen[0]) and is_loopback(self.public_host)

    @property
    def master_key_file(self) -> Path:
        """The file of the master keys (not used where they are in the environment)."""
        return Path(self["master_key_file"] or self["data_dir"] / "keys" / "master.key")

    @property
    def secret_key_file(self) -> Path:
        """The file of the web secret (not used where it is in the environment)."""
        return Path(self["secret_key_file"] or self["data_dir"] / "keys" / "secret.key")


def is_loopback(host: str) -> bool:
    """Whether a name or an address leads to this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def load(environment: Mapping[str, str] | None = None) -> Configuration:
    """Read the configuration. Raises ConfigurationError."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    sources: dict[str, str] = {}
    for source, name, raw in [*_from_file(environment), *_from_environment(environment)]:
        try:
            values[name] = BY_NAME[name].parse(raw)
        except ValueError as error:
            # A parser of a secret names no value.
            message = str(error)
            raise ConfigurationError(f"{source} {message}.") from None
        sources[name] = source
    loaded = Configuration(values, sources)
    _check_together(loaded)
    return loaded


def _check_together(loaded: Configuration) -> None:
    """Refuse values that are right one by one and wrong together."""
    for name in ("master_key", "secret_key"):
        if loaded[name] and loaded[f"{name}_file"]:
            raise ConfigurationError(f"{_set(loaded, name)} and {_set(loaded, f'{name}_file')} are both set: drop one.")
    if loaded["wait_step_ms"] > loaded["wait_limit_ms"]:
        raise ConfigurationError(
            f"LIGHTKEEPER_WAIT_STEP_MS ({loaded['wait_step_ms']}) must not be longer than "
            f"LIGHTKEEPER_WAIT_LIMIT_MS ({loaded['wait_limit_ms']})."
        )
    if (loaded["email_user"] or loaded["email_password"]) and not loaded["email_host"]:
        name = "email_user" if loaded["email_user"] else "email_password"
        raise ConfigurationError(f"{_set(loaded, name)} is set, and no LIGHTKEEPER_EMAIL_HOST: name the SMTP server.")
    for name in ("demo", "debug"):
        if loaded[name] and not loaded.local:
            raise ConfigurationError(
                f"{_set(loaded, name)} is for this machine alone: set LIGHTKEEPER_LISTEN and LIGHTKEEPER_PUBLIC_URL to "
                "127.0.0.1, or switch it off."
            )


def _set(loaded: Configuration, name: str) -> str:
    return loaded.sources.get(name, BY_NAME[name].variable)


def _from_environment(environment: Mapping[str, str]) -> list[tuple[str, str, str]]:
    rows = []
    for variable, raw in environment.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in BY_NAME:
            raise ConfigurationError(
                f"{variable} is no setting.{_nearest(name, in_file=False)} docs/settings.md lists all."
            )
        rows.append((variable, name, raw))
    return rows


def _from_file(environment: Mapping[str, str]) -> list[tuple[str, str, str]]:
    named = environment.get(CONFIG_VARIABLE)
    file = Path(named) if named else Path("lightkeeper.toml")
    if not named and not file.exists():
        return []
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not TOML: {error}.") from None
    rows = []
    for name, value in content.items():
        if name not in BY_NAME:
            raise ConfigurationError(
                f"{name} in {file} is no setting.{_nearest(name, in_file=True)} docs/settings.md lists all."
            )
        rows.append((f"{name} in {file}", name, _as_text(value, f"{name} in {file}")))
    return rows


def _as_text(value: Any, source: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return ",".join(value)
    if isinstance(value, str | int):
        return str(value)
    raise ConfigurationError(f"{source} must be a text, a number, true or false, or a list of texts.")


def _nearest(name: str, *, in_file: bool) -> str:
    import difflib

    near = difflib.get_close_matches(name, BY_NAME, 1)
    return f" Perhaps {near[0] if in_file else BY_NAME[near[0]].variable} is meant?" if near else ""
