"""The files of pièces: whether they can be read, their PDF, their stamp, the bundle. No original is ever written."""
