"""How values are written so that they come back as the notebook had them; `pickling.py` is the way in."""
