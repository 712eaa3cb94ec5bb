"""Runs on a Ray node: one step, from its request to its outcome. `handoff/` runs in the step's kernel."""
