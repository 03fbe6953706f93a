"""Which adapters stand behind the desk, a module a subject: the only package of it that names any.
They are imported lazily, so that help is quick.
"""
