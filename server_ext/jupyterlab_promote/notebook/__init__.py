"""Reading a notebook: cells, tags, settings, IPython syntax, the layout of steps. Pure, without dataflow."""
