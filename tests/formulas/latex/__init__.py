"""Display formulas, read and evaluated: a small grammar of our notation that refuses what it does not know."""
