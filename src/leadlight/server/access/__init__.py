"""Who may come in: users, their roles, keys of programs, and the audit log."""
