"""Lists that are sorted, filtered, searched, paged and exported."""
