"""Connections with CRMs: to connect, to sync, to push, to disconnect."""
