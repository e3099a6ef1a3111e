"""The list of schools, one school, and the files that fill them."""
