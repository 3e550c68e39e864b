"""The background process: what nobody waits for. `python -m app.jobs` runs it; the server starts one beside itself.

Each task is worked on by one process at a time, however many nodes run it. A task holds a lease meanwhile.
"""
