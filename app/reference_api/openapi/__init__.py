"""The API's description: one document in OpenAPI 3.1, and the same as a page for people."""
