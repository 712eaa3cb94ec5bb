"""The shared store, the only shared I/O (fsspec). `layout.py` owns every path."""
