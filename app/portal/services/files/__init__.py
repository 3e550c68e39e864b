"""The configuration files of a device: read, marked, compared, changed."""
