"""The authors' format: schema, reader (files → typed data, errors as file:line), checker, publisher."""
