"""Which files a notebook reads and writes, as far as its code says."""
