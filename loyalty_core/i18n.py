"""Translations below the web: lazy strings for declarations, immediate ones for messages."""

from contextvars import ContextVar
from gettext import NullTranslations

from babel.support import LazyProxy

# The web puts the request's catalogue here; workers and scripts speak English.
translations: ContextVar[NullTranslations] = ContextVar("translations")
_english = NullTranslations()


def gettext(message: str, **values: object) -> str:
    """Translate now; `values` fill `%(name)s` places."""
    text = translations.get(_english).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """Translate now, by number; `%(num)s` is the count."""
    return translations.get(_english).ngettext(singular, plural, count) % {"num": count, **values}


def lazy(message: str) -> LazyProxy:
    """A string that is translated each time it is shown, for labels declared at import."""
    return LazyProxy(gettext, message, enable_cache=False)
