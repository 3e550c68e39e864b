"""The work of the portal, noun by noun. Paths of the backend live only here; no Flask, no HTML."""
