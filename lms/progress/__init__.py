"""Where a learner stands: forecast, standing, risk with its reasons, the case file, and the module and progress pages."""
