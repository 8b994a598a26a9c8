"""The shipped story: two third-party articles, kept for quotation and tests, and `seeds.toml` on them."""
