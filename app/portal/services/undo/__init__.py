"""Undo of a change that the audit log holds."""
