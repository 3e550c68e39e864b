"""Overviews in numbers: of a group, of a tenant, of the platform."""
