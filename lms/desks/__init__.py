"""The home page of each kind of person: what needs me now. It owns no tables and reads everything below."""
