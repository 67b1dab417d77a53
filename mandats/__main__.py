from mandats.cli import main

main()
