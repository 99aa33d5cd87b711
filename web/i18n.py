"""The language of a request: for templates, for messages of the floors below, and for scripts in the page."""

import json
from functools import cache
from pathlib import Path

from babel.support import Translations
from flask import Flask, request
from flask_babel import Babel, get_locale, get_translations

from loyalty_core.i18n import translations

LOCALES = Path(__file__).parents[1] / "locale"
DOMAIN = "catena"


def speak(app: Flask) -> None:
    """Choose a language for each request among those that have a catalogue; English is always there."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(LOCALES)
    app.config["BABEL_DOMAIN"] = DOMAIN
    Babel(app, locale_selector=_wanted)
    app.jinja_env.globals["script_catalogue"] = script_catalogue
    app.context_processor(lambda: {"language": language()})

    @app.before_request
    def lower_floors() -> None:
        translations.set(get_translations())


def language() -> str:
    """The request's language, such as `en`."""
    return str(get_locale() or "en")


def script_catalogue() -> str:
    """The catalogue for scripts as JSON that is safe inside a script element; empty in English."""
    return "" if language() == "en" else _catalogue(language())


def _wanted() -> str:
    return request.accept_languages.best_match(_languages(), "en") or "en"


@cache
def _languages() -> list[str]:
    return ["en", *(file.parts[-3] for file in sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))]


@cache
def _catalogue(language: str) -> str:
    # Plurals are kept under (singular, form); scripts want a list of forms under the singular.
    found = getattr(Translations.load(str(LOCALES), [language], DOMAIN), "_catalog", {})
    messages = {key: text for key, text in found.items() if key and isinstance(key, str)}
    for singular, form in sorted(key for key in found if isinstance(key, tuple)):
        messages[singular] = [*messages.get(singular, []), found[singular, form]] if form else [found[singular, form]]
    return json.dumps(messages, ensure_ascii=False).replace("<", "\\u003c")
