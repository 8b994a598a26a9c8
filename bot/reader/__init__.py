"""The embedded reader: a question and a few sentences in, the words that answer it and how sure that is out."""
