"""What is to run, and why: study files, parameters, grid, replicates, fingerprints."""
