"""Extract candidate rows with verified words from the frozen text of a page, and keep what people
decided of them."""
