"""What is taught: programme → course → module → activity, and the competencies, rubrics and policies that go with it.

Authors write YAML and Markdown in `content/`; the `content` package reads, checks and publishes it as an immutable
*programme version*, named by the hash of its content. A running cohort is pinned to one version. This domain knows
nothing of dates (they are in `scheduling`), people's work (`coursework`) or marks (`assessment`).
"""
