"""What no name leads to and travels all the same: generators, options, modules; `state.py` is the way in."""
