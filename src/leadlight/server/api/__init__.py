"""The REST API: the verbs of the desk by HTTP, and the resources that people expect."""
