"""What tests stand on: databases, a visitor who reads pages critically, a browser, a server."""
