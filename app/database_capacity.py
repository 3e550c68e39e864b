"""Connections of nodes to PostgreSQL, beside how many it accepts."""

from sqlalchemy import Engine, text

_LIMITS = text(
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
)
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def describe_connections(engine: Engine, processes: int, connections: int) -> str:
    """Compare what a node may open, `connections` in each of `processes`, with what PostgreSQL has; "" for SQLite."""
    if engine.dialect.name == "sqlite":
        return ""
    with engine.connect() as connection:
        accepted: int = connection.execute(_LIMITS).scalar_one()
        others: int = connection.execute(_OTHERS).scalar_one()
    own = processes * connections
    words = f"PostgreSQL accepts {accepted} connections, {others} are open. This node opens up to {own}"
    words = f"{words} ({processes} processes, {connections} each)"
    if own > accepted:
        return f"{words}: too many. Lower PORTAL_DATABASE_CONNECTIONS, or raise max_connections."
    return f"{words}: enough for {accepted // own} such nodes."
