"""The export of the audit log while it is written: lines of JSON, to a file or to a syslog receiver."""
