"""The notebook's own modules: where they lie, what they bind, what their functions do."""
