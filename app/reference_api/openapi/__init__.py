"""The API's description: an OpenAPI 3.1 document, and the same as a page."""
