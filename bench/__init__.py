"""The time of the device list, compared with a bare Flask view."""
