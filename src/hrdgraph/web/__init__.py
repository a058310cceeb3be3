"""A finished graph put before the public: an endpoint, pages, and a site of files. Never builds."""
