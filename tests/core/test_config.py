"""Settings: what is taken, what is refused with a sentence, and what production demands."""

from pathlib import Path

import pytest

from app.core.config import PRODUCTION, Settings, SettingsError

GOOD_SECRET = "Vq3v0wP8yZr1nTfX5uLkJc7sHd2gBm9e"


def read(**environ: str) -> Settings:
    return Settings.from_environment(environ)


def test_without_any_setting_it_runs_as_a_demo() -> None:
    settings = read()
    assert (settings.environment, settings.host, settings.port) == ("demo", "127.0.0.1", 8000)
    assert settings.var.name == "var"
    assert not settings.is_https


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h:5/d", "postgresql+asyncpg://u:p@h:5/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
    ],
)
def test_database_addresses_of_platforms_are_understood(given: str, used: str) -> None:
    assert read(DATABASE_URL=given).database_url == used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("CROSSBENCH_ENV", "staging"),
        ("DATABASE_URL", "mysql://h/d"),
        ("PUBLIC_URL", "ftp://h"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
        ("SECURITY_CONTACT", "call us"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refusal:
        read(**{name: value})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("secret", ["", "short", "changeme", "a" * 64, "secret" * 3])
def test_production_does_not_start_with_a_weak_secret(secret: str) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        read(CROSSBENCH_ENV=PRODUCTION, SECRET_KEY=secret)


def test_production_does_not_start_without_https() -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        read(CROSSBENCH_ENV=PRODUCTION, SECRET_KEY=GOOD_SECRET, PUBLIC_URL="http://x.example")


@pytest.mark.parametrize(
    "way",
    [
        {"SMTP_URL": "smtps://u:p@mail.example", "MAIL_FROM": "a@b.example"},
        {"NOTIFY_API_KEY": "key", "NOTIFY_TEMPLATE_ID": "template"},
    ],
)
def test_production_sends_no_mail_whose_links_lead_nowhere(way: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        read(CROSSBENCH_ENV=PRODUCTION, SECRET_KEY=GOOD_SECRET, **way)


def test_production_starts_with_good_settings(tmp_path: Path) -> None:
    settings = read(
        CROSSBENCH_ENV=PRODUCTION,
        SECRET_KEY=GOOD_SECRET,
        PUBLIC_URL="https://posts.example/",
        TRUSTED_PROXIES="10.0.0.0/8, 2001:db8::1",
        CROSSBENCH_VAR=str(tmp_path),
    )
    assert settings.is_production
    assert settings.is_https
    assert settings.public_url == "https://posts.example"
    assert len(settings.trusted_proxies) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:p@[bad/x"),
        ("DATABASE_URL", "postgresql://u:p@127.0.0.1:port/x"),
        ("PUBLIC_URL", "http://[bad"),
    ],
)
def test_addresses_that_are_none_are_refused_in_a_sentence(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})
