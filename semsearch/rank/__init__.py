"""From candidates to an order: fusion, late interaction, the learned combination, diversity."""
