"""The documents of the product: frozen, versioned, the same in Python, REST, TypeScript and the store.

One module for each noun. What is stored or crosses a process is here; what stays inside one folder is not.
"""
