"""From the analysis to the pipeline, its step notebooks, and back to one notebook. Pure."""
