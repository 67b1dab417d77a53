"""The library as a drafter browses it: found, proposed, reported on, shown alone, printed as pages, sealed."""
