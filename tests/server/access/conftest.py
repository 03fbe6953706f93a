"""The fixture of a workspace that is served, without a socket."""

from tests.server.desk import served, whole_desk

__all__ = ["served", "whole_desk"]
