"""A gradebook as rows that can be compared: what its ids mean stands in their place."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import MetaData, create_engine


def rows(db_url: str) -> dict[str, list[str]]:
    """Every row of every table, with the names of what its ids mean in their place, sorted."""
    engine = create_engine(db_url)
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        tables = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in metadata.tables.values()
        }
    engine.dispose()
    by_id = {
        row["id"]: (name, row)
        for name, found in tables.items()
        for row in found
        if re.fullmatch("[0-9a-f]{32}", str(row.get("id")))
    }

    def told(value: Any) -> Any:
        if value not in by_id:
            return value
        table, row = by_id[value]
        return [table, {column: told(item) for column, item in row.items() if column != "id"}]

    def without_id(row: dict[str, Any]) -> str:
        kept = {column: told(item) for column, item in row.items() if column != "id" or item not in by_id}
        return json.dumps(kept, default=str, sort_keys=True)

    return {name: sorted(map(without_id, found)) for name, found in tables.items()}
