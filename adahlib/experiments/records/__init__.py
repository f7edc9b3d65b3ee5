"""Records and what keeps them honest: fingerprints of the code behind them, and proofs that new code gives the same."""
