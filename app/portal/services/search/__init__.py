"""Search over everything that a person may see, answered by the index."""
