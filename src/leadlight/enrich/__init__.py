"""What can be known of a lead from what is known already: job titles, addresses, postal codes; and
what a plug-in must be to say more.
"""
