# Shortcuts for those who have make; run.py does the work.
.PHONY: demo test lint bench schemas
demo test lint bench:
	python3 run.py $@
schemas:
	.venv/bin/mandats schema --sortie schemas
