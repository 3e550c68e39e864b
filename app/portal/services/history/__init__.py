"""The history in words, and what is noted in it of the portal itself."""
