"""Acts as Word files: two versions compared, an act that comes back from its reader taken in again.

`paquet` opens a file, `revisions` settles what is tracked in it, `mots` reads a paragraph, `unites` a whole act;
`alignement` finds what is the same in two, `marques` writes one with the changes from the other.
"""
