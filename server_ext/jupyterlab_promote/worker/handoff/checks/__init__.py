"""Whether values are the same: when they are left, after they were only read, and for `jupyter promote verify`."""
