"""Where a learner stands: forecast, risk with its reasons, the case file, and the learning and progress pages."""
