"""The password of a programme, which a till asks for before a sale under it: kept as a salted hash.

"Пароль" of SkyService's form. All cashiers share it and type it at each sale, so its hash costs about 3 milliseconds:
it keeps a programme from those who do not know the word, and signing in keeps everything else from the rest.
"""

from hashlib import scrypt
from hmac import compare_digest
from secrets import token_bytes

PASSWORD_MAX = 100
_COST = {"n": 1024, "r": 8, "p": 1, "dklen": 32}
_SALT_BYTES = 16


def hashed(password: str) -> str:
    """What is kept of a password: salt and hash in hexadecimal digits."""
    salt = token_bytes(_SALT_BYTES)
    return f"{salt.hex()}${_hash(password, salt).hex()}"


def is_password(password: str, kept: str) -> bool:
    """Whether this is the password that was hashed."""
    salt, _, digest = kept.partition("$")
    return compare_digest(_hash(password, bytes.fromhex(salt)), bytes.fromhex(digest))


def _hash(password: str, salt: bytes) -> bytes:
    return scrypt(password.encode(), salt=salt, **_COST)
