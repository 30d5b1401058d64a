"""The HTTP toolkit: forms, guards, layouts, pictures, words for dates and figures. It knows no domain."""
