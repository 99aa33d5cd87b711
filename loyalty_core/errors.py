"""Errors that tell a caller what to mend, and where."""


class Refused(ValueError):
    """Input that cannot be taken: `where` is the path of the place (`lines.0.price`), `message` says what to do."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
        self.message = message


class NotFound(LookupError):
    """A thing that was named and does not exist; `where` is the path of the name."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message


class Merged(LookupError):
    """A customer who was named by their number, and is `kept_id` now: the two were one person."""

    def __init__(self, customer_id: int, kept_id: int) -> None:
        super().__init__(f"customer {customer_id} is customer {kept_id}")
        self.customer_id = customer_id
        self.kept_id = kept_id


class Conflict(RuntimeError):
    """A request that clashes with what has happened meanwhile: a reused key with another input, a stale revision."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message
