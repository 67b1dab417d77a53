"""The time limits that run in a case: `faits` reads the case, `figures` the law, `calcul` says what is left and when.

`calendrier` counts days, `agenda` writes what remains as a calendar file. The law itself is data: `mandats/figures/`.
Import the module that is meant: reading the law costs time that most commands need not spend.
"""
