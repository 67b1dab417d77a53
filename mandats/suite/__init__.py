"""A case goes on. `vie`: what happened, what runs, what may follow; `acte` adds the next act to the same file."""
