"""The parts of tests/long.py: `run(report, share)` each."""
