"""Savepoints of an API server on SQLite. Where the database is a server, this is not used."""

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine


def keep_savepoints_whole() -> None:
    """Begin a transaction before its first savepoint, for all databases that this process opens.

    Python's SQLite leaves that out. The savepoint is a transaction then: its end commits what is half done, and it
    fails at once where another process wrote since its first look. Of a backfill, some runs were begun by the
    scheduler and then removed, which ends the scheduler.
    """
    if not event.contains(Engine, "savepoint", _begin):
        event.listen(Engine, "savepoint", _begin)


def _begin(connection: Connection, _: str | None) -> None:
    if connection.dialect.name != "sqlite" or connection.dialect.is_async:
        return
    if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
