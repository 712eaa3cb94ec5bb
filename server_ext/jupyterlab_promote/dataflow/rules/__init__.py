"""The findings of the dataflow: a function for each, a module for each group. docs/findings.md tells their fixes."""
