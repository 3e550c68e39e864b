"""Change of one setting in a config file."""
