"""A CRM of our own on loopback, written from what a connection needs: it pages, throttles, fails in
part, lets tokens expire, answers twice, and its clock is wrong."""
