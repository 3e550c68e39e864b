"""How long the list of devices takes, beside the least that any Flask view would take."""
