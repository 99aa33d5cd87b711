"""The web application: gunicorn starts it as `web.app:create_app()`."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from loyalty_core.database import Database
from loyalty_core.settings import Settings
from web.api import create_api
from web.assets import serve_assets
from web.counts import Counts
from web.headers import add_headers
from web.i18n import speak
from web.logs import set_up_logs
from web.pages import add_pages
from web.secret_key import secret_key
from web.security import secure
from web.session import open_sessions


def create_app(settings: Settings | None = None) -> Flask:
    """The app over the database of `settings` (else of the environment), which is also `app.extensions["database"]`."""
    set_up_logs()
    settings = settings or Settings.from_environment()
    app = Flask(__name__)
    app.config.update(SECRET_KEY=secret_key(settings), MAX_CONTENT_LENGTH=16 * 2**20, MAX_FORM_MEMORY_SIZE=4 * 2**20)
    app.extensions["catena_settings"] = settings
    app.extensions["database"] = Database(settings.database_url)
    app.extensions["counts"] = Counts()
    if settings.public_url.startswith("https://"):
        # The proxy that speaks TLS for us says which scheme and host the reader used.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]
    open_sessions(app)
    speak(app)
    secure(app, settings)
    add_headers(app)
    serve_assets(app)
    create_api(app)
    add_pages(app)
    return app
