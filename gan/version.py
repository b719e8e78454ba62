"""The version of the program, which every checkpoint names."""

VERSION = "0.10.0"
