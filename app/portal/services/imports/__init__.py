"""Spreadsheets of devices: read as people have them, matched with the fields of a device, checked row by row."""
