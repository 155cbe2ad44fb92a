"""The staff pages: composer, preview, review, launch, progress, report."""
