"""The desk's pages: results of verbs as plain HTML, which works without a script. The URL is the
view.
"""
