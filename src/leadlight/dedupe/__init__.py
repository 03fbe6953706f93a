"""Are these two the same person, or of the same company? Pure: what is compared, which links are
made, who is a group.
"""
