"""What users save: workspaces and scenarios, in SQLite or PostgreSQL."""
