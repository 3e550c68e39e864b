"""Pure values. Imports nothing else of the portal."""
