"""What every domain needs and no domain owns: it knows neither the business nor HTTP."""
