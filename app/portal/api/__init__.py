"""The backend's REST API as the portal speaks it. Knows HTTP, nothing of Flask."""
