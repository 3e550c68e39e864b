"""The backend's answers as typed models."""
