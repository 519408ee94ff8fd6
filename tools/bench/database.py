"""Counts the rows and bytes that DBOS keeps of a request in PostgreSQL."""

import psycopg
from psycopg import sql

from tools.bench.results import History

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'"
_SIZE = sql.SQL("SELECT count(*), coalesce(sum(pg_column_size(t.*)), 0) FROM dbos.{} t")


async def kept(address: str) -> History:
    """All rows, and their bytes without indexes and page overhead."""
    async with await psycopg.AsyncConnection.connect(address) as connection:
        tables = [name for (name,) in await (await connection.execute(_TABLES)).fetchall()]
        queries = [_SIZE.format(sql.Identifier(table)) for table in tables]
        found = [await (await connection.execute(query)).fetchone() or (0, 0) for query in queries]
    return History(events=sum(rows for rows, _ in found), bytes=sum(int(size) for _, size in found))


def of_each(before: History, after: History, requests: int) -> History:
    """The average that each of so many requests has added."""
    return History(
        events=round((after.events - before.events) / requests), bytes=round((after.bytes - before.bytes) / requests)
    )
