"""The search index: what readings of the platform showed, kept until a later one shows otherwise. A cache."""
