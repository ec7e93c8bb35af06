"""The demo corpus: synthetic articles as data, and what turns them into JATS files."""
