"""The second factor of accounts: codes of an app, by time (RFC 6238), and recovery codes."""
