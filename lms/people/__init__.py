"""Persons, their sign-in accounts, their roles and their own settings.

A *person* is a human and may have no account; a *user* is a sign-in, at most one per person; everything else refers
to the person. A *role grant* says what a person may do, in one cohort or in the whole institution, from when to when;
it is written only by the actions of the domains that know why (`cohorts.appoint`, `enrolment.enrol` …). This domain
knows nothing of programmes, cohorts' contents or work.
"""
