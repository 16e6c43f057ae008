"""The site: a folder of pages for any static host, in English and German, with charts, data and feeds beside them."""
