"""What one cell does with its values, told from its code alone; `cell_flow.py` is the way in."""
