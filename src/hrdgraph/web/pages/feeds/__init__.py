"""What programs read of the site: crawlers, feed readers, search engines."""
