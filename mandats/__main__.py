from mandats.cli import main

main(prog_name="mandats")
