"""The five steps of a visit, one module each."""
