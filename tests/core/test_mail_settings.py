"""Settings of mail: which way it leaves, and what is refused with a sentence."""

import pytest

from app.core.config import NOTIFY_URL, Notify, Settings, SettingsError, Smtp

KEY = "crossbench-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
FROM = "Crossbench <no-reply@posts.example>"


def read(**environ: str) -> Settings:
    return Settings.from_environment(environ)


@pytest.mark.parametrize(
    ("url", "smtp"),
    [
        ("smtp://mail.example", Smtp(host="mail.example", port=25)),
        ("smtp://localhost:2525", Smtp(host="localhost", port=2525)),
        ("smtp://mail.example?starttls", Smtp(host="mail.example", port=587, tls="starttls")),
        (
            "smtps://us%40er:p%3Aw@mail.example",
            Smtp(host="mail.example", port=465, user="us@er", password="p:w", tls="always"),
        ),
        (
            "smtp://u:p@mail.example",
            Smtp(host="mail.example", port=25, user="u", password="p", tls="starttls"),
        ),
        ("smtp://u:p@127.0.0.1:25", Smtp(host="127.0.0.1", port=25, user="u", password="p")),
    ],
)
def test_addresses_of_mail_servers(url: str, smtp: Smtp) -> None:
    settings = read(SMTP_URL=url, MAIL_FROM=FROM)
    assert settings.smtp == smtp
    assert settings.mail_from == FROM
    assert settings.notify is None
    assert "p:w" not in repr(settings)


def test_notify() -> None:
    settings = read(NOTIFY_API_KEY=KEY, NOTIFY_TEMPLATE_ID="t")
    assert settings.notify == Notify(api_key=KEY, template_id="t", url=NOTIFY_URL)
    assert KEY not in repr(settings)
    other = read(NOTIFY_API_KEY=KEY, NOTIFY_TEMPLATE_ID="t", NOTIFY_URL="http://127.0.0.1:9")
    assert other.notify is not None
    assert other.notify.url == "http://127.0.0.1:9"


def test_without_either_there_is_no_way() -> None:
    settings = read()
    assert (settings.smtp, settings.notify) == (None, None)


@pytest.mark.parametrize(
    ("named", "environ"),
    [
        ("SMTP_URL", {"SMTP_URL": "http://mail.example", "MAIL_FROM": FROM}),
        ("SMTP_URL", {"SMTP_URL": "smtp://", "MAIL_FROM": FROM}),
        ("SMTP_URL", {"SMTP_URL": "smtp://mail.example:port", "MAIL_FROM": FROM}),
        ("MAIL_FROM", {"SMTP_URL": "smtp://mail.example"}),
        ("MAIL_FROM", {"MAIL_FROM": "nobody"}),
        ("MAIL_FROM", {"MAIL_FROM": "a@x.example\r\nBcc: b@y.example"}),
        ("NOTIFY_API_KEY", {"NOTIFY_API_KEY": "short", "NOTIFY_TEMPLATE_ID": "t"}),
        ("NOTIFY_TEMPLATE_ID", {"NOTIFY_API_KEY": KEY}),
        (
            "not both",
            {
                "SMTP_URL": "smtp://mail.example",
                "MAIL_FROM": FROM,
                "NOTIFY_API_KEY": KEY,
                "NOTIFY_TEMPLATE_ID": "t",
            },
        ),
    ],
)
def test_what_is_refused(named: str, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=named) as refusal:
        read(**environ)
    assert "\n" not in str(refusal.value)


def test_links_in_mail_begin_where_people_reach_us() -> None:
    assert read(PUBLIC_URL="https://posts.example/").base_url == "https://posts.example"
    assert read(PORT="8123").base_url == "http://127.0.0.1:8123"
    assert read(HOST="::", PORT="8123").base_url == "http://localhost:8123"
