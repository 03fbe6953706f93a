"""For agents: the desk by the Model Context Protocol, at a terminal and in the server."""
