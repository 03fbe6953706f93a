"""How the files of a workspace are called."""

LEDGER, PLAYBOOK, REJECTS = "leadlight.duckdb", "playbook.yml", "rejects"
#: Users, keys and what else a server keeps beside the ledger; its secret; what arrived and is not
#: taken yet.
ACCOUNTS, SECRET, JOURNAL = "desk.sqlite3", "server.key", "intake"
#: While this file is there, nothing is delivered to others.
PAUSE = "deliveries.paused"
