"""How the files of a workspace are called."""

LEDGER, PLAYBOOK, REJECTS = "leadlight.duckdb", "playbook.yml", "rejects"
