"""Abstract pictures drawn by code, and edits of them: for the demo, the tests and the benchmarks."""
