"""The long bars: kill, load, flood; `make soak` runs them at full size, `make test` at about 1/50."""
