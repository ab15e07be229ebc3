"""Tests of the evaluation; every text in them is mild and made up."""
