"""`jupyter promote`: one module for each verb, imported only when that verb is used."""
