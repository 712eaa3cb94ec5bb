"""The data files of a handoff and their manifest: written, read, verified."""
