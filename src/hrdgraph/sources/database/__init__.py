"""SQL databases into rows: SQLite, DuckDB, PostgreSQL and MySQL."""
