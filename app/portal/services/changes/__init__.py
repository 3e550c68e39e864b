"""Writes to the backend: carried out once, and reconciled by later readings."""
