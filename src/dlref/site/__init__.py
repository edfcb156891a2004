"""The site: reads the pages, runs what they show, checks that both languages agree, and builds the HTML.

The only part of dlref that knows Markdown and MkDocs. Run it as `python -m dlref.site`; nox does.
"""
