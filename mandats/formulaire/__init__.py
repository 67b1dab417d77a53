"""A form drawn in Word, or a letter, made ready once and filled for one person or for as many as the ledger holds.

`prepare` makes ready (docxtpl mends the drawing, `programme` works out all that no row changes); `printer` fills;
`word` packs a DOCX, `ecran` makes the PDF to complete on screen. One drawing, one environment, one engine: what is
printed for the person of a case and for a row of the ledger is the same, to the character.
"""
