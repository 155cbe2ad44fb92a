"""The settings of Sphinx, for `python -m scripts.docs_site`.

The source is the checkout itself: documents link to each other by the paths that they have there,
as a code host follows them.
"""

extensions = ["myst_parser", "scripts.docs_site.contents"]

project = "Convene"
author = "Convene’s contributors"
project_copyright = ""
language = "en"

root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "deploy/*.md"]
# Folders that hold much, and no document.
exclude_patterns = [".*", "var", "staticfiles", "node_modules", "tests", "locale", "**/__pycache__"]

# As code hosts make anchors of headings.
myst_heading_anchors = 6
# A language is named where it helps: most blocks without one are a terminal's or a figure.
highlight_language = "text"
# Whatever is doubtful is said, and `-W` makes a failure of it.
nitpicky = True

templates_path = ["templates"]
html_theme = "furo"
html_title = "Convene"
html_theme_options = {"navigation_with_keys": True, "footer_icons": []}
html_additional_pages = {"index": "first_page.html"}
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
# The same source makes the same site.
html_last_updated_fmt = None
