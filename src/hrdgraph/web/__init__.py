"""Put a finished graph before the public: an endpoint, pages, and a site of files. Never builds."""
