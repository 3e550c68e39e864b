"""Jobs and their items: the queue is the ledger itself, so that what ran and what is to run cannot differ."""
