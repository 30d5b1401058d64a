"""Adapters to what other software speaks: calendar clients and meeting providers; later sign-on and registries.

An adapter translates between a protocol and what the domains below ask or announce; it decides nothing. A protocol
that needs a module of its own has a package here (`calendar`, `meetings`); what a domain below wants from outside it
declares in its `ports`, and `lms.app` plugs the adapter in.
"""
