"""What the benchmarks share: contenders in processes, scaled data, results, the page."""
