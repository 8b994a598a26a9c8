"""The history of the library's tables, as Alembic revisions."""
